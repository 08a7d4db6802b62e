"""What counts as an illness of the machine, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.machine.illness import (
    CLOCK_LATE,
    NO_WORKER,
    REDIS_AWAY,
    Kind,
    Limits,
    Sends,
    Vitals,
    failing_sends,
    signs,
)
from leadapp.models import AlarmKind
from leadapp.routing.values import Channel

LIMITS = Limits()
TEXTS_FAIL = failing_sends(Channel.SMS)


def vitals(lag=0.0, living_workers=1, redis_answers=True, **sends):
    channels = {Channel(name): Sends(*counted) for name, counted in sends.items()}
    return Vitals(timedelta(seconds=lag), living_workers, redis_answers, channels)


def test_nothing_is_seen_of_a_machine_that_is_well():
    assert signs(vitals(), (), LIMITS) == frozenset()


@pytest.mark.parametrize(("lag", "seen"), [(30, frozenset()), (30.1, {CLOCK_LATE})])
def test_a_clock_is_late_beyond_thirty_seconds(lag, seen):
    assert signs(vitals(lag=lag), (), LIMITS) == seen


def test_a_worker_that_is_gone_and_a_redis_that_is_away_are_seen():
    assert signs(vitals(living_workers=0, redis_answers=False), (), LIMITS) == {NO_WORKER, REDIS_AWAY}


def test_the_lag_without_a_worker_and_the_one_it_leaves_to_catch_up_with_are_no_second_illness():
    assert signs(vitals(lag=300, living_workers=0), (), LIMITS) == {NO_WORKER}
    assert signs(vitals(lag=300), (NO_WORKER,), LIMITS) == frozenset()


def test_a_late_clock_is_not_said_to_be_in_time_because_its_worker_has_died():
    assert CLOCK_LATE in signs(vitals(lag=0, living_workers=0), (CLOCK_LATE,), LIMITS)
    assert CLOCK_LATE not in signs(vitals(lag=0), (CLOCK_LATE,), LIMITS)


@pytest.mark.parametrize(
    ("failing", "went_out", "is_ill"),
    [(4, 0, False), (5, 0, True), (5, 4, True), (5, 5, False), (50, 60, False)],
)
def test_sends_fail_when_five_do_and_they_are_more_than_went_out(failing, went_out, is_ill):
    assert signs(vitals(sms=(failing, went_out)), (), LIMITS) == ({TEXTS_FAIL} if is_ill else frozenset())


@pytest.mark.parametrize(
    ("failing", "went_out", "is_over"),
    [(0, 0, True), (3, 3, False), (1, 0, False), (0, 1, True), (3, 4, True), (9, 8, False)],
)
def test_failing_sends_are_over_when_more_went_out_or_nothing_has_failed_for_long(failing, went_out, is_over):
    assert (TEXTS_FAIL not in signs(vitals(sms=(failing, went_out)), (TEXTS_FAIL,), LIMITS)) is is_over


@given(st.sampled_from(Channel), st.integers(0, 20), st.integers(0, 20))
def test_each_channel_is_judged_by_itself(channel, failing, went_out):
    seen = signs(vitals(**{channel.value: (failing, went_out)}), (), LIMITS)

    assert seen <= {failing_sends(channel)}


def test_every_kind_is_a_kind_of_alarm():
    assert {kind.value for kind in Kind} <= {kind.value for kind in AlarmKind}
