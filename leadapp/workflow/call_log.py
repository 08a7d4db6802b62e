"""The rows of calls: begun by a tap, ended by what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from leadapp.extensions import db
from leadapp.models import Call, Lead
from leadapp.routing.values import IN_VAIN, CallResult

#: As long as somebody taps again because no answer came.
SAME_TAP_FOR = timedelta(minutes=2)


def begin_call(lead_id: str, rep_id: str, now: datetime) -> bool:
    """Keeps that the rep calls, in the running transaction. Returns False when that was known from a moment ago. A call
    of which he never said how it went is forgotten for the new one."""
    before = _open(lead_id, rep_id)
    if before is None:
        db.session.add(Call(lead_id=lead_id, rep_id=rep_id, started_at=now))
        return True
    is_news = now - before.started_at > SAME_TAP_FOR
    if is_news:
        before.started_at = now
    return is_news


def end_call(lead_id: str, rep_id: str, result: CallResult, now: datetime) -> bool:
    """Keeps what came of the rep's call, also of one that was begun where we do not see it. Returns False when he said
    the same a moment ago."""
    call = _open(lead_id, rep_id)
    if call is None:
        if _said_just_now(lead_id, rep_id, result, now):
            return False
        call = Call(lead_id=lead_id, rep_id=rep_id, started_at=now)
        db.session.add(call)
    call.result, call.ended_at = result, now
    db.session.flush()
    return True


def end_open_calls(lead_id: str, result: CallResult, now: datetime) -> None:
    """Of calls that are still asked about it is known by now what came of them, whoever said so."""
    is_open = (Call.lead_id == lead_id) & Call.result.is_(None)
    db.session.execute(update(Call).where(is_open).values(result=result, ended_at=now))


def calls_in_vain(lead: Lead) -> int:
    """How often the customer was called and not reached since somebody has had the lead."""
    in_vain = (Call.lead_id == lead.id) & Call.result.in_(IN_VAIN) & (Call.started_at >= lead.claimed_at)
    return db.session.scalar(select(func.count()).where(in_vain)) or 0


def _open(lead_id: str, rep_id: str) -> Call | None:
    is_open = (Call.lead_id == lead_id) & (Call.rep_id == rep_id) & Call.result.is_(None)
    return db.session.scalar(select(Call).where(is_open).execution_options(populate_existing=True))


def _said_just_now(lead_id: str, rep_id: str, result: CallResult, now: datetime) -> bool:
    his = (Call.lead_id == lead_id) & (Call.rep_id == rep_id) & Call.ended_at.is_not(None)
    last = db.session.scalar(select(Call).where(his).order_by(Call.id.desc()).limit(1))
    return last is not None and last.result is result and now - (last.ended_at or now) <= SAME_TAP_FOR
