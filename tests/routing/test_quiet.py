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


def goes(now, zone=CHICAGO, *, heard_before=LONG_AGO):
    return goes_at(now, heard_at=now - heard_before, zone=zone)


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


@given(MOMENTS, ZONES, st.timedeltas(timedelta(), ANSWER_WITHIN))
def test_an_answer_goes_at_once_whatever_the_hour(now, zone, ago):
    assert goes(now, zone, heard_before=ago) == now


@given(MOMENTS, ZONES)
@example(there("2026-03-08T01:59:59"), CHICAGO)
@example(there("2026-11-01T01:30:00"), CHICAGO)
@example(there("2026-10-03T23:59:59", "Australia/Lord_Howe"), "Australia/Lord_Howe")
def test_it_goes_while_the_clock_there_allows_it_and_never_before_it_was_written(now, zone):
    at = goes(now, zone)

    local = at.astimezone(ZoneInfo(zone))
    begins = time(12) if local.weekday() == 6 else time(9)
    assert begins <= local.time() < time(20)
    assert now <= at <= now + timedelta(hours=17)


@given(MOMENTS, ZONES)
def test_it_waits_no_longer_than_it_must(now, zone):
    at = goes(now, zone)

    assert at == now or goes(at - timedelta(microseconds=1), zone) == at
    assert goes(at, zone) == at
