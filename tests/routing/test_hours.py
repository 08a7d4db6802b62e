"""Open, closed, next opening; both hemispheres' odd nights."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.hours import Timetable, is_open, next_opening, next_start, read_closure, spans_on

EIGHT_TO_FIVE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NEW_YORK, SYDNEY, SANTIAGO = "America/New_York", "Australia/Sydney", "America/Santiago"
HONOLULU = "Pacific/Honolulu"
CHRISTMAS = ["2026-12-24T12:00", "2026-12-28T10:00"]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "expected"),
    [
        ({}, "UTC", "2026-11-22T03:00", True),
        (EIGHT_TO_FIVE, "UTC", "2026-11-23T08:00", True),
        (EIGHT_TO_FIVE, "UTC", "2026-11-23T07:59", False),
        (EIGHT_TO_FIVE, "UTC", "2026-11-23T17:00", False),
        (EIGHT_TO_FIVE, "UTC", "2026-11-22T12:00", False),
        (EIGHT_TO_FIVE, NEW_YORK, "2026-11-23T13:00", True),
        (EIGHT_TO_FIVE, NEW_YORK, "2026-11-23T12:59", False),
        ({"mon": []}, "UTC", "2026-11-23T12:00", False),
        ({"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}, "UTC", "2026-11-23T12:30", False),
        ({"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}, "UTC", "2026-11-23T13:30", True),
        ({"mon": [["00:00", "24:00"]]}, "UTC", "2026-11-23T23:59", True),
        ({"mon": [["00:00", "24:00"]]}, "UTC", "2026-11-24T00:00", False),
        ({"sun": [["22:00", "06:00"]]}, "UTC", "2026-11-23T05:59", True),
        ({"sun": [["22:00", "06:00"]]}, "UTC", "2026-11-23T06:00", False),
        ({"sun": [["22:00", "06:00"]]}, "UTC", "2026-11-22T05:59", False),
        ({"sat": [["20:00", "19:30"]]}, HONOLULU, "2026-11-23T05:00", True),
        ({"mon": [["08:00", "08:00"]]}, "UTC", "2026-11-24T07:59", True),
        ({"mon": [["08:00", "08:00"]]}, "UTC", "2026-11-24T08:00", False),
        ({"mon": [["08:00", "17:00"], ["09:00", "10:00"]]}, "UTC", "2026-11-23T12:00", True),
        ({**EIGHT_TO_FIVE, "holidays": ["2026-11-23"]}, "UTC", "2026-11-23T12:00", False),
        ({"sun": [["22:00", "06:00"]], "holidays": ["2026-11-23"]}, "UTC", "2026-11-23T05:00", True),
        ({"holidays": ["2026-12-25"]}, "UTC", "2026-12-25T12:00", False),
        ({"holidays": ["2026-12-25"]}, "UTC", "2026-12-24T12:00", True),
        (EIGHT_TO_FIVE, "Nowhere/Land", "2026-11-23T12:00", True),
        (EIGHT_TO_FIVE, "America", "2026-11-23T12:00", True),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, "UTC", "2026-12-24T11:59", True),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, "UTC", "2026-12-24T12:00", False),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, "UTC", "2026-12-28T09:59", False),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, "UTC", "2026-12-28T10:00", True),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, NEW_YORK, "2026-12-24T16:59", True),
        ({**EIGHT_TO_FIVE, "closures": ["2026-11-23"]}, "UTC", "2026-11-23T12:00", False),
        ({**EIGHT_TO_FIVE, "closures": [["2026-11-23", "2026-11-24"]]}, "UTC", "2026-11-24T16:59", False),
        ({**EIGHT_TO_FIVE, "closures": [["2026-11-23", "2026-11-24"]]}, "UTC", "2026-11-25T08:00", True),
        ({**EIGHT_TO_FIVE, "closures": [["2026-11-23T12:00", "2026-11-23"]]}, "UTC", "2026-11-23T16:00", False),
        ({"closures": ["2026-11-23"]}, "UTC", "2026-11-22T12:00", True),
        ({"sun": [["22:00", "06:00"]], "closures": ["2026-11-23"]}, "UTC", "2026-11-23T05:00", False),
        ({**EIGHT_TO_FIVE, "closures": [["soon", 7], "never", None, [1]]}, "UTC", "2026-11-23T12:00", True),
        ({**EIGHT_TO_FIVE, "closures": ["20261123", "2026-11-23Tnoon"]}, "UTC", "2026-11-23T12:00", True),
        ({**EIGHT_TO_FIVE, "closures": [["0001-01-01", "9999-12-31"]]}, "UTC", "2026-11-23T12:00", True),
    ],
)
def test_is_open(hours, zone, now, expected):
    assert is_open(hours, zone, utc(now)) is expected


@pytest.mark.parametrize(
    ("hours", "zone", "now", "expected"),
    [
        (EIGHT_TO_FIVE, "UTC", "2026-11-23T12:00", "2026-11-23T12:00"),
        (EIGHT_TO_FIVE, "UTC", "2026-11-23T18:00", "2026-11-24T08:00"),
        (EIGHT_TO_FIVE, "UTC", "2026-11-20T18:00", "2026-11-23T08:00"),
        (EIGHT_TO_FIVE, NEW_YORK, "2026-11-20T22:00", "2026-11-23T13:00"),
        ({**EIGHT_TO_FIVE, "holidays": ["2026-11-23", "2026-11-24"]}, "UTC", "2026-11-20T18:00", "2026-11-25T08:00"),
        ({"mon": [["13:00", "17:00"], ["08:00", "12:00"]]}, "UTC", "2026-11-23T06:00", "2026-11-23T08:00"),
        ({"mon": [["08:00", "09:00"]]}, "UTC", "2026-11-23T09:00", "2026-11-30T08:00"),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, "UTC", "2026-12-24T13:00", "2026-12-28T10:00"),
        ({**EIGHT_TO_FIVE, "closures": [CHRISTMAS]}, NEW_YORK, "2026-12-24T18:00", "2026-12-28T15:00"),
        (
            {"sun": [["22:00", "06:00"]], "closures": [["2026-11-22", "2026-11-23T02:00"]]},
            "UTC",
            "2026-11-22T12:00",
            "2026-11-23T02:00",
        ),
        (
            {"sun": [["22:00", "06:00"]], "closures": [["2026-11-22", "2026-11-23T02:00"]]},
            "UTC",
            "2026-11-23T01:00",
            "2026-11-23T02:00",
        ),
        # The clock jumps over the whole span, so it does not open on that Sunday.
        ({"sun": [["02:10", "02:50"]]}, NEW_YORK, "2026-03-08T05:00", "2026-03-15T06:10"),
        ({"closures": [["2026-11-23", "2027-11-24T08:00"]]}, "UTC", "2026-11-23T12:00", "2027-11-24T08:00"),
    ],
)
def test_next_opening(hours, zone, now, expected):
    assert next_opening(hours, zone, utc(now)) == utc(expected)


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": []},
        {"mon": [["25:00", "26:00"]]},
        {"mon": "always"},
        {"mon": [["24:00", "06:00"]]},
        {**EIGHT_TO_FIVE, "closures": [["2026-01-01", "2028-12-31"]]},
    ],
)
def test_hours_that_never_open_have_no_next_opening(hours):
    assert next_opening(hours, "UTC", utc("2026-11-23T12:00")) is None


NO_CLOCKS = ["08:60", "8:5", "25:00", "24:01", "0008:00", "²8:00", "٠٨:00", "-8:00", "8", "", None, 8, ["08:00"]]


@pytest.mark.parametrize("clock", [*NO_CLOCKS, "9" * 5000 + ":00"])
def test_a_clock_time_that_cannot_be_read_opens_nothing(clock):
    assert next_opening({"mon": [[clock, "24:00"]]}, "UTC", utc("2026-11-23T00:00")) is None


def test_a_clock_time_may_leave_out_the_zero_before_it_and_stand_between_blanks():
    assert next_opening({"mon": [[" 8:00 ", "17:00"]]}, "UTC", utc("2026-11-23T00:00")) == utc("2026-11-23T08:00")


@pytest.mark.parametrize(
    "closure",
    [["2026-11-24", "2026-11-23"], ["2026-11-23T12:00", "2026-11-23T12:00"], ["2026-11-23T24:01", "2026-11-24"]],
)
def test_a_closure_that_never_begins_is_none(closure):
    assert read_closure(closure, "UTC") is None


@pytest.mark.parametrize(
    ("zone", "span", "opens", "closes"),
    [
        # Clocks forward: 02:30 does not exist and means the moment after the gap.
        (NEW_YORK, ("sun", "2026-03-08", "02:30", "10:00"), "2026-03-08T07:00", "2026-03-08T14:00"),
        (NEW_YORK, ("sun", "2026-03-08", "02:10", "10:00"), "2026-03-08T07:00", "2026-03-08T14:00"),
        (SYDNEY, ("sun", "2026-10-04", "02:30", "10:00"), "2026-10-03T16:00", "2026-10-03T23:00"),
        (NEW_YORK, ("sun", "2026-03-08", "00:00", "02:30"), "2026-03-08T05:00", "2026-03-08T07:00"),
        # Clocks back: 01:30 shows twice; a span begins at the first and ends at the last.
        (NEW_YORK, ("sun", "2026-11-01", "01:30", "10:00"), "2026-11-01T05:30", "2026-11-01T15:00"),
        (NEW_YORK, ("sun", "2026-11-01", "00:00", "01:30"), "2026-11-01T04:00", "2026-11-01T06:30"),
        (SYDNEY, ("sun", "2026-04-05", "02:30", "10:00"), "2026-04-04T15:30", "2026-04-05T00:00"),
        (SYDNEY, ("sat", "2026-04-04", "22:00", "02:30"), "2026-04-04T11:00", "2026-04-04T16:30"),
    ],
)
def test_the_odd_nights_of_the_year(zone, span, opens, closes):
    day, _, start, end = span
    hours = {day: [[start, end]]}

    assert next_opening(hours, zone, utc(opens) - timedelta(hours=3)) == utc(opens)
    assert is_open(hours, zone, utc(opens))
    assert is_open(hours, zone, utc(closes) - timedelta(seconds=1))
    assert not is_open(hours, zone, utc(closes))


@pytest.mark.parametrize(
    ("zone", "closure", "shut", "opens"),
    [
        # Clocks forward: the closure ends, or begins, with the first moment after the gap.
        (NEW_YORK, ["2026-03-07T12:00", "2026-03-08T02:30"], "2026-03-07T17:00", "2026-03-08T07:00"),
        (NEW_YORK, ["2026-03-08T02:30", "2026-03-08T09:00"], "2026-03-08T07:00", "2026-03-08T13:00"),
        (SYDNEY, ["2026-10-03T12:00", "2026-10-04T02:30"], "2026-10-03T02:00", "2026-10-03T16:00"),
        (SANTIAGO, ["2026-09-06", "2026-09-06"], "2026-09-06T04:00", "2026-09-07T03:00"),
        # Clocks back: it begins at the first of the two and ends at the last.
        (NEW_YORK, ["2026-11-01T01:30", "2026-11-01T09:00"], "2026-11-01T05:30", "2026-11-01T14:00"),
        (NEW_YORK, ["2026-10-31T12:00", "2026-11-01T01:30"], "2026-10-31T16:00", "2026-11-01T06:30"),
        (SYDNEY, ["2026-04-04T12:00", "2026-04-05T02:30"], "2026-04-04T01:00", "2026-04-04T16:30"),
        (SANTIAGO, ["2026-04-04T23:30", "2026-04-05T08:00"], "2026-04-05T02:30", "2026-04-05T12:00"),
    ],
)
def test_closures_in_the_odd_nights_of_the_year(zone, closure, shut, opens):
    hours = {"closures": [closure]}

    assert read_closure(closure, zone) == (utc(shut), utc(opens))
    assert is_open(hours, zone, utc(shut) - timedelta(seconds=1))
    assert not is_open(hours, zone, utc(shut))
    assert next_opening(hours, zone, utc(shut)) == utc(opens)


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        (EIGHT_TO_FIVE, "2026-11-23T07:00", "2026-11-23T08:00"),
        (EIGHT_TO_FIVE, "2026-11-23T08:00", "2026-11-24T08:00"),
        ({"mon": [["08:00", "12:00"], ["12:00", "17:00"]]}, "2026-11-23T09:00", "2026-11-30T08:00"),
        ({"mon": [["08:00", "17:00"]], "closures": [["2026-11-23T09:00", "2026-11-23T10:00"]]}, "2026-11-23T08:30",
         "2026-11-23T10:00"),
        ({}, "2026-11-23T09:00", None),
        ({day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, "2026-11-23T09:00",
         None),
    ],
)  # fmt: skip
def test_the_next_start_is_when_what_was_closed_opens(hours, now, expected):
    assert next_start(hours, "UTC", utc(now)) == (utc(expected) if expected else None)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"mon": [["13:00", "17:00"], ["08:00", "12:00"]]}, [("13:00", "17:00"), ("18:00", "22:00")]),
        ({"mon": [["22:00", "06:00"]]}, [("03:00", "11:00")]),
        ({"mon": [["08:00", "17:00"]], "holidays": ["2026-11-23"]}, []),
        ({"mon": [["08:00", "17:00"]], "closures": [["2026-11-23T12:00", "2026-11-23T13:00"]]},
         [("13:00", "17:00"), ("18:00", "22:00")]),
        ({"tue": [["08:00", "17:00"]]}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_the_spans_of_a_day_are_those_that_begin_on_it_there_less_what_is_closed(hours, expected):
    spans = spans_on(hours, "America/New_York", date(2026, 11, 23))

    assert [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in spans] == expected


def test_a_timetable_reads_as_the_hours_it_was_made_from():
    timetable = Timetable(EIGHT_TO_FIVE)

    assert (timetable, dict(timetable)) == (EIGHT_TO_FIVE, EIGHT_TO_FIVE)
    assert timetable == Timetable(dict(EIGHT_TO_FIVE)) != Timetable({"mon": []})
    assert is_open(timetable, "UTC", utc("2026-11-23T08:00"))
    assert not Timetable({})


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SPANS = st.lists(st.tuples(st.times(), st.times()).map(lambda pair: [f"{t:%H:%M}" for t in pair]), max_size=3)
EDGES = st.one_of(DAYS.map(str), st.tuples(DAYS, st.times()).map(lambda edge: f"{edge[0]}T{edge[1]:%H:%M}"))
HOURS = st.builds(
    lambda weekly, more: weekly | more,
    st.dictionaries(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), SPANS),
    st.fixed_dictionaries(
        {},
        optional={
            "holidays": st.lists(DAYS.map(str), max_size=5),
            "closures": st.lists(st.one_of(DAYS.map(str), st.lists(EDGES, min_size=2, max_size=2)), max_size=4),
        },
    ),
)
#: Beside the usual: half an hour, a clock turned back over midnight, two hours at once, and none at all.
ZONES = st.sampled_from(
    [NEW_YORK, SYDNEY, SANTIAGO, "Australia/Lord_Howe", "America/Havana", "Antarctica/Troll", "Asia/Beirut", "UTC"]
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed)


@given(HOURS, ZONES, MOMENTS, st.floats(0, 1, exclude_max=True))
def test_the_next_opening_is_open_and_nothing_before_it_is(hours, zone, now, share):
    opening = next_opening(hours, zone, now)

    if opening is None:
        assert not is_open(hours, zone, now + timedelta(days=366) * share)
        return
    assert opening >= now
    assert is_open(hours, zone, opening)
    between = min(now + (opening - now) * share, opening - timedelta(microseconds=1))  # the share may be rounded up
    assert opening == now or not is_open(hours, zone, between)


@given(HOURS, ZONES, MOMENTS, st.floats(0, 1, exclude_min=True))
def test_until_the_next_start_it_only_ever_closes(hours, zone, now, share):
    start = next_start(hours, zone, now)
    until = start - timedelta(microseconds=1) if start else now + timedelta(days=366)
    between = now + (until - now) * share

    assert is_open(hours, zone, now) or not is_open(hours, zone, between)
    assert start is None or (is_open(hours, zone, start) and not is_open(hours, zone, until))
