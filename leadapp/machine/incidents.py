"""When an incident begins, goes on and is over: one rule for every illness and for every process that looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from leadapp.machine.illness import Illness, Limits

#: Of the time after which an incident is over: so often whoever sees it has to say so.
_SAID_EVERY = 1 / 3


@dataclass(frozen=True, slots=True)
class View:
    """What one process saw when it looked, and since when it has seen that at each look."""

    at: datetime
    since: Mapping[Illness, datetime]

    def is_certain(self, illness: Illness, limits: Limits) -> bool:
        return illness in self.since and self.at - self.since[illness] >= limits.needed_for(illness.kind)


@dataclass(frozen=True, slots=True)
class Steps:
    """What has to be done: incidents that begin, that are still seen, and that are over."""

    begin: tuple[Illness, ...] = ()
    go_on: tuple[Illness, ...] = ()
    end: tuple[Illness, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.begin or self.go_on or self.end)


def look(seen: Set[Illness], before: View | None, now: datetime, limits: Limits) -> View:
    """What the process sees now, added to what it saw `before`. A process that slept, or whose clock was set back,
    starts anew."""
    is_unbroken = before is not None and before.at <= now <= before.at + limits.longest_gap
    known = before.since if before is not None and is_unbroken else {}
    return View(now, {illness: known.get(illness, now) for illness in seen})


def next_steps(standing: Mapping[Illness, datetime], view: View, limits: Limits) -> Steps:
    """What this view makes of the incidents that stand, each with the moment when somebody saw it last.

    An incident begins when somebody is certain. It goes on while anybody sees it, certain or not, so that a process
    that has just started ends nothing. It ends for whoever does not see it when nobody else has for a while. So those
    who see it and those who do not never take turns in telling people.
    """
    unseen = [illness for illness in standing if illness not in view.since]
    return Steps(
        begin=_sorted(each for each in view.since if each not in standing and view.is_certain(each, limits)),
        go_on=_sorted(
            each for each, at in standing.items()
            if each in view.since and view.at - at >= limits.over_after * _SAID_EVERY
        ),
        end=_sorted(each for each in unseen if view.at - standing[each] >= limits.over_after),
    )  # fmt: skip


def _sorted(illnesses: Iterable[Illness]) -> tuple[Illness, ...]:
    return tuple(sorted(illnesses))
