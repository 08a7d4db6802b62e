"""A lead that is not stored yet: its row, its first decision, and the messages that tell people of it."""

from __future__ import annotations

import logging
from datetime import datetime

from leadapp.capture.lead import CapturedLead
from leadapp.ids import new_id
from leadapp.models import Contact, EventKind, Lead, Source
from leadapp.routing.said import said
from leadapp.routing.values import LeadState
from leadapp.transaction import wake_later
from leadapp.words import source_words
from leadapp.workflow import alerts
from leadapp.workflow.apply import route_new
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.joining import heard_at, urgent_because
from leadapp.workflow.roster import Roster, default_team
from leadapp.workflow.snapshot import people_of
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import add, forgotten_on_error, new

log = logging.getLogger("leadapp.intake")

_COPIED = (
    "name", "phone", "phone_raw", "email", "email_raw", "message", "service", "address", "city", "region", "postcode",
    "country", "company", "company_size", "industry", "language", "consent", "attributes", "raw", "external_id",
)  # fmt: skip


def create_lead(capture: Capture, contact: Contact | None, linked: Lead | None, roster: Roster) -> Lead:
    """Adds the lead, its first decision and what tells people of it, in the running transaction. `linked` is an open
    lead of the same customer, or of somebody with the same phone."""
    captured, now = capture.captured, capture.now
    lead = unrouted_lead(captured, contact, capture.source, capture.source_name, roster, now)
    add(lead)
    text = said("Came in by {way}.", way=source_words(capture.source_name or "") or said("the API"))
    record(lead.id, EventKind.CAPTURED, text, now=now)
    for note in captured.notes:
        record(lead.id, EventKind.NOTE, note, now=now)
    if linked:
        _link(lead, linked, now)
    _route_in_place(lead, contact, linked, roster, now)
    who, team = roster.reps[lead.accountable_id], roster.teams[lead.team_id]
    alerts.text_customer(lead, contact, who, team, roster.business, now)
    return lead


def _link(lead: Lead, linked: Lead, now: datetime) -> None:
    lead.linked_lead_id = linked.id
    is_same = lead.contact_id == linked.contact_id
    whose = said("The same customer") if is_same else said("Somebody with the same phone")
    record(lead.id, EventKind.NOTE, said("{whose} has another open lead.", whose=whose), now=now)
    record(linked.id, EventKind.NOTE, said("{whose} sent another lead.", whose=whose), now=now)


def unrouted_lead(
    captured: CapturedLead, contact: Contact | None, source: Source | None, source_name: str | None, roster: Roster,
    now: datetime,
) -> Lead:  # fmt: skip
    """The row as it is before any decision: the fallback's name is on it, and it is due now. Not stored yet."""
    team = default_team(roster.teams.values())
    because = urgent_because(captured, source, roster.urgent_words)
    return new(
        Lead,
        id=new_id(),
        **{name: getattr(captured, name) for name in _COPIED},
        source=source_name,
        source_id=source.id if source else None,
        contact_id=contact.id if contact else None,
        urgent=bool(because),
        urgent_because=because,
        team_id=team.id,
        accountable_id=team.fallback_id,
        received_at=heard_at(captured, now),
        stored_at=now,
        last_heard_at=heard_at(captured, now),
        next_due_at=now,
        state=LeadState.NEW,
        cycle=0,
        barred=[],
    )


def _route_in_place(lead: Lead, contact: Contact | None, linked: Lead | None, roster: Roster, now: datetime) -> None:
    """Routes in the storing transaction. A failure must never lose the lead, and leaves nothing half done: the lead
    keeps the fallback's name, is due now, and the clock takes it up."""
    before, turns = dict(vars(lead)), roster.turns()
    try:
        with forgotten_on_error():
            route_new(lead, people_of(contact, linked), roster, now)
    except Exception:
        log.exception("routing_failed lead=%s", lead.id)
        vars(lead).update(before)
        roster.take_back(turns)
        wake_later("advance_lead", lead.id)
