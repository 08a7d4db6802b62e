"""Which transport carries which channel, as the settings say."""

from __future__ import annotations

from flask import current_app

from leadapp.models import Channel
from leadapp.notify.log import LogTransport
from leadapp.notify.outcomes import Transport
from leadapp.notify.push import PushTransport
from leadapp.notify.smtp import SmtpTransport
from leadapp.notify.twilio import TwilioCalls, TwilioTexts
from leadapp.settings import Settings

_LOG, _PUSH, _SMTP = LogTransport(), PushTransport(), SmtpTransport()
_TWILIO: dict[Channel, Transport] = {Channel.SMS: TwilioTexts(), Channel.CALL: TwilioCalls()}


def transport_of(channel: Channel) -> Transport:
    """What carries this channel in the running application."""
    settings: Settings = current_app.config["LEADAPP"]
    if channel is Channel.PUSH:
        return _PUSH
    if channel is Channel.EMAIL:
        return _SMTP if settings.smtp_url else _LOG
    return _TWILIO[channel] if settings.sms_provider == "twilio" else _LOG


def waited_for() -> list[Channel]:
    """Channels whose messages wait for somebody else's machine."""
    return [channel for channel in Channel if transport_of(channel).waits]


def at_once() -> list[Channel]:
    """Channels that wait for nobody."""
    return [channel for channel in Channel if not transport_of(channel).waits]
