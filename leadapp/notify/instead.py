"""A rep whose phone cannot be rung is told another way: a text, else an e-mail."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import or_, select

from leadapp import wording
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Channel, Message, MessageState, Rep
from leadapp.settings import Settings
from leadapp.transaction import wake_later

_NOT_TOLD = (MessageState.FAILED, MessageState.DROPPED)


def tell_instead(failed: Message, now: datetime) -> None:
    """Writes the message that stands in for a push about a lead that failed, unless another one may still tell the rep.

    Called with the lead locked, so that of several phones that fail at once the last one sees that it is the last.
    """
    rep = db.session.get(Rep, failed.rep_id) if failed.rep_id else None
    if failed.channel is not Channel.PUSH or failed.lead_id is None or rep is None:
        return
    channel, to = (Channel.SMS, rep.phone) if rep.phone else (Channel.EMAIL, rep.email)
    if to is None or _is_told(failed, channel, to):
        return
    settings: Settings = current_app.config["LEADAPP"]
    title = str(failed.data.get("title", "Leadapp"))
    link = settings.base_url + str(failed.data.get("navigate", f"/leads/{failed.lead_id}"))
    stand_in = Message(
        id=new_id(), receipt=secrets.token_urlsafe(24), channel=channel, to=to, cause=failed.cause,
        lead_id=failed.lead_id, offer_id=failed.offer_id, rep_id=rep.id,
        body=wording.offer_text(title, failed.body, link), data={"title": title},
        created_at=now, due_at=now, expires_at=failed.expires_at,
    )  # fmt: skip
    db.session.add(stand_in)
    wake_later("deliver_due", queue_name="urgent")


def _is_told(failed: Message, channel: Channel, to: str) -> bool:
    """Whether another message tells the rep of it or still may, or the stand-in is there already."""
    his = or_(Message.rep_id == failed.rep_id, Message.to == to)
    others = select(Message.channel, Message.state).where(Message.cause == failed.cause, his, Message.id != failed.id)
    return any(state not in _NOT_TOLD or other is channel for other, state in db.session.execute(others))
