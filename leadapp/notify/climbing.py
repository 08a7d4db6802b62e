"""A rep whose phone cannot be rung is told the next way at once, instead of when its time would have come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Message, MessageState
from leadapp.transaction import wake_later

_NOT_TOLD = (MessageState.FAILED, MessageState.DROPPED)


def climb_on(failed: Message, now: datetime) -> None:
    """Makes the next rung of the same alert due now, unless something that is on its way may still tell the rep.

    Called with the lead locked, so that of several phones that fail at once the last one sees that it is the last.
    """
    if failed.rep_id is None or failed.lead_id is None:
        return
    same = (Message.cause == failed.cause) & (Message.rep_id == failed.rep_id) & (Message.id != failed.id)
    others = list(db.session.scalars(select(Message).where(same).order_by(Message.due_at, Message.id)))
    to_come = [each for each in others if each.state is MessageState.PENDING and each.attempts == 0]
    if any(each.state not in _NOT_TOLD for each in others if each not in to_come or each.due_at <= now):
        return
    if to_come:
        to_come[0].due_at = now
        wake_later("deliver_due", queue_name="urgent")
