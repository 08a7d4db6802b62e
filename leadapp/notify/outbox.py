"""The outbox: lease a message, send it with no transaction open, record what came of it. At least once.

Messages that wait for nobody's machine need no lease: many of them are taken and recorded in one transaction.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, bindparam, exists, or_, select, text, update
from sqlalchemy.orm import aliased

from leadapp.extensions import db
from leadapp.models import Channel, Lead, Message, MessageState, Offer, OptOut, Rep
from leadapp.models.base import Utc
from leadapp.notify.climbing import climb_on
from leadapp.notify.codes import give_codes
from leadapp.notify.outcomes import Gone, Outcome, Parcel, Refused, Retry, Sent, Unreachable, Unsendable
from leadapp.notify.records import note_device, note_failed, note_sent, says_nobody_is_there
from leadapp.notify.transports import at_once, transport_of
from leadapp.over_wording import LEAD_IS, OFFER_WAS, TOO_LATE, WANTS_NO_TEXTS, WAS_SHOWN
from leadapp.routing.values import OfferOutcome
from leadapp.transaction import transaction

log = logging.getLogger(__name__)

_HANDED_OUT = timedelta(seconds=1)  # long enough to begin with it, short enough that a slow one holds up nobody
LEASE = timedelta(seconds=30)  # longer than any send may take
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0

_NOW = bindparam("now", type_=Utc)
_IDS = bindparam("ids", expanding=True, type_=String)
_IS_FREE = or_(Message.leased_until.is_(None), Message.leased_until <= _NOW)
# A taken message is `pending` still, so whoever comes first may deliver it; one that is being sent must be left alone.
_IS_MINE_TO_TAKE = or_(Message.state == MessageState.PENDING, (Message.state == MessageState.SENDING) & _IS_FREE)
# The states are written out, because SQLite uses a partial index only for a condition it can read; a bound value hides
# it. These statements are built once: building them anew costs more than running them.
_DUE = (
    select(Message.id)
    .where(text("messages.state IN ('pending', 'sending')"), Message.due_at <= _NOW, _IS_FREE)
    .where(Message.channel.in_(bindparam("channels", expanding=True)))
    .order_by(Message.due_at, Message.id)
    .limit(bindparam("limit", type_=Integer))
)
_DUE_WITH_LEADS = _DUE.add_columns(Message.lead_id)
_HAND_OUT = (
    update(Message)
    .where(Message.id.in_(_DUE.with_for_update(skip_locked=True)))
    .values(state=MessageState.PENDING, leased_until=bindparam("until", type_=Utc))
    .returning(Message.id)
    .execution_options(synchronize_session=False)
)
_OTHER = aliased(Message)
_WAS_SHOWN = exists().where(
    _OTHER.cause == Message.cause, _OTHER.rep_id == Message.rep_id, _OTHER.shown_at.is_not(None)
)
_TAKE = (
    select(
        Message,
        Rep.name,
        Offer.outcome.label("offer_outcome"),
        Lead.state.label("lead_state"),
        (Message.unless_shown & _WAS_SHOWN).label("was_shown"),
        OptOut.phone.label("opted_out"),
    )
    .outerjoin(Rep, Rep.id == Message.rep_id)
    .outerjoin(Offer, Offer.id == Message.offer_id)
    .outerjoin(Lead, (Lead.id == Message.lead_id) & Message.while_state.is_not(None))
    .outerjoin(OptOut, (OptOut.phone == Message.to) & (Message.channel == Channel.SMS))
    .where(Message.id.in_(_IDS), Message.due_at <= _NOW, _IS_MINE_TO_TAKE)
    .order_by(Message.id)
    .with_for_update(of=Message, skip_locked=True)
    .execution_options(populate_existing=True)
)
# Leads before messages, and sorted: the order in which everybody locks, so that nobody waits in a circle.
_LEADS = select(Lead.id).where(Lead.id.in_(_IDS)).order_by(Lead.id)
_HOLD_LEADS = _LEADS.with_for_update(key_share=True)
_HOLD_FREE_LEADS = _LEADS.with_for_update(key_share=True, skip_locked=True)
_LOCKED = (
    select(Message)
    .where(Message.id.in_(_IDS))
    .order_by(Message.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_SHARE_LEADS = _LEADS.with_for_update(read=True, key_share=True)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that is ours to send, and the name of the rep it is for."""

    message: Message
    rep_name: str | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that is ours to send, with all that is needed for it; nobody else sends it while our lease lasts."""

    message_id: str
    lead_id: str | None
    attempt: int
    rep_name: str | None
    parcel: Parcel
    taken_at: datetime


def take_due_messages(now: datetime, limit: int = 200, channels: Collection[Channel] = tuple(Channel)) -> list[str]:
    """Ids of messages to deliver now, oldest first; nobody else is given them for a second.

    One whose sender died is given out again.
    """
    asked = {"now": now, "channels": channels}
    if db.session.scalar(_DUE, asked | {"limit": 1}) is None:
        return []  # the sweep asks every second: an empty outbox costs a read, not a write
    with transaction():
        return sorted(db.session.scalars(_HAND_OUT, asked | {"limit": limit, "until": now + _HANDED_OUT}))


def deliver_at_once(now: datetime, *, limit: int = 200) -> int:
    """Delivers what is due and waits for nobody, oldest first, in one transaction. Returns how many it sent.

    When one of them makes it raise, all of them are as they were, for `deliver` to try each by itself.
    """
    found = db.session.execute(_DUE_WITH_LEADS, {"now": now, "channels": at_once(), "limit": limit}).all()
    if not found:
        return 0
    with transaction():
        db.session.execute(_SHARE_LEADS, {"ids": {each.lead_id for each in found if each.lead_id}})
        ours = _take([each.id for each in found], now)
        for taken in ours:
            _record(taken, _prepare(taken, now).send(), now)
    return len(ours)


def begin_due(now: datetime, channel: Channel, limit: int) -> list[Sending]:
    """Makes what is due ours to send, oldest first, in one transaction. Take no more than can leave at once.

    When one of them makes it raise, all of them are as they were, for `deliver` to try each by itself.
    """
    found = db.session.execute(_DUE_WITH_LEADS, {"now": now, "channels": [channel], "limit": limit}).all()
    return _begin({each.id: each.lead_id for each in found}, now) if found else []


def begin(message_id: str, now: datetime) -> list[Sending]:
    """Makes this one ours to send; none when it is not due, is somebody else's, or is about nothing any more."""
    lead_id = db.session.scalar(select(Message.lead_id).where(Message.id == message_id))
    return _begin({message_id: lead_id}, now)


