"""A rep answers an alert without opening the app: by a digit in a text, a key in a call, or the button of its page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select

from leadapp import answer_wording, wording
from leadapp.capture.phone import as_written
from leadapp.extensions import db
from leadapp.models import PENDING, Business, Lead, Message, Offer, Rep, Team
from leadapp.routing.folding import fold
from leadapp.routing.values import LeadState
from leadapp.transaction import end_reads
from leadapp.workflow.errors import Conflict, NotFound, Taken
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import take_queued
from leadapp.workflow.taking import refuse_if_taken

_DIGITS = re.compile(r"\D{0,2}(\d{1,3})\D{0,2}", re.ASCII)
_YES = frozenset(["accept", "yes", "ok", "yep", "y", "si", "aceptar", "acepto"])
_NO = frozenset(["pass", "no", "nope", "n", "paso", "pasar"])


class Said(StrEnum):
    """What somebody wants to happen with the lead that a message is about."""

    ACCEPT = "accept"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that can be answered, and what was said to it."""

    message_id: str
    said: Said


def find_message(receipt: str) -> Message | None:
    """The message of this receipt, if it can be answered."""
    if not (receipt.isascii() and receipt.isprintable()):  # PostgreSQL cannot even be asked about a NUL
        return None
    found = db.session.scalar(select(Message).where(Message.receipt == receipt))
    return found if found is not None and found.data.get("answers") else None


def read_reply(rep: Rep, text: str) -> Reply | None:
    """Which alert the rep's text answers, and how; None when it is no answer.

    A digit answers the newest text that offered it; a word such as "yes", the only one that waits.
    """
    word = fold(text)
    if digits := _DIGITS.fullmatch(text.strip()):
        number = int(digits[1])
        accepts = number % 2 == 1
        message_id = _with_code(rep, number if accepts else number - 1)
        said = Said.ACCEPT if accepts else Said.PASS
        return Reply(message_id, said) if message_id else None
    if word not in _YES | _NO:
        return None
    waiting = _waiting(rep)
    return Reply(waiting[0], Said.ACCEPT if word in _YES else Said.PASS) if len(waiting) == 1 else None


def waits_for_answer(rep: Rep) -> bool:
    """Whether the rep has been texted about something that he can still answer."""
    return bool(_waiting(rep))


def answer(message_id: str, said: Said, *, now: datetime) -> str:
    """Does what the rep said to the message. Returns what he is told: what he has now, or who has it instead."""
    end_reads()
    message = db.session.get_one(Message, message_id)
    rep_id, lead_id, offer_id = str(message.rep_id), str(message.lead_id), message.offer_id
    try:
        if said is Said.ACCEPT and offer_id:
            accept_offer(offer_id, now=now, actor_id=rep_id)
        elif said is Said.ACCEPT:
            take_queued(lead_id, rep_id, now=now)
        elif offer_id is None:
            return answer_wording.CANNOT_BE_PASSED
        else:
            return _pass(offer_id, lead_id, rep_id, now)
    except Taken as taken:
        return answer_wording.too_late(taken.rep_name)
    except Conflict as problem:
        return problem.words
    except NotFound:
        return answer_wording.OVER
    return _yours(lead_id)


def _pass(offer_id: str, lead_id: str, rep_id: str, now: datetime) -> str:
    pass_offer(offer_id, now=now, actor_id=rep_id)
    offer, lead = db.session.get_one(Offer, offer_id), db.session.get_one(Lead, lead_id)
    if offer.ended_at != now:
        refuse_if_taken(lead)
    return answer_wording.PASSED


def _yours(lead_id: str) -> str:
    """To the rep's own phone: with it he can call at once."""
    lead = db.session.get_one(Lead, lead_id)
    team = db.session.get_one(Team, lead.team_id)
    rep = db.session.get_one(Rep, lead.accountable_id)
    call_by = wording.clock_time(lead.next_due_at, rep.time_zone or team.time_zone) if lead.next_due_at else None
    country = team.country or db.session.get_one(Business, 1).country
    phone = as_written(lead.phone, country) if lead.phone else lead.phone_raw
    return answer_wording.yours(name=lead.name, phone=phone, call_by=call_by)


def _with_code(rep: Rep, code: int) -> str | None:
    texts = select(Message.id).where(Message.to == rep.phone, Message.rep_id == rep.id, Message.reply_code == code)
    return db.session.scalar(texts.order_by(Message.created_at.desc(), Message.id.desc()).limit(1))


def _waiting(rep: Rep) -> list[str]:
    """Texts with a code whose offer is pending, or whose lead is in the queue."""
    in_queue = Message.while_state.is_not(None) & (Lead.state == LeadState.QUEUED)
    texts = (
        select(Message.id)
        .outerjoin(Offer, Offer.id == Message.offer_id)
        .outerjoin(Lead, Lead.id == Message.lead_id)
        .where(Message.rep_id == rep.id, Message.reply_code.is_not(None), or_(PENDING, in_queue))
    )
    return list(db.session.scalars(texts))
