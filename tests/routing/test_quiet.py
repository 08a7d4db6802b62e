"""When a text may go to a customer: answers at once, the rest while nobody sleeps, on the odd nights too."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadapp.routing.quiet import ANSWER_WITHIN, goes_at

CHICAGO = "America/Chicago"
ZONES = st.sampled_from(
    [CHICAGO, "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda after: datetime(2026, 1, 1, tzinfo=UTC) + after)
LONG_AGO = timedelta(days=2)


def goes(now, zone=CHICAGO, *others, heard_before=LONG_AGO):
    return goes_at(now, heard_at=now - heard_before, zone=zone, number_zones=others)


def there(text, zone=CHICAGO):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T19:59", "2026-11-23T19:59"),
        ("2026-11-23T20:00", "2026-11-24T09:00"),
        ("2026-11-21T20:00", "2026-11-22T12:00"),
        ("2026-11-22T11:59", "2026-11-22T12:00"),
        ("2026-11-22T21:00", "2026-11-23T09:00"),
        ("2026-03-07T23:00", "2026-03-08T12:00"),
        ("2026-03-08T01:59", "2026-03-08T12:00"),
        ("2026-10-31T23:00", "2026-11-01T12:00"),
    ],
)
def test_a_text_waits_for_the_next_hour_at_which_people_are_up(now, expected):
    assert goes(there(now)) == there(expected)


@pytest.mark.parametrize(
    ("now", "others", "expected"),
    [
        ("2026-11-23T09:30", ["America/Los_Angeles"], "2026-11-23T11:00"),
        ("2026-11-23T19:30", ["America/New_York"], "2026-11-24T09:00"),
        ("2026-11-22T12:00", ["America/Los_Angeles", "America/Denver"], "2026-11-22T14:00"),
        ("2026-11-21T19:30", ["America/New_York", "America/Los_Angeles"], "2026-11-22T14:00"),
        ("2026-11-23T12:00", [CHICAGO, "America/New_York"], "2026-11-23T12:00"),
    ],
)
def test_it_waits_until_people_are_up_wherever_the_number_may_be(now, others, expected):
    assert goes(there(now), CHICAGO, *others) == there(expected)


@pytest.mark.parametrize("now", ["2026-11-23T12:00", "2026-11-23T22:00"])
def test_the_teams_zone_decides_where_the_zones_have_no_hour_in_common(now):
    assert goes(there(now), CHICAGO, "Asia/Kolkata") == goes(there(now))


@given(MOMENTS, ZONES, st.timedeltas(timedelta(), ANSWER_WITHIN))
def test_an_answer_goes_at_once_whatever_the_hour(now, zone, ago):
    assert goes(now, zone, heard_before=ago) == now


@given(MOMENTS, ZONES)
@example(there("2026-03-08T01:59:59"), CHICAGO)
@example(there("2026-11-01T01:30:00"), CHICAGO)
@example(there("2026-10-03T23:59:59", "Australia/Lord_Howe"), "Australia/Lord_Howe")
def test_it_goes_while_the_clock_there_allows_it_and_never_before_it_was_written(now, zone):
    at = goes(now, zone)

    assert is_allowed(at, zone)
    assert now <= at <= now + timedelta(hours=17)


@given(MOMENTS, ZONES)
def test_it_waits_no_longer_than_it_must(now, zone):
    at = goes(now, zone)

    assert at == now or goes(at - timedelta(microseconds=1), zone) == at
    assert goes(at, zone) == at


@given(MOMENTS, ZONES, st.lists(ZONES, max_size=3))
def test_it_goes_at_the_first_hour_that_all_zones_allow_or_else_the_teams_does(now, zone, others):
    at = goes(now, zone, *others)

    hours = (now.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=30 * half) for half in range(1, 7 * 48))
    common = next((moment for moment in (now, *hours) if moment >= now and all_allow(moment, zone, *others)), None)
    assert at == (goes(now, zone) if common is None else common)


def all_allow(moment, *zones):
    return all(is_allowed(moment, zone) for zone in zones)


def is_allowed(moment, zone):
    local = moment.astimezone(ZoneInfo(zone))
    return time(12 if local.weekday() == 6 else 9) <= local.time() < time(20)
