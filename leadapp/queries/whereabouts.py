"""Where a lead has gone after somebody passed it or handed it back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import PENDING, Lead, Offer, Rep
from leadapp.routing.values import LeadState


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`reps` (id, name) are those who are asked while it is offered, else the one whose name is on it."""

    state: LeadState
    reps: tuple[tuple[str, str], ...]


def whereabouts(lead_id: str) -> Whereabouts:
    state, accountable_id = db.session.execute(select(Lead.state, Lead.accountable_id).where(Lead.id == lead_id)).one()
    asked = select(Offer.rep_id).where(Offer.lead_id == lead_id, PENDING)
    whose = Rep.id.in_(asked) if state == LeadState.OFFERED else Rep.id == accountable_id
    rows = db.session.execute(select(Rep.id, Rep.name).where(whose).order_by(Rep.name))
    return Whereabouts(state, tuple((rep_id, name) for rep_id, name in rows))
