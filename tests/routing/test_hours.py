"""Open, closed, next opening; both hemispheres' odd nights."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.hours import is_open, next_opening

EIGHT_TO_FIVE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NEW_YORK, SYDNEY = "America/New_York", "Australia/Sydney"


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
        ({**EIGHT_TO_FIVE, "holidays": ["2026-11-23"]}, "UTC", "2026-11-23T12:00", False),
        ({"sun": [["22:00", "06:00"]], "holidays": ["2026-11-23"]}, "UTC", "2026-11-23T05:00", True),
        ({"holidays": ["2026-12-25"]}, "UTC", "2026-12-25T12:00", False),
        ({"holidays": ["2026-12-25"]}, "UTC", "2026-12-24T12:00", True),
        (EIGHT_TO_FIVE, "Nowhere/Land", "2026-11-23T12:00", True),
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
    ],
)
def test_next_opening(hours, zone, now, expected):
    assert next_opening(hours, zone, utc(now)) == utc(expected)


@pytest.mark.parametrize("hours", [{"mon": []}, {"mon": [["25:00", "26:00"]]}, {"mon": "always"}])
def test_hours_that_never_open_have_no_next_opening(hours):
    assert next_opening(hours, "UTC", utc("2026-11-23T12:00")) is None


@pytest.mark.parametrize(
    ("zone", "span", "opens", "closes"),
    [
        # Clocks forward: 02:30 does not exist and means the moment after the gap.
        (NEW_YORK, ("sun", "2026-03-08", "02:30", "10:00"), "2026-03-08T07:00", "2026-03-08T14:00"),
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


SPANS = st.lists(st.tuples(st.times(), st.times()).map(lambda pair: [f"{t:%H:%M}" for t in pair]), max_size=3)
HOURS = st.dictionaries(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), SPANS)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(HOURS, st.sampled_from([NEW_YORK, SYDNEY, "UTC", "Asia/Kolkata"]), MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours, zone, now):
    opening = next_opening(hours, zone, now)

    if opening is None:
        assert not is_open(hours, zone, now)
        return
    assert opening >= now
    assert is_open(hours, zone, opening)
    assert opening == now or not is_open(hours, zone, opening - timedelta(seconds=1))
