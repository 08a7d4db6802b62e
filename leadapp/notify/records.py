"""What an outcome leaves behind beside the message: the device's state and the lead's timeline."""

from __future__ import annotations

import logging
from datetime import datetime

from leadapp.extensions import db
from leadapp.models import WRITTEN, Channel, Event, EventKind, Message, OptOut, PushSubscription
from leadapp.notify.outcomes import Failure, Gone, Outcome, Refused, Sent, Unreachable, Unsendable
from leadapp.routing.said import Said, as_json, said
from leadapp.transaction import board_changed, wake_later

log = logging.getLogger(__name__)


def note_device(subscription_id: str, outcome: Outcome, now: datetime) -> None:
    """Removes a device only when its push service says that it is gone; a refusal is kept and raised as an alarm.

    What is said of an endpoint that the device has left since says nothing about the device.
    """
    # Key share: a capture that writes a push to this very device need not wait.
    locked = {"key_share": True}
    device = db.session.get_one(PushSubscription, subscription_id, populate_existing=True, with_for_update=locked)
    match outcome:
        case Gone(endpoint=str(asked)) | Refused(endpoint=str(asked)) if asked != device.endpoint:
            return
        case Sent():
            device.refused_at = None
        case Gone():
            device.removed_at = device.removed_at or now
        case Refused(error):
            device.refused_at = now
            log.error("push_refused subscription=%s key=%s error=%r", subscription_id, device.key_id, error)


def note_sent(message: Message, rep_name: str | None, taken: Said, now: datetime) -> None:
    """A rep was alerted about an offer, or somebody's words went to the customer, which may be a contact."""
    if message.lead_id and message.cause.startswith(WRITTEN):
        wake_later("note_texted", message.lead_id)
    if message.offer_id:
        _write(
            message, EventKind.ALERTED, said("{message} {taken}.", message=_what(message, rep_name), taken=taken), now
        )


def note_arrived(message: Message, rep_name: str | None, now: datetime) -> None:
    """The carrier says that it is on the telephone."""
    _write(message, EventKind.SHOWN, said("{message} arrived.", message=_what(message, rep_name)), now)


def note_failed(message: Message, rep_name: str | None, outcome: Failure, now: datetime) -> None:
    """Somebody was not told; a number that the carrier says wants no texts gets none any more."""
    error = outcome.error
    log.warning("message_not_sent message=%s channel=%s error=%r", message.id, message.channel.value, error)
    text = said("{message} was not sent. {error}", message=_what(message, rep_name), error=error)
    _write(message, EventKind.NOTE, text, now)
    if isinstance(outcome, Unreachable) and outcome.opted_out and db.session.get(OptOut, message.to) is None:
        db.session.add(
            OptOut(phone=message.to, at=now, because=said("the carrier said so ({code})", code=outcome.code))
        )


def says_nobody_is_there(channel: Channel, outcome: Failure) -> bool:
    """Whether it is the address that failed, and not we, our settings or a provider that was away."""
    return isinstance(outcome, Unreachable) or (channel is Channel.EMAIL and isinstance(outcome, Unsendable))


def _what(message: Message, rep_name: str | None) -> Said:
    name = rep_name or said("the customer")
    match message.channel:
        case Channel.PUSH:
            return said("Push to {name}'s phone", name=name)
        case Channel.SMS:
            return said("Text to {name}", name=name)
        case Channel.CALL:
            return said("Call to {name}", name=name)
        case Channel.EMAIL:
            return said("E-mail to {name}", name=name)


def _write(message: Message, kind: EventKind, text: Said, now: datetime) -> None:
    if message.lead_id:
        db.session.add(Event(lead_id=message.lead_id, at=now, kind=kind, text=text, said=as_json(text)))
        board_changed()
