"""What would happen to a lead, without writing anything or using a turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadapp.capture.lead import CapturedLead
from leadapp.models import Lead, Source
from leadapp.routing.decide import decide
from leadapp.routing.values import Decision
from leadapp.workflow.apply import Names, frozen_why
from leadapp.workflow.contacts import find_contact
from leadapp.workflow.intake import unrouted_lead
from leadapp.workflow.roster import read_roster
from leadapp.workflow.snapshot import load_snapshot


@dataclass(frozen=True, slots=True)
class Preview:
    """`lead` is a row that was never stored; `why` is as it would be frozen."""

    lead: Lead
    decision: Decision
    why: dict[str, object]
    names: Names


def preview_lead(captured: CapturedLead, *, now: datetime, source: Source | None = None) -> Preview:
    """The decision as of `received_at` if the lead has one, else as of now. Reads only."""
    moment = min(captured.received_at or now, now)
    source_name = captured.source or (source.name if source else None)
    roster = read_roster()
    lead = unrouted_lead(captured, find_contact(captured), source, source_name, roster, moment)
    snapshot = load_snapshot(lead, roster)
    decision = decide(snapshot, moment)
    names = roster.names
    return Preview(lead, decision, frozen_why(decision.why, names), names)