def deliver(message_id: str, now: datetime) -> None:
    """Sends one message and records the outcome. Called twice, late or for nothing, it does nothing the second time."""
    for sending in begin(message_id, now):
        record_outcomes([(sending, sending.parcel.send())])


def record_outcomes(sent: Sequence[tuple[Sending, Outcome]], *, wait: bool = True) -> set[str]:
    """Writes what came of each, unless somebody has taken it over since, in one transaction. Returns the ids of those
    that are done with; unless it may `wait`, one whose lead somebody else has locked is left for the next time.

    When one of them makes it raise, nothing of any is written.
    """
    with transaction():
        # So that the phones of one rep fail one after the other.
        held = set(db.session.scalars(_HOLD_LEADS if wait else _HOLD_FREE_LEADS, {"ids": {s.lead_id for s, _ in sent}}))
        ours = {sending.message_id: (sending, outcome) for sending, outcome in sent if sending.lead_id in {None, *held}}
        locked = db.session.scalars(_LOCKED, {"ids": list(ours)}).all()
        for message in sorted(locked, key=lambda each: each.subscription_id or ""):  # devices are locked in this order
            sending, outcome = ours[message.id]
            if message.attempts == sending.attempt:
                _record(_Taken(message, sending.rep_name), outcome, sending.taken_at)
    return set(ours)


def _begin(leads: Mapping[str, str | None], now: datetime) -> list[Sending]:
    """`leads` by message. What is about a lead that somebody has locked waits for the next round: it may be over, and
    one that is dropped must not pass another one that fails at this moment."""
    with transaction():
        held = {None, *db.session.scalars(_HOLD_FREE_LEADS, {"ids": set(leads.values()) - {None}})}
        return [
            Sending(message.id, message.lead_id, message.attempts, taken.rep_name, _prepare(taken, now), now)
            for taken in _take([message_id for message_id, lead_id in leads.items() if lead_id in held], now)
            for message in [taken.message]
        ]


def _take(message_ids: list[str], now: datetime) -> list[_Taken]:
    """Makes ours those that still wait and are due. What is about nothing any more is dropped instead."""
    taken = []
    for row in db.session.execute(_TAKE, {"ids": message_ids, "now": now}).all():
        message: Message = row.Message
        message.attempts += 1
        if reason := _why_over(message, row, now):
            message.state, message.leased_until, message.error = MessageState.DROPPED, None, reason
            log.info("message_dropped message=%s channel=%s", message.id, message.channel.value)
            if reason is WANTS_NO_TEXTS:
                climb_on(message, now)
        else:
            message.state, message.leased_until = MessageState.SENDING, now + LEASE
            taken.append(_Taken(message, row.name))
    give_codes((each.message for each in taken), now)
    return taken


def _why_over(message: Message, about: Any, now: datetime) -> str | None:
    """Why the message no longer matters, or may not be sent, if so; `about` is its row of `_TAKE`."""
    if message.expires_at <= now:
        return TOO_LATE
    if about.offer_outcome and about.offer_outcome is not OfferOutcome.PENDING:
        return OFFER_WAS[about.offer_outcome]
    if message.while_state and about.lead_state is not message.while_state:
        return LEAD_IS[about.lead_state]
    if about.was_shown:
        return WAS_SHOWN
    if about.opted_out and not message.data.get("about_opt_out"):
        return WANTS_NO_TEXTS
    return None


def _prepare(taken: _Taken, now: datetime) -> Parcel:
    return transport_of(taken.message.channel).prepare(taken.message, now)


def _record(taken: _Taken, outcome: Outcome, now: datetime) -> None:
    """Writes the outcome of the try that is ours."""
    message, rep_name = taken.message, taken.rep_name
    if message.subscription_id:
        note_device(message.subscription_id, outcome, now)
    # The phone may have reported "shown" before the push service's answer was read; that is never taken back.
    unread = message.state is MessageState.SENDING
    match outcome:
        case Sent(provider_id) if message.state not in (MessageState.FAILED, MessageState.DROPPED):
            message.sent_at, message.error = message.sent_at or now, None
            message.provider_id = provider_id or message.provider_id
            message.state = MessageState.SENT if unread else message.state
            note_sent(message, rep_name, transport_of(message.channel).taken, now)
        case Retry() if unread and (due_at := _next_try(message, outcome, now)) < message.expires_at:
            message.state, message.due_at, message.error = MessageState.PENDING, due_at, outcome.error
            message.failed_at = now
        case Retry() | Gone() | Refused() | Unsendable() | Unreachable() if unread:
            message.state, message.error, message.failed_at = MessageState.FAILED, outcome.error, now
            message.nobody_there = says_nobody_is_there(message.channel, outcome)
            message.refused = isinstance(outcome, Refused) and message.channel is not Channel.PUSH
            note_failed(message, rep_name, outcome, now)
            climb_on(message, now)
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
