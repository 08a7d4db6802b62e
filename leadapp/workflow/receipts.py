"""How far a message got: shown and opened, as devices report, and answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update

from leadapp.extensions import db
from leadapp.models import EventKind, Message, MessageState, Rep
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.reachability import hear_from
from leadapp.workflow.timeline import record

# A report is stronger than what we believed: a send that we gave up on after a time-out may well have arrived.
_BEFORE_SHOWN = frozenset(MessageState) - {MessageState.SHOWN, MessageState.OPENED, MessageState.ANSWERED}
_BEFORE_OPENED = _BEFORE_SHOWN | {MessageState.SHOWN}


def message_shown(receipt: str, now: datetime) -> None:
    """The device displayed it. Counts once and never takes a later report back; an unknown receipt changes nothing."""
    found = _find(receipt)
    if found is None or found.shown_at:
        return
    with transaction():
        message = _lock(found)
        if message.shown_at:
            return
        message.shown_at = now
        if message.state in _BEFORE_SHOWN:
            message.state = MessageState.SHOWN
        _tell(message, EventKind.SHOWN, lambda name: said("{name}'s phone showed it.", name=name), now)
        rep_id = message.rep_id
    hear_from(rep_id, now)


def message_opened(receipt: str, now: datetime) -> None:
    """The person tapped it, so it was shown too. Counts once; an unknown receipt changes nothing."""
    found = _find(receipt)
    if found is None or found.opened_at:
        return
    with transaction():
        message = _lock(found)
        if message.opened_at:
            return
        message.opened_at = now
        message.shown_at = message.shown_at or now
        if message.state in _BEFORE_OPENED:
            message.state = MessageState.OPENED
        _tell(message, EventKind.OPENED, lambda name: said("{name} opened the alert.", name=name), now)
        rep_id = message.rep_id
    hear_from(rep_id, now)


def note_answered(lead_id: str, rep_id: str, now: datetime) -> None:
    """The rep has answered what these messages asked, by whichever of them, in the running transaction."""
    asked = (Message.lead_id == lead_id) & (Message.rep_id == rep_id)
    asked &= Message.offer_id.is_not(None) | (Message.while_state == LeadState.QUEUED)
    reached = Message.state.in_((MessageState.SENT, MessageState.SHOWN, MessageState.OPENED))
    db.session.execute(update(Message).where(asked, reached).values(state=MessageState.ANSWERED, answered_at=now))


def _find(receipt: str) -> Message | None:
    if not (receipt.isascii() and receipt.isprintable()):  # PostgreSQL cannot even be asked about a NUL
        return None
    return db.session.scalar(select(Message).where(Message.receipt == receipt))


def _lock(found: Message) -> Message:
    if found.lead_id:
        lock_lead(found.lead_id)
    return db.session.get_one(Message, found.id, populate_existing=True, with_for_update=True)


def _tell(message: Message, kind: EventKind, words: Callable[[str], Said], now: datetime) -> None:
    if message.lead_id and message.rep_id:
        rep = db.session.get_one(Rep, message.rep_id)
        record(message.lead_id, kind, words(rep.name), now=now)
