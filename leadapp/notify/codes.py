"""The digits that answer a text: "1" accepts, "2" passes; who has two offers at once has "3" and "4" for the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import bindparam, func, or_, select

from leadapp import wording
from leadapp.extensions import db
from leadapp.languages import Language, spoken_in
from leadapp.models import Channel, Lead, Message, Offer, Rep
from leadapp.models.base import Utc
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.texts import to_gsm7

#: For so long after an offer has ended its digits mean no other one: the answer may be on its way.
_NOT_AGAIN_FOR = timedelta(seconds=30)
_MOST_AT_ONCE = 50
_ONE_AT_A_TIME = 0x636F646573  # of our advisory locks the one for codes; nothing is waited for while it is held


_OFFER_LIVES = (Offer.outcome == OfferOutcome.PENDING) | (Offer.ended_at > bindparam("ended_since", type_=Utc))
_IN_QUEUE = Message.while_state.is_not(None) & (Lead.state == LeadState.QUEUED)
#: Of texts to the same numbers: the codes of what can be answered still, or could be a moment ago. Built once.
_IN_USE = (
    select(Message.to, Message.reply_code)
    .outerjoin(Offer, Offer.id == Message.offer_id)
    .outerjoin(Lead, Lead.id == Message.lead_id)
    .where(Message.to.in_(bindparam("numbers", expanding=True)), Message.reply_code.is_not(None))
    .where(Message.expires_at > bindparam("ended_since", type_=Utc), or_(_OFFER_LIVES, _IN_QUEUE))
)
_LANGUAGES = select(Rep.id, Rep.language).where(Rep.id.in_(bindparam("rep_ids", expanding=True)))


def give_codes(messages: Iterable[Message], now: datetime) -> None:
    """Adds to the texts among them that can be answered the digits for it, once, in the language of whoever is texted.
    Call it where they are about to be sent."""
    texts = [message for message in messages if _needs_code(message)]
    if not texts:
        return
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    taken = defaultdict[str, set[int | None]](set)
    about = {"numbers": {text.to for text in texts}, "ended_since": now - _NOT_AGAIN_FOR}
    for to, code in db.session.execute(_IN_USE, about):
        taken[to].add(code)
    languages = dict(db.session.execute(_LANGUAGES, {"rep_ids": {text.rep_id for text in texts}}).all())
    for text in texts:
        if len(taken[text.to]) < _MOST_AT_ONCE:  # nobody tells more apart by digits: the link is there
            code = next(code for code in count(1, 2) if code not in taken[text.to])
            _give(text, code, languages.get(text.rep_id or ""))
            taken[text.to].add(text.reply_code)


def without_code(text: Message) -> str:
    """Its words as they were before `give_codes`."""
    if text.reply_code is None:
        return text.body
    words, link = text.body.rsplit("\n", 2)[::2]
    return f"{words}\n{link}"


def _needs_code(message: Message) -> bool:
    return message.channel is Channel.SMS and bool(message.data.get("answers")) and message.reply_code is None


def _give(text: Message, code: int, language: Language | None) -> None:
    text.reply_code = code
    words, _newline, link = text.body.rpartition("\n")
    answer = wording.how_to_answer(code, code + 1 if text.offer_id else None)
    text.body = f"{words}\n{to_gsm7(spoken_in(language, answer))}\n{link}"
