"""To whom leads go next unless they are taken first, asked of the decision itself. Writes nothing, uses no turn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.decide import decide
from leadapp.routing.said import said
from leadapp.routing.values import LeadState, Offer
from leadapp.workflow.roster import Roster, read_roster
from leadapp.workflow.snapshot import load_snapshot, reps_asked


def next_in_line(lead_ids: Collection[str], now: datetime) -> Mapping[str, str]:
    """Of those that are offered: who is asked when the offer runs out, should everybody be as they are now."""
    if not lead_ids:
        return {}
    offered = select(Lead).where(Lead.id.in_(lead_ids), Lead.state == LeadState.OFFERED)
    leads = db.session.scalars(offered.options(defer(Lead.raw))).all()
    roster, asked = read_roster(), reps_asked(leads)
    return {lead.id: _next(lead, roster, asked[lead.id], now) for lead in leads}


def _next(lead: Lead, roster: Roster, asked: frozenset[str], now: datetime) -> str:
    decision = decide(load_snapshot(lead, roster, asked), max(lead.next_due_at or now, now))
    if isinstance(decision, Offer) and len(decision.rep_ids) > 1:
        return said("everybody in {team}", team=roster.teams[decision.team_id].name)
    rep_id = decision.rep_ids[0] if isinstance(decision, Offer) else decision.accountable_id
    return roster.names[rep_id]
