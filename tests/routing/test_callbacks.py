from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadapp.routing.callbacks import MOST_CALLS, Unfit, call_again_at, moves_clock, tomorrow_morning, unfit

CHICAGO = "America/Chicago"
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # a Monday, in Chicago


def at(hour, minute=0, *, day=23):
    """That time on the wall in Chicago."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=6 + hour, minutes=minute)


@pytest.mark.parametrize(
    ("now", "again"),
    [
        (at(12), at(12, 30)),
        (at(6, 29), at(8)),
        (at(6, 30), at(7)),
        (at(20, 30), at(21)),
        (at(20, 31), at(8, day=24)),
        (at(2), at(8)),
        (at(23), at(8, day=24)),
    ],
)
def test_the_next_call_is_in_half_an_hour_and_never_in_the_night(now, again):
    assert call_again_at(now, CHICAGO, urgent=False) == again


def test_a_burst_pipe_does_not_wait_for_the_morning():
    assert call_again_at(at(2), CHICAGO, urgent=True) == at(2, 30)
    assert unfit(at(3), at(2), CHICAGO, urgent=True, was_reached=False) is None


@pytest.mark.parametrize(
    ("then", "wrong"),
    [
        (NOON, Unfit.PAST),
        (NOON - timedelta(seconds=1), Unfit.PAST),
        (NOON + timedelta(seconds=1), None),
        (NOON + timedelta(days=3), None),
        (NOON + timedelta(days=3, seconds=1), Unfit.TOO_FAR),
        (at(6, 59, day=24), Unfit.NIGHT),
        (at(7, day=24), None),
        (at(21, 1), Unfit.NIGHT),
    ],
)
def test_what_is_past_too_far_or_in_the_night_is_unfit(then, wrong):
    assert unfit(then, NOON, CHICAGO, urgent=False, was_reached=False) is wrong


def test_who_was_spoken_to_may_be_called_in_some_weeks():
    assert unfit(NOON + timedelta(days=90), NOON, CHICAGO, urgent=False, was_reached=True) is None
    assert unfit(NOON + timedelta(days=91), NOON, CHICAGO, urgent=False, was_reached=True) is Unfit.TOO_FAR


def test_tomorrow_morning_is_eight_on_the_wall_also_when_the_clocks_change():
    before_summer = datetime(2026, 3, 7, 18, tzinfo=UTC)

    assert tomorrow_morning(NOON, CHICAGO) == at(8, day=24)
    assert tomorrow_morning(before_summer, CHICAGO) == datetime(2026, 3, 8, 13, tzinfo=UTC)


def test_the_sixth_call_moves_the_clock_for_the_last_time():
    assert [moves_clock(calls) for calls in (1, MOST_CALLS, MOST_CALLS + 1)] == [True, True, False]
