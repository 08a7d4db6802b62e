"""How one rep is reached, channel by channel, as he reads it himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadapp import reach_wording
from leadapp.models import Rep
from leadapp.reach_facts import channels_of
from leadapp.routing.reach import Channels, Health, examine
from leadapp.routing.said import said
from leadapp.routing.values import Channel

_NAMES = {Channel.PUSH: said("Alerts"), Channel.SMS: said("Texts and calls"), Channel.EMAIL: said("E-mail")}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """`where` is the number, the address or how many devices; `shown_at` when a device last showed an alert."""

    name: str
    where: str | None
    words: str
    is_bad: bool
    shown_at: datetime | None = None


def ways_to_reach(rep: Rep, now: datetime) -> list[ChannelRow]:
    """Every channel, also those he does not have."""
    channels = channels_of([rep], now)[rep.id]
    states = examine(channels, now)
    where = {Channel.PUSH: _devices(channels), Channel.SMS: rep.phone, Channel.EMAIL: rep.email}
    shown = max((device.shown_at for device in channels.devices if device.shown_at), default=None)
    return [
        ChannelRow(
            name=name,
            where=where[channel],
            words=reach_wording.how_it_is(channel, states[channel]),
            is_bad=states[channel].health is Health.FAILED,
            shown_at=shown if channel is Channel.PUSH else None,
        )
        for channel, name in _NAMES.items()
    ]


def _devices(channels: Channels) -> str | None:
    count = sum(not device.gone for device in channels.devices)
    if count > 1:
        return said("{count} phones or browsers", count=count)
    return said("1 phone or browser") if count else None
