"""A rep whose phone cannot be rung is told the next way at once, instead of when its time would have come; when no text
or call reaches his number, by e-mail."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Channel, Message, MessageState, Rep
from leadapp.notify.codes import without_code
from leadapp.transaction import wake_later

_NOT_TOLD = (MessageState.FAILED, MessageState.DROPPED)


def climb_on(failed: Message, now: datetime) -> None:
    """Makes the next rung of the same alert due now, unless something that is on its way may still tell the rep. When
    there is none left, what his number did not take goes to his e-mail address.

    Called with the lead locked, so that of several phones that fail at once the last one sees that it is the last; what
    is about no lead locks the rep for that.
    """
    if failed.rep_id is None:
        return
    if failed.lead_id is None:
        db.session.execute(select(Rep.id).where(Rep.id == failed.rep_id).with_for_update(key_share=True))
    same = (Message.cause == failed.cause) & (Message.rep_id == failed.rep_id) & (Message.id != failed.id)
    others = list(db.session.scalars(select(Message).where(same).order_by(Message.due_at, Message.id)))
    to_come = [each for each in others if each.state is MessageState.PENDING and each.attempts == 0]
    if any(each.state not in _NOT_TOLD for each in others if each not in to_come or each.due_at <= now):
        return
    if to_come:
        to_come[0].due_at = now
    elif not (mail := _mail_instead([failed, *others], now)):
        return
    else:
        db.session.add(mail)
    wake_later("deliver_due", queue_name="urgent")


def _mail_instead(alert: list[Message], now: datetime) -> Message | None:
    """The text of this alert as an e-mail, unless it was one, or the rep has no address."""
    text = next((each for each in alert if each.channel is Channel.SMS and "title" in each.data), None)
    if text is None or any(each.channel is Channel.EMAIL for each in alert):
        return None
    rep = db.session.get_one(Rep, text.rep_id)
    if not rep.email:
        return None
    receipt = secrets.token_urlsafe(24)
    body = without_code(text).replace(text.receipt, receipt)
    return Message(
        channel=Channel.EMAIL, to=rep.email, cause=text.cause, body=body, receipt=receipt, data=text.data,
        lead_id=text.lead_id, offer_id=text.offer_id, rep_id=rep.id, while_state=text.while_state,
        created_at=now, due_at=now, expires_at=text.expires_at,
    )  # fmt: skip
