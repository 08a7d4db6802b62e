"""Where Twilio calls back about a message. Its receipt stands last, so that nobody can guess the address."""

from __future__ import annotations

from flask import current_app

from leadapp.models import Message
from leadapp.settings import Settings

TEXT_STATUS = "/twilio/status/"
CALL = "/twilio/call/"
CALL_STATUS = "/twilio/call-status/"


def callback_url(path: str, message: Message) -> str:
    """The public address of one of the paths above, for this message."""
    settings: Settings = current_app.config["LEADAPP"]
    return settings.base_url + path + message.receipt
