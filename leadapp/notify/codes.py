"""The digits that answer a text: "1" accepts, "2" passes; who has two offers at once has "3" and "4" for the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Select, func, or_, select

from leadapp import wording
from leadapp.extensions import db
from leadapp.models import Channel, Lead, Message, Offer
from leadapp.routing.values import LeadState, OfferOutcome

#: For so long after an offer has ended its digits mean no other one: the answer may be on its way.
_NOT_AGAIN_FOR = timedelta(seconds=30)
_MOST_AT_ONCE = 50
_ONE_AT_A_TIME = 0x636F646573  # of our advisory locks the one for codes; nothing is waited for while it is held


def give_code(message: Message, now: datetime) -> None:
    """Adds to a text that can be answered the digits for it, once. Call it where the message is about to be sent."""
    if message.channel is not Channel.SMS or not message.data.get("answers") or message.reply_code is not None:
        return
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    taken = set(db.session.scalars(_codes_in_use(message, now)))
    if len(taken) == _MOST_AT_ONCE:
        return  # nobody tells so many apart by digits: the link is there
    message.reply_code = code = next(code for code in count(1, 2) if code not in taken)
    words, _newline, link = message.body.rpartition("\n")
    message.body = f"{words}\n{wording.how_to_answer(code, code + 1 if message.offer_id else None)}\n{link}"


def _codes_in_use(message: Message, now: datetime) -> Select[Any]:
    """Of texts to the same number: those of what can be answered still, or could be a moment ago."""
    offer_lives = (Offer.outcome == OfferOutcome.PENDING) | (Offer.ended_at > now - _NOT_AGAIN_FOR)
    in_queue = Message.while_state.is_not(None) & (Lead.state == LeadState.QUEUED)
    return (
        select(Message.reply_code)
        .outerjoin(Offer, Offer.id == Message.offer_id)
        .outerjoin(Lead, Lead.id == Message.lead_id)
        .where(Message.to == message.to, Message.reply_code.is_not(None), Message.expires_at > now - _NOT_AGAIN_FOR)
        .where(or_(offer_lives, in_queue))
        .limit(_MOST_AT_ONCE)
    )
