"""What is known of the calls to a customer, for whoever is asked how they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, text

from leadapp.extensions import db
from leadapp.models import Call, Channel, Lead, Message
from leadapp.routing.values import CallResult

_LOOKED_AT = 20
# Turned round, because SQLite would look through everybody's taken leads by the index of states, and not for his calls.
_IS_TAKEN = text("NOT (leads.state <> 'claimed' AND leads.state <> 'contacted')")


@dataclass(frozen=True, slots=True)
class Calls:
    """Of one lead, since its owner has had it. `asked_at` is when the reader called without saying yet how it went;
    `last` is what came of the last call that somebody has told of."""

    asked_at: datetime | None
    last: CallResult | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A call of which the rep has not said how it went."""

    lead_id: str
    name: str | None
    started_at: datetime


def calls_of(lead_id: str, reader_id: str, since: datetime | None) -> Calls:
    if since is None:
        return Calls(None, None)
    theirs = (Call.lead_id == lead_id) & (Call.started_at >= since)
    newest = select(Call.rep_id, Call.started_at, Call.result).where(theirs).order_by(Call.id.desc()).limit(_LOOKED_AT)
    rows = db.session.execute(newest).all()
    asked = (row.started_at for row in rows if row.result is None and row.rep_id == reader_id)
    return Calls(next(asked, None), next((row.result for row in rows if row.result), None))


def is_told(lead_id: str, promised_at: datetime | None) -> bool:
    """Whether the customer was written to that he is called by then."""
    if promised_at is None:
        return False
    texts = (Message.lead_id == lead_id) & (Message.channel == Channel.SMS) & Message.rep_id.is_(None)
    about = Message.cause.startswith(f"promise:{lead_id}:") & (Message.expires_at == promised_at)
    return bool(db.session.scalar(select(exists().where(texts, about))))


def unanswered(rep_id: str) -> Sequence[Unanswered]:
    """Of the rep's own open leads, the call that was longest ago first."""
    open_calls = (Call.rep_id == rep_id) & Call.result.is_(None) & (Call.started_at >= Lead.claimed_at)
    is_his = (Lead.owner_id == rep_id) & _IS_TAKEN
    rows = db.session.execute(
        select(Lead.id, Lead.name, Call.started_at)
        .join(Lead, Lead.id == Call.lead_id)
        .where(open_calls, is_his)
        .order_by(Call.started_at)
    )
    return [Unanswered(row.id, row.name, row.started_at) for row in rows]
