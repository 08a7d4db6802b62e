"""What the office does at its desk beside deciding whose a lead is: nudges, writes notes, puts two leads together."""

from __future__ import annotations

from datetime import datetime

from leadapp.extensions import db
from leadapp.models import EventKind, Lead, Rep
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadOutcome
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.joining import FILLED_BY_A_REPEAT, raise_urgency
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.ownership import end_lead, open_lead
from leadapp.workflow.timeline import record

LONGEST_NOTE = 2_000


def nudge(lead_id: str, *, now: datetime, actor_id: str) -> list[str]:
    """Rings whoever the lead waits for once more; no clock changes. Answers their names.

    Once a minute at most. Raises NotFound, Conflict (closed, or rung in this minute).
    """
    with transaction():
        lead, actor = open_lead(lead_id), db.session.get_one(Rep, actor_id)
        reps = alerts.alert_nudged(lead, actor, now)
        if not reps:
            raise Conflict(said("That was done just now. Give it a minute."))
        for rep in reps:
            text = said("{name} nudged {rep}.", name=actor.name, rep=rep.name)
            record(lead.id, EventKind.RANG, text, now=now, actor_id=actor_id)
        return [rep.name for rep in reps]


def write_note(lead_id: str, text: str, *, now: datetime, actor_id: str) -> None:
    """Keeps what somebody wants the others to know, also of a closed lead.

    Raises NotFound, Invalid (blank, too long).
    """
    text = text.strip()
    if not text:
        raise Invalid(("note", said("Write something first.")))
    if len(text) > LONGEST_NOTE:
        raise Invalid(("note", said("That is too long: {most} characters at most.", most=LONGEST_NOTE)))
    with transaction():
        lead, actor = lock_lead(lead_id), db.session.get_one(Rep, actor_id)
        if lead is None:
            raise NotFound("lead")
        text = said('{name}: "{text}"', name=actor.name, text=text)
        record(lead.id, EventKind.NOTE, text, now=now, actor_id=actor_id)


def merge_leads(lead_id: str, into_id: str, *, now: datetime, actor_id: str) -> str:
    """Two leads are one request: the first is closed as a duplicate and gives its turns back; the other learns what it
    did not know, and whoever holds it is told. Answers the mark by which the first is opened again.

    Raises NotFound, Invalid (into itself), Conflict (one of them is closed).
    """
    if lead_id == into_id:
        raise Invalid(("into", said("A lead cannot be put together with itself. Choose another.")))
    with transaction():
        locked = {each: open_lead(each) for each in sorted((lead_id, into_id))}
        lead, into = locked[lead_id], locked[into_id]
        for name in FILLED_BY_A_REPEAT:
            if getattr(into, name) is None:
                setattr(into, name, getattr(lead, name))
        into.attributes = {**lead.attributes, **into.attributes}
        raise_urgency(into, lead.urgent_because, now)
        lead.linked_lead_id = into.id
        record(into.id, EventKind.JOINED, _what_it_said(lead), now=now, actor_id=actor_id, raw=lead.raw)
        alerts.alert_again(into, now)
        return end_lead(lead, LeadOutcome.DUPLICATE, said("put together with another lead"), now, actor_id)


def _what_it_said(lead: Lead) -> Said:
    if lead.message:
        return said('Another lead was put together with this one: "{message}"', message=lead.message)
    return said("Another lead was put together with this one.")
