"""What would happen to a lead, without writing anything or using a turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.models import Contact, Lead, Rep, Source
from leadapp.routing.decide import decide
from leadapp.routing.values import Decision
from leadapp.workflow.apply import Names, frozen_why
from leadapp.workflow.contacts import look_up
from leadapp.workflow.joining import is_same_request, newest_open_lead
from leadapp.workflow.new_lead import unrouted_lead
from leadapp.workflow.roster import read_roster
from leadapp.workflow.snapshot import load_snapshot, people_of


@dataclass(frozen=True, slots=True)
class Preview:
    """`lead` is a row that was never stored; `why` is as it would be frozen."""

    lead: Lead
    decision: Decision
    why: dict[str, object]
    names: Names


@dataclass(frozen=True, slots=True)
class WouldJoin:
    """The same person has an open lead, which would take this in."""

    lead_id: str
    sentence: str


def preview_lead(captured: CapturedLead, *, now: datetime, source: Source | None = None) -> Preview | WouldJoin:
    """The decision as of `received_at` if the lead has one, else as of now. Reads only."""
    moment = min(captured.received_at or now, now)
    person = look_up(captured)
    open_lead = _open_lead([person.contact] if person.contact else [])
    if open_lead and is_same_request(open_lead, moment):
        holder = db.session.get_one(Rep, open_lead.accountable_id)
        return WouldJoin(open_lead.id, f"Joins the open lead of the same person, which {holder.name} has.")

    source_name = captured.source or (source.name if source else None)
    roster = read_roster()
    lead = unrouted_lead(captured, person.contact, source, source_name, roster, moment)
    linked = open_lead or _open_lead(person.neighbours)
    lead.linked_lead_id = linked.id if linked else None
    decision = decide(load_snapshot(lead, roster, people=people_of(person.contact, linked)), moment)
    names = roster.names
    return Preview(lead, decision, frozen_why(decision.why, names), names)


def _open_lead(contacts: Iterable[Contact]) -> Lead | None:
    found = (newest_open_lead(contact) for contact in contacts)
    lead_id = next(filter(None, found), None)
    return db.session.get(Lead, lead_id) if lead_id else None
