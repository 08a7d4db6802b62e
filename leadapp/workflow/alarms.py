"""Alarms: what is wrong is told once to whoever can put it right, and counted until it has been put right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import Alarm, AlarmKind, Lead
from leadapp.routing.said import as_json
from leadapp.transaction import board_changed
from leadapp.workflow import alerts
from leadapp.workflow.roster import Roster
from leadapp.workflow.writing import add, new, unwritten


def raise_alarm(kind: AlarmKind, subject: str, text: str, lead: Lead, roster: Roster, now: datetime) -> None:
    """Counts one more lead that met this; the first time, every owner is told. Hold the routing lock."""
    if note_alarm(kind, subject, text, now):
        for owner in roster.owners:
            alerts.alert_alarm(text, f"alarm:{kind}:{subject}", owner, lead, now)


def note_alarm(kind: AlarmKind, subject: str, text: str, now: datetime) -> bool:
    """Counts once more. Returns whether it had not stood, so that somebody must be told. Hold the routing lock."""
    words = {"text": text, "said": as_json(text)}
    for raised in unwritten(Alarm):  # by a lead that came in together with this one
        if (raised.kind, raised.subject) == (kind, subject):
            raised.count, raised.last_at = raised.count + 1, now
            raised.text, raised.said = text, as_json(text)
            return False
    standing = (Alarm.kind == kind) & (Alarm.subject == subject) & Alarm.cleared_at.is_(None)
    again = update(Alarm).where(standing).values(count=Alarm.count + 1, last_at=now, **words)
    if db.session.execute(again.returning(Alarm.id)).first():
        return False
    add(new(Alarm, kind=kind, subject=subject, **words, raised_at=now, last_at=now))
    board_changed()
    return True


def clear_alarms(*kinds: AlarmKind, now: datetime, about: str | None = None) -> None:
    """What was wrong has, or may have, been put right, in the running transaction: everywhere, or with the team or rule
    it is `about`. Whatever is still wrong shows with the next lead."""
    standing = Alarm.kind.in_(kinds) & Alarm.cleared_at.is_(None)
    if about is not None:
        standing &= Alarm.subject == about
    if db.session.execute(update(Alarm).where(standing).values(cleared_at=now).returning(Alarm.id)).first():
        board_changed()
