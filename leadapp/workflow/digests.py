"""The mail that sums up for office and owner what went wrong: the last channel, for whoever missed the alerts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import update

from leadapp import digest_wording
from leadapp.breach_facts import breaches, troubles
from leadapp.digest_wording import Summary
from leadapp.extensions import db
from leadapp.models import Business, Channel, Digest, Rep
from leadapp.routing.wall_clock import local_day, local_time
from leadapp.transaction import end_reads, transaction
from leadapp.workflow.configuration.lookup import reps_with_role
from leadapp.workflow.ringing import write

_HOUR = timedelta(hours=1)
_SETTLES = timedelta(seconds=30)  # what was going on then has been committed by now
_MORNING = "07:00"
_FURTHEST_BACK = timedelta(days=1, hours=1)  # nobody needs to be mailed older news, and a day may have 25 hours
_LIFE = timedelta(hours=12)


def send_digests(now: datetime) -> int:
    """Mails everybody of the office and every owner what went wrong since the last such mail, if it is time for the
    next one and anything did. Called by several clocks at once, each mail is written once. Returns how many."""
    end_reads()
    business = db.session.get(Business, 1)
    if business is None:
        return 0
    readers = [rep for rep in reps_with_role("office", "owner") if rep.email and rep.digest is not Digest.NEVER]
    spans = [(rep, _span(rep, rep.time_zone or business.time_zone, now - _SETTLES)) for rep in readers]
    return sum(_send(rep, business, *span, now) for rep, span in spans if span)


def _span(rep: Rep, zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Since when and up to when the mail that is due tells; None when it is not time for one."""
    since = max(rep.digested_at or rep.created_at, now - _FURTHEST_BACK)
    if rep.digest is Digest.DAILY:
        morning = _last_morning(zone, now)
        return (since, morning) if morning > since else None
    is_time = rep.digested_at is None or rep.digested_at <= now - _HOUR
    return (since, now) if is_time else None


def _last_morning(zone: str, now: datetime) -> datetime:
    today = local_day(zone, now)
    mornings = (local_time(day, _MORNING, zone) for day in (today, today - timedelta(days=1)))
    return next(morning for morning in mornings if morning and morning <= now)


def _send(rep: Rep, business: Business, since: datetime, until: datetime, now: datetime) -> bool:
    zone = rep.time_zone or business.time_zone
    summary = Summary(breaches(since, until), troubles(since, until), since, until, zone)
    if not (summary.breaches or summary.troubles):
        return False
    base_url = current_app.config["LEADAPP"].base_url
    text = digest_wording.body(summary, business.name, rep.digest, base_url)
    data, to = {"title": digest_wording.subject(summary)}, rep.email or ""
    his: dict[str, Any] = {"rep_id": rep.id, "language": rep.language}
    is_as_read = (Rep.id == rep.id) & Rep.digested_at.is_not_distinct_from(rep.digested_at)
    with transaction():
        if not db.session.execute(update(Rep).where(is_as_read).values(digested_at=until).returning(Rep.id)).first():
            return False  # another clock was faster
        cause = f"digest:{rep.id}:{until:%Y%m%dT%H%M%S}"
        write(Channel.EMAIL, to, cause, text, now, expires_at=now + _LIFE, data=data, **his)
    return True
