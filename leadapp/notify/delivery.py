"""What the telephone provider reports later of a text or call that it took."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite

from leadapp.extensions import db
from leadapp.models import CallbackCount, Lead, Message, MessageState, Rep
from leadapp.notify.climbing import climb_on
from leadapp.notify.outcomes import Refused
from leadapp.notify.records import note_arrived, note_failed, says_nobody_is_there
from leadapp.notify.twilio_errors import read_code
from leadapp.routing.said import Said, said
from leadapp.transaction import transaction

#: A message that got this far was taken; nothing that is reported late moves it back.
_ON_ITS_WAY = (MessageState.PENDING, MessageState.SENDING, MessageState.SENT)


class Fate(StrEnum):
    """What a report comes to."""

    NOTHING_NEW = "nothing_new"
    ARRIVED = "arrived"
    FAILED = "failed"


#: Twilio's words for texts and for calls. A call that was picked up arrived when it asked us what to say.
_FATES = {
    "delivered": Fate.ARRIVED, "read": Fate.ARRIVED,
    "undelivered": Fate.FAILED, "failed": Fate.FAILED, "canceled": Fate.FAILED,
    "busy": Fate.FAILED, "no-answer": Fate.FAILED,
}  # fmt: skip


def record_report(which: ColumnElement[bool], status: str, code: int | None, now: datetime) -> None:
    """Writes down what came of a message; `which` is a condition that only one fulfils. The same report again, an older
    one, and one of a message that nobody knows change nothing; the last is counted."""
    fate = _FATES.get(status, Fate.NOTHING_NEW)
    found = db.session.execute(select(Message.id, Message.lead_id).where(which)).first()
    if found is None:
        count_callback("unknown")
        return
    if fate is Fate.NOTHING_NEW:
        return
    with transaction():
        db.session.execute(select(Lead.id).where(Lead.id == found.lead_id).with_for_update(key_share=True))
        message = db.session.get_one(Message, found.id, populate_existing=True, with_for_update=True)
        rep = db.session.get(Rep, message.rep_id) if message.rep_id else None
        if message.state not in _ON_ITS_WAY:
            return
        message.leased_until = None
        if fate is Fate.ARRIVED:
            message.state, message.shown_at = MessageState.SHOWN, now
            note_arrived(message, rep.name if rep else None, now)
        else:
            outcome = read_code(code, _reported(status, code))
            message.state, message.error, message.failed_at = MessageState.FAILED, outcome.error, now
            message.nobody_there = says_nobody_is_there(message.channel, outcome)
            message.refused = isinstance(outcome, Refused)
            note_failed(message, rep.name if rep else None, outcome, now)
            climb_on(message, now)


def _reported(status: str, code: int | None) -> Said:
    if code:
        return said("It was reported as {status} ({code}).", status=status, code=code)
    return said("It was reported as {status}.", status=status)


def count_callback(why: str) -> None:
    """One more call back that came to nothing: "forged" or "unknown"."""
    with transaction():
        connection = db.session.connection()
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(CallbackCount)
        more = {"count": CallbackCount.count + 1}
        connection.execute(insert.values(why=why, count=1).on_conflict_do_update(index_elements=["why"], set_=more))
