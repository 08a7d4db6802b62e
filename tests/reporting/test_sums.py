"""What figures mean, whatever the leads."""

from hypothesis import given
from hypothesis import strategies as st

from leadapp.reporting.facts import Clock, Leads
from leadapp.reporting.place import Place
from leadapp.reporting.report import Report, Table
from leadapp.reporting.sums import KEPT, NEVER, WITHIN, Group

EDGES = st.sampled_from([0, 59, 60, 61, 300, 301, 900, 901])
TIMES = st.lists(st.one_of(st.none(), st.integers(0, 5_000), EDGES), max_size=60)


def leads_with(times: list[int | None], **columns: list) -> Leads:
    """Leads that came at the same moment and were reached after so many seconds."""
    count = len(times)
    plain = {
        "id": [f"lead{place}" for place in range(count)],
        "team": ["plumbing"] * count,
        "rep": ["ana"] * count,
        "source": ["Website"] * count,
        "received": [1_000] * count,
        "stored": [1_000] * count,
        "asked": [1_000] * count,
        "taken": [1_000] * count,
        "reached": [None if time is None else 1_000 + time for time in times],
        "outcome": [None] * count,
        "blanks": [0] * count,
    }
    return Leads(**plain | columns)


def group(times: list[int | None]) -> Group:
    leads = leads_with(times)
    return Report(leads, {"plumbing": Place({}, "UTC", [])}).rows(Table.CLOCK)[Clock.CONTACT]


@given(TIMES, st.integers(1, 100))
def test_a_quantile_is_the_shortest_time_that_so_many_kept(times, percent):
    found = group(times).quantile(percent)

    needed = len(times) * percent / 100
    done = sorted(time for time in times if time is not None)
    keep = [time for time in done if sum(each <= time for each in done) >= needed]
    assert found == (min(keep) if keep else None)


@given(TIMES)
def test_a_median_within_a_limit_says_that_at_least_half_kept_it(times):
    found = group(times)
    median = found.quantile(50)

    for kept, limit in WITHIN.items():
        assert (median is not None and median <= limit) == bool(times and found.share(kept) >= 0.5)


@given(TIMES)
def test_who_waits_still_is_neither_within_anything_nor_left_out(times):
    found = group(times)

    assert len(found) == len(times)
    assert found.count("waiting") == times.count(None)
    for kept, limit in WITHIN.items():
        assert found.count(kept) == sum(time is not None and time <= limit for time in times)


@given(st.lists(st.tuples(st.sampled_from(["won", "lost", "spam", "duplicate", None]), st.integers(0, 127))))
def test_what_is_kept_of_a_group_is_part_of_it_in_its_order(rows):
    leads = leads_with(
        [place * 7 % 1_000 for place in range(len(rows))],
        outcome=[outcome for outcome, _blanks in rows],
        blanks=[blanks for _outcome, blanks in rows],
    )
    whole = Group(leads, [0] * len(rows), range(len(rows)))

    for kept in KEPT:
        chosen = [*whole.chosen(kept)]
        assert chosen == sorted(chosen)
        assert len(chosen) == whole.count(kept) <= len(rows)
    assert whole.count("decided") == whole.count("won") + whole.count("lost")
    assert whole.count("junk") == whole.count("spam") + whole.count("duplicate")


def test_nothing_has_no_median_and_no_share():
    empty = group([])

    assert (len(empty), empty.quantile(50), empty.share("within_5")) == (0, None, None)


def test_a_time_never_is_longer_than_any():
    assert max(group([5, None, 3]).chosen(), key=lambda place: [5, NEVER, 3][place]) == 1
