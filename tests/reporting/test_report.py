"""Which leads stand in which row."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.reporting.facts import LATE, Ask, Clock, End, Hours
from leadapp.reporting.place import Place
from leadapp.reporting.report import Report, Table
from leadapp.routing import hours
from tests.reporting.test_sums import leads_with

WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
PLACES = {"plumbing": Place({}, "UTC", [])}


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(-3, count)]


def seconds(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ana", "ben"]),
            st.sampled_from(["won", "lost", "spam", "duplicate", None]),
            st.integers(0, 2 * LATE),
            st.one_of(st.none(), st.integers(-50, 4_000)),
        )
    )
)
def test_every_lead_that_counts_is_in_one_row_of_each_table_and_junk_in_none(rows):
    leads = leads_with(
        [time for *_rest, time in rows],
        rep=[rep for rep, *_rest in rows],
        outcome=[outcome for _rep, outcome, *_rest in rows],
        stored=[1_000 + late for _rep, _outcome, late, _time in rows],
    )
    report = Report(leads, PLACES)
    counts = [
        place
        for place, (_rep, outcome, late, _time) in enumerate(rows)
        if outcome not in ("spam", "duplicate") and late <= LATE
    ]

    for table in (Table.DAY, Table.HOUR, Table.OPEN, Table.REP, Table.SOURCE, Table.TEAM, Table.WON):
        found = [place for group in report.rows(table).values() for place in group.chosen()]
        assert sorted(found) == counts
    aside = {key: len(group) for key, group in report.rows(Table.ASIDE).items()}
    assert sum(aside.values()) == len(rows)
    assert aside.get("counted", 0) == len(counts)


def test_a_day_and_an_hour_are_those_on_the_wall_also_when_clocks_are_turned_back():
    first, last = seconds(2026, 11, 1, 4, 30), seconds(2026, 11, 2, 4, 30)  # both the first of November in New York
    twice = [seconds(2026, 11, 1, 5, 30), seconds(2026, 11, 1, 6, 30)]  # half past one, summer and winter
    received = [first, last, *twice]
    leads = leads_with([None] * 4, received=received, stored=received)
    report = Report(leads, {"plumbing": Place({}, "America/New_York", [])})

    assert {key: len(group) for key, group in report.rows(Table.DAY).items()} == {"2026-11-01": 4}
    assert {key: len(group) for key, group in report.rows(Table.HOUR).items()} == {"0": 1, "23": 1, "1": 2}


def test_in_open_hours_the_clock_stands_still_while_the_team_is_closed():
    friday, monday = seconds(2026, 11, 20, 16, 50), seconds(2026, 11, 23, 8, 5)
    leads = leads_with([0], received=[friday], stored=[friday], reached=[monday])
    places = {"plumbing": Place(WEEK, "UTC", days(date(2026, 11, 20), 5))}

    counted = {kind: Report(leads, places, hours=kind).rows(Table.CLOCK)[Clock.CONTACT] for kind in Hours}

    assert counted[Hours.OPEN].quantile(50) == 15 * 60
    assert counted[Hours.ALL].quantile(50) == monday - friday


@pytest.mark.parametrize("start", [date(2026, 3, 7), date(2026, 10, 31)])  # New York's two odd nights
@given(st.integers(0, 3 * 24 * 60), st.integers(0, 3 * 24 * 60))
def test_open_time_is_what_a_clock_would_have_counted(start, one, other):
    timetable = WEEK | {"sat": [["22:00", "06:00"]], "sun": [["00:00", "03:30"], ["12:00", "13:00"]]}
    begin = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp())
    there = Place(timetable, "America/New_York", days(start, 6))
    early, late = sorted((begin + one * 60, begin + other * 60))

    counted = there.open_seconds(early, late)

    def is_open(at: int) -> bool:
        return hours.is_open(timetable, "America/New_York", datetime.fromtimestamp(at, UTC))

    assert counted == 60 * sum(is_open(at) for at in range(early, late, 60))
    assert there.is_open(early) == is_open(early)


def test_who_called_before_the_lead_was_stored_was_quick_and_not_early():
    leads = leads_with([-30])

    assert Report(leads, PLACES).rows(Table.CLOCK)[Clock.CONTACT].quantile(50) == 0


def test_a_lead_that_was_missed_twice_by_the_same_rep_counts_once_as_it_was_first():
    asks = [
        Ask("lead0", "ana", End.EXPIRED, "", 1_300),
        Ask("lead0", "ben", None, "", 1_400),
        Ask("lead0", "", End.QUEUED, "", 1_500),
        Ask("lead0", "ana", End.EXPIRED, "", 1_900),
        Ask("another", "ana", End.PASSED, "Too far", 1_900),
    ]
    report = Report(leads_with([None]), PLACES, asks=asks)

    missed, asked = report.rows(Table.MISSED), report.rows(Table.ASKED)
    assert {key: [group.seconds(place) for place in group.chosen()] for key, group in missed.items()} == {
        "expired": [300],
        "queued": [500],
    }
    assert {key: len(group) for key, group in asked.items()} == {"ana": 1, "ana expired": 1, "ben": 1}


def test_a_speed_begins_after_the_one_before():
    leads = leads_with([60, 61, 300, 301, 900, 901, 3_600, 3_601, 86_400, 86_401, None])

    found = {key: len(group) for key, group in Report(leads, PLACES).rows(Table.WON).items()}

    assert found == {"1_min": 1, "5_min": 2, "15_min": 2, "1_h": 2, "1_d": 2, "longer": 1, "never": 1}
