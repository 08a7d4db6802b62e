"""What the machine suffers from, out of what one process can see of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from leadapp.routing.values import Channel

#: The stretch of time whose sends are counted.
COUNTED_FOR = timedelta(minutes=10)


class Kind(StrEnum):
    """The kinds of illness; each is a kind of alarm, too."""

    CLOCK_LATE = "clock_late"  # what is due happens late
    NO_WORKER = "no_worker"  # no worker gives a sign of life
    REDIS_AWAY = "redis_away"  # Redis does not answer
    SENDS_FAIL = "sends_fail"  # what leaves by one channel fails more often than it goes out


class Illness(NamedTuple):
    """One thing that is wrong; `subject` is the channel when it is the sends of one."""

    kind: Kind
    subject: str = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when on something is an illness, and until when it is.

    What comes with every restart must be seen without a break for a while: a worker that is not up yet for `gone_for`,
    and for `late_for` the lag that its first sweep reports of what it has just caught up with. An incident is over when
    nobody has seen it for `over_after`. Looks further apart than `longest_gap` prove nothing of the time between.
    """

    late: timedelta = timedelta(seconds=30)
    late_for: timedelta = timedelta(seconds=10)
    gone_for: timedelta = timedelta(seconds=30)
    fewest_failing: int = 5
    over_after: timedelta = timedelta(seconds=60)
    longest_gap: timedelta = timedelta(seconds=30)

    def needed_for(self, kind: Kind) -> timedelta:
        """How long an illness must have been seen to be certain."""
        match kind:
            case Kind.NO_WORKER | Kind.REDIS_AWAY:
                return self.gone_for
            case Kind.CLOCK_LATE:
                return self.late_for
            case Kind.SENDS_FAIL:  # the time in which they are counted is long enough
                return timedelta(0)


@dataclass(frozen=True, slots=True)
class Sends:
    """Of one channel within `COUNTED_FOR`: messages that failed or fail again and again, through no fault of whoever
    they are for, and messages that went out. `error` is what came of one that fails."""

    failing: int = 0
    went_out: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a process sees of the machine at one moment."""

    lag: timedelta
    living_workers: int
    redis_answers: bool
    sends: Mapping[Channel, Sends] = field(default_factory=dict)


CLOCK_LATE, NO_WORKER, REDIS_AWAY = (Illness(kind) for kind in (Kind.CLOCK_LATE, Kind.NO_WORKER, Kind.REDIS_AWAY))


def failing_sends(channel: Channel) -> Illness:
    return Illness(Kind.SENDS_FAIL, channel.value)


def signs(vitals: Vitals, standing: Collection[Illness], limits: Limits) -> frozenset[Illness]:
    """What is to be seen of every illness at this moment, certain or not. `standing` are the incidents of now.

    What stands goes on until it is seen to be over: a lag until a worker is in time, failing sends until more went out
    than failed, or nothing has failed for as long as is counted.
    """
    seen = {failing_sends(channel) for channel in Channel if _sends_fail(channel, vitals, standing, limits)}
    if not vitals.living_workers:
        seen.add(NO_WORKER)
    if not vitals.redis_answers:
        seen.add(REDIS_AWAY)
    if _clock_is_late(vitals, standing, limits):
        seen.add(CLOCK_LATE)
    return frozenset(seen)


def _clock_is_late(vitals: Vitals, standing: Collection[Illness], limits: Limits) -> bool:
    """Without a worker nothing is in time, and after that there is much to catch up with: one illness, not two."""
    is_late, works = vitals.lag > limits.late, vitals.living_workers > 0
    if CLOCK_LATE in standing:
        return is_late or not works
    return is_late and works and NO_WORKER not in standing


def _sends_fail(channel: Channel, vitals: Vitals, standing: Collection[Illness], limits: Limits) -> bool:
    sends = vitals.sends.get(channel, Sends())
    if failing_sends(channel) in standing:
        return 0 < sends.failing >= sends.went_out
    return sends.failing >= limits.fewest_failing and sends.failing > sends.went_out
