"""Which transport carries which channel, as the settings say."""

from __future__ import annotations

from leadapp.models import Channel
from leadapp.notify.log import LogTransport
from leadapp.notify.outcomes import Transport
from leadapp.notify.push import PushTransport

_PUSH, _LOG = PushTransport(), LogTransport()


def transport_of(channel: Channel) -> Transport:
    """What carries this channel in the running application."""
    return _PUSH if channel is Channel.PUSH else _LOG


def waited_for() -> list[Channel]:
    """Channels whose messages wait for somebody else's machine."""
    return [channel for channel in Channel if transport_of(channel).waits]


def at_once() -> list[Channel]:
    """Channels that wait for nobody."""
    return [channel for channel in Channel if not transport_of(channel).waits]
