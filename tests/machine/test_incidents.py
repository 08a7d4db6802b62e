"""One incident is told of once and ends once, whichever processes see it and in whatever order they look."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.machine.illness import CLOCK_LATE, NO_WORKER, REDIS_AWAY, Limits, failing_sends
from leadapp.machine.incidents import View, look, next_steps
from leadapp.routing.values import Channel

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LIMITS = Limits()
TEXTS_FAIL = failing_sends(Channel.SMS)
ILLNESSES = (CLOCK_LATE, NO_WORKER, REDIS_AWAY, TEXTS_FAIL)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


class Processes:
    """Several processes and the incidents that all of them read and write."""

    def __init__(self):
        self.views, self.last_at = {}, {}
        self.told, self.seen_at = [], defaultdict(lambda: NOW - timedelta(days=1))

    def look(self, process, seen, now):
        self.views[process] = view = look(frozenset(seen), self.views.get(process), now, LIMITS)
        self.seen_at |= dict.fromkeys(seen, now)
        steps = next_steps(self.last_at, view, LIMITS)
        self.told += [("begin", illness, now) for illness in steps.begin]
        self.told += [("end", illness, now) for illness in steps.end]
        self.last_at |= dict.fromkeys((*steps.begin, *steps.go_on), now)
        for illness in steps.end:
            del self.last_at[illness]
        return steps

    def said(self, illness):
        return [word for word, about, _at in self.told if about == illness]


def test_what_comes_with_every_restart_is_an_incident_only_when_seen_for_a_while():
    machine = Processes()

    for seconds in range(0, 30, 5):
        machine.look("web", {NO_WORKER, REDIS_AWAY}, after(seconds))
    assert machine.told == []

    assert machine.look("web", {NO_WORKER, REDIS_AWAY}, after(30)).begin == (NO_WORKER, REDIS_AWAY)


def test_the_lag_that_one_beat_reports_is_none_and_one_that_stays_is():
    machine = Processes()

    for seconds in (0, 5):
        assert not machine.look("web", {CLOCK_LATE}, after(seconds))

    assert machine.look("web", {CLOCK_LATE}, after(10)).begin == (CLOCK_LATE,)


def test_failing_sends_are_one_at_once():
    assert Processes().look("web", {TEXTS_FAIL}, NOW).begin == (TEXTS_FAIL,)


@pytest.mark.parametrize("seen_between", [frozenset(), None])
def test_what_was_not_seen_without_a_break_is_none(seen_between):
    machine = Processes()
    machine.look("web", {NO_WORKER}, after(0))
    if seen_between is not None:
        machine.look("web", seen_between, after(20))

    assert not machine.look("web", {NO_WORKER}, after(31))


def test_a_clock_that_was_set_back_starts_anew():
    machine = Processes()
    machine.look("web", {NO_WORKER}, after(0))

    assert machine.look("web", {NO_WORKER}, after(-3600)) == next_steps({}, View(NOW, {}), LIMITS)
    assert machine.views["web"].since == {NO_WORKER: after(-3600)}


def test_a_process_that_has_just_started_ends_nothing_that_it_sees_too():
    machine = Processes()
    machine.last_at = {NO_WORKER: after(-3600)}

    steps = machine.look("web", {NO_WORKER}, NOW)

    assert (steps.end, steps.go_on) == ((), (NO_WORKER,))


def test_what_one_process_sees_is_not_over_for_those_who_do_not():
    machine = Processes()
    for seconds in range(0, 600, 5):
        machine.look("sees it", {REDIS_AWAY}, after(seconds))
        machine.look("does not", (), after(seconds + 1))

    assert machine.said(REDIS_AWAY) == ["begin"]


def test_all_is_clear_a_minute_after_anybody_has_seen_it():
    machine = Processes()
    machine.look("web", {TEXTS_FAIL}, NOW)

    assert not machine.look("worker", (), after(59))
    assert machine.look("worker", (), after(60)).end == (TEXTS_FAIL,)


def test_what_goes_on_is_written_down_three_times_a_minute_and_not_at_every_look():
    machine = Processes()

    steps = [machine.look(process, {TEXTS_FAIL}, after(s)) for s in range(60) for process in ("web", "worker")]

    assert sum(bool(step.go_on) for step in steps) == 2


looks = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0, 20), st.frozensets(st.sampled_from(ILLNESSES))), min_size=1, max_size=120
)


@given(looks)
def test_beginnings_and_ends_take_turns_and_nothing_ends_that_somebody_has_just_seen(looks):
    machine, now = Processes(), NOW

    for process, seconds, seen in looks:
        now += timedelta(seconds=seconds)
        seen_at = dict(machine.seen_at)
        steps = machine.look(process, seen, now)
        for illness in steps.end:
            # Whoever sees it says so three times a minute, so of the last third nothing may be written yet.
            assert now - seen_at[illness] >= LIMITS.over_after * (2 / 3)

    for illness in ILLNESSES:
        said = machine.said(illness)
        assert said == (["begin", "end"] * len(said))[: len(said)]


@given(looks)
def test_whatever_came_before_what_stays_is_told_and_what_is_gone_is_cleared(looks):
    machine, now = Processes(), NOW
    for process, seconds, seen in looks:
        now += timedelta(seconds=seconds)
        machine.look(process, seen, now)

    for _ in range(8):  # everybody sees everything for 35 seconds, and then nothing for twice as long as it takes
        now += timedelta(seconds=5)
        for process in range(4):
            machine.look(process, ILLNESSES, now)
    assert machine.last_at.keys() == set(ILLNESSES)
    for _ in range(24):
        now += timedelta(seconds=5)
        for process in range(4):
            machine.look(process, (), now)

    assert machine.last_at == {}
    for illness in ILLNESSES:
        assert machine.said(illness)[-2:] == ["begin", "end"]
        assert machine.said(illness).count("begin") == machine.said(illness).count("end")
