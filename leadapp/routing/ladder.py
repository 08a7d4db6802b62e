"""The ladder: by which channels one rep is told of one thing, and when the next is tried because nothing was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from leadapp.routing.values import Channel

#: Of the time there is to answer, so much may go by at most before the next rung: an offer of thirty seconds climbs
#: faster than one of five minutes, and every rung stands inside the claim window.
_LATEST_TEXT, _LATEST_CALL = 1 / 3, 2 / 3


class Calls(StrEnum):
    """For which leads a phone is called."""

    URGENT = "urgent"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Ladder:
    """`sms_after` and `call_after` are seconds from the first ring."""

    sms_after: int = 20
    call_after: int = 60
    call: Calls = Calls.URGENT


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rep can be told by."""

    devices: bool
    phone: bool
    email: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """One channel, so long after the first. `unless_shown`: not needed once a device has shown the alert."""

    channel: Channel
    after: timedelta = timedelta(0)
    unless_shown: bool = False


def ladder(*settings: Mapping[str, Any] | None) -> Ladder:
    """The ladder of a team, or of a rep of it: later settings go before earlier ones; what none says is as usual."""
    said = {name: value for each in settings for name, value in (each or {}).items() if value is not None}
    usual = Ladder()
    return Ladder(
        sms_after=said.get("sms_after", usual.sms_after),
        call_after=said.get("call_after", usual.call_after),
        call=Calls(said.get("call", usual.call)),
    )


def rungs(steps: Ladder, reach: Reach, *, urgent: bool, window: timedelta, may_call: bool = True) -> tuple[Rung, ...]:
    """How a rep is told, the first at once; empty when there is nothing to tell him by.

    Push, then a text unless the push was shown, then a call. Without a device the text goes at once, without a phone an
    e-mail stands for it. `window` is how long an answer is worth something.
    """
    return tuple(_climb(steps, reach, urgent, window, may_call))


def _climb(steps: Ladder, reach: Reach, urgent: bool, window: timedelta, may_call: bool) -> Iterator[Rung]:
    if reach.devices:
        yield Rung(Channel.PUSH)
    text_after = min(timedelta(seconds=steps.sms_after), window * _LATEST_TEXT) if reach.devices else timedelta(0)
    if reach.phone or reach.email:
        yield Rung(Channel.SMS if reach.phone else Channel.EMAIL, text_after, unless_shown=reach.devices)
    is_called = steps.call is Calls.ALWAYS or (steps.call is Calls.URGENT and urgent)
    if reach.phone and may_call and is_called:
        yield Rung(Channel.CALL, min(timedelta(seconds=steps.call_after), window * _LATEST_CALL))
