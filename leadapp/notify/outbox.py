"""The outbox: lease a message, send it with no transaction open, record what came of it. At least once."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from leadapp.extensions import db
from leadapp.models import Channel, Lead, Message, MessageState, Offer
from leadapp.notify.instead import tell_instead
from leadapp.notify.log import LogTransport
from leadapp.notify.outcomes import Gone, Outcome, Parcel, Refused, Retry, Sent, Settled, Transport, Unsendable
from leadapp.notify.push import PushTransport
from leadapp.notify.records import note_device, note_failed, note_sent
from leadapp.routing.values import OfferOutcome
from leadapp.transaction import transaction

log = logging.getLogger(__name__)

_HANDED_OUT = timedelta(seconds=1)  # long enough to begin with it, short enough that a slow one holds up nobody
_LEASE = timedelta(seconds=30)  # longer than any send may take
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_WAITING = (MessageState.PENDING, MessageState.SENDING)
_TRANSPORTS: dict[Channel, Transport] = {
    Channel.PUSH: PushTransport(),
    Channel.SMS: LogTransport(),
    Channel.CALL: LogTransport(),
    Channel.EMAIL: LogTransport(),
}


def take_due_messages(now: datetime, limit: int = 200) -> list[str]:
    """Ids of messages to deliver now, oldest first; nobody else is given them for a second.

    A taken message is `pending` still, so whoever comes first may deliver it; one whose sender died is given out again.
    """
    is_due = (Message.state.in_(_WAITING), Message.due_at <= now, _is_free(now))
    oldest = select(Message.id).where(*is_due).order_by(Message.due_at, Message.id).limit(limit)
    if db.session.scalar(oldest.limit(1)) is None:
        return []  # the sweep asks every second: an empty outbox costs a read, not a write
    take = (
        update(Message)
        .where(Message.id.in_(oldest.with_for_update(skip_locked=True)))
        .values(state=MessageState.PENDING, leased_until=now + _HANDED_OUT)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    with transaction():
        return sorted(db.session.scalars(take))


def deliver_at_once(message_ids: Sequence[str], now: datetime) -> list[str]:
    """Delivers those that wait for nobody, in one transaction. Answers the others, to be delivered one by one."""
    asked = select(Message.id, Message.channel, Message.lead_id).where(Message.id.in_(message_ids)).order_by(Message.id)
    found = db.session.execute(asked).all()
    at_once = [each for each in found if not _TRANSPORTS[each.channel].waits]
    if at_once:
        with transaction():
            # All leads first and sorted, as whoever changes several of them does: senders never wait in a circle.
            lead_ids = {each.lead_id for each in at_once if each.lead_id}
            leads = select(Lead.id).where(Lead.id.in_(lead_ids)).order_by(Lead.id)
            db.session.execute(leads.with_for_update(read=True, key_share=True))
            for each in at_once:
                if leased := _lease(each.id, now):
                    message, parcel = leased
                    _record(message, parcel.send(), now)
    return [each.id for each in found if _TRANSPORTS[each.channel].waits]


def deliver(message_id: str, now: datetime) -> None:
    """Sends one message and records the outcome. Called twice, late or for nothing, it does nothing the second time."""
    with transaction():
        _hold_lead(message_id)
        leased = _lease(message_id, now)
        if leased is None:
            return
        message, parcel = leased
        attempt = message.attempts
        if isinstance(parcel, Settled):
            _record(message, parcel.outcome, now)
            return
    outcome = parcel.send()
    with transaction():
        _hold_lead(message_id)
        message = db.session.get_one(Message, message_id, populate_existing=True, with_for_update=True)
        if message.attempts == attempt:  # else somebody has taken it over since
            _record(message, outcome, now)


def _hold_lead(message_id: str) -> None:
    """Leads before messages: the order in which everybody locks. So the phones of one rep fail one after the other."""
    lead_id = select(Message.lead_id).where(Message.id == message_id).scalar_subquery()
    db.session.execute(select(Lead.id).where(Lead.id == lead_id).with_for_update(key_share=True))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Message.leased_until.is_(None), Message.leased_until <= now)


def _lease(message_id: str, now: datetime) -> tuple[Message, Parcel] | None:
    """Makes the message ours, or finds that there is nothing to send."""
    its_sender_died = (Message.state == MessageState.SENDING) & _is_free(now)
    is_mine_to_take = or_(Message.state == MessageState.PENDING, its_sender_died)
    lease = (
        update(Message)
        .where(Message.id == message_id, is_mine_to_take, Message.due_at <= now)
        .values(state=MessageState.SENDING, leased_until=now + _LEASE, attempts=Message.attempts + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(lease) is None:
        return None
    message = db.session.get_one(Message, message_id, populate_existing=True)
    if (reason := _is_over(message, now)) is not None:
        message.state, message.leased_until, message.error = MessageState.DROPPED, None, reason
        log.info("message_dropped message=%s channel=%s", message_id, message.channel.value)
        return None
    return message, _TRANSPORTS[message.channel].prepare(message, now)


def _is_over(message: Message, now: datetime) -> str | None:
    """Why what the message is about no longer matters, if so."""
    if message.expires_at <= now:
        return "It was too late to send it."
    if message.offer_id:
        offer = db.session.get_one(Offer, message.offer_id, populate_existing=True)
        if offer.outcome is not OfferOutcome.PENDING:
            return f"The offer was {offer.outcome.value}."
    return None


def _record(message: Message, outcome: Outcome, now: datetime) -> None:
    """Writes the outcome of the try that is ours."""
    if message.subscription_id:
        note_device(message.subscription_id, outcome, now)
    # The phone may have reported "shown" before the push service's answer was read; that is never taken back.
    unread = message.state is MessageState.SENDING
    match outcome:
        case Sent() if message.state not in (MessageState.FAILED, MessageState.DROPPED):
            message.sent_at, message.error = message.sent_at or now, None
            message.state = MessageState.SENT if unread else message.state
            note_sent(message, _TRANSPORTS[message.channel].taken, now)
        case Retry() if unread and (due_at := _next_try(message, outcome, now)) < message.expires_at:
            message.state, message.due_at, message.error = MessageState.PENDING, due_at, outcome.error
        case Retry() | Gone() | Refused() | Unsendable() if unread:
            message.state, message.error = MessageState.FAILED, outcome.error
            note_failed(message, outcome.error, now)
            tell_instead(message, now)
    message.leased_until = None
    log.info(
        "message_%s message=%s channel=%s attempt=%d outcome=%s",
        message.state.value, message.id, message.channel.value, message.attempts, type(outcome).__name__.lower(),
    )  # fmt: skip


def _next_try(message: Message, outcome: Retry, now: datetime) -> datetime:
    """Later each time, never together with everybody else's, and not before the service wants to hear from us."""
    wait = min(_FIRST_WAIT * 2 ** (message.attempts - 1), _LONGEST_WAIT)
    jittered = timedelta(seconds=wait * random.uniform(0.75, 1.25))
    return now + max(jittered, outcome.after or timedelta(0))
