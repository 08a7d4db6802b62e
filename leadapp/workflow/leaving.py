"""What becomes of the leads before somebody who goes away: they move on, without waiting for a clock to run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from leadapp.extensions import db
from leadapp.models import PENDING, EventKind, Lead, Offer, Rep, Team
from leadapp.routing.said import Said, said, strung
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.transaction import wake_later
from leadapp.workflow.escalation import fallback_now
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.offers import end_offers, is_offered
from leadapp.workflow.roster import read_roster
from leadapp.workflow.timeline import record


def lock_leads_before(rep: Rep) -> None:
    """Every lead that the rep is asked for or that bears his name and that nobody has taken, in the order of their ids:
    two who go away at one moment never wait for each other."""
    before = or_(Lead.id.in_(_asked_for(rep)), _waits_with(rep), _is_answered_for_by(rep))
    ids = select(Lead.id).where(before).order_by(Lead.id)
    db.session.execute(ids.with_for_update())


def withdraw_offers(rep: Rep, why: Said, now: datetime, actor_id: str | None) -> Sequence[str]:
    """Ends the rep's pending offers and makes their leads due at once, so that the clock moves them even if this
    process dies here. Answers the leads that have nobody left who is asked."""
    moving = []
    for lead_id in db.session.scalars(_asked_for(rep).order_by(Offer.lead_id)).all():
        lead = lock_lead(lead_id)
        his = (Offer.lead_id == lead_id) & (Offer.rep_id == rep.id) & PENDING
        end_offers(his, OfferOutcome.WITHDRAWN, now, reason=strung(" ", (rep.name, why)), actor_id=actor_id)
        if lead and lead.state is LeadState.OFFERED and not is_offered(lead_id):
            lead.next_due_at, lead.accountable_id = now, db.session.get_one(Team, lead.team_id).fallback_id
            wake_later("advance_lead", lead_id)
            moving.append(lead_id)
    return moving


def let_go_of_waiting(rep: Rep, now: datetime) -> Sequence[str]:
    """Leads that wait with the rep's name on them are due at once, so that somebody who is there gets them."""
    lead_ids = db.session.scalars(select(Lead.id).where(_waits_with(rep)).order_by(Lead.id)).all()
    for lead_id in lead_ids:
        lead = lock_lead(lead_id)
        if lead and lead.accountable_id == rep.id and lead.owner_id is None:
            lead.next_due_at = now
    return lead_ids


def let_others_answer(rep: Rep, why: Said, now: datetime) -> None:
    """While several are asked a lead bears its fallback's name. When that is the rep, somebody who is there answers for
    it from now on; those who are asked keep their offers."""
    lead_ids = db.session.scalars(select(Lead.id).where(_is_answered_for_by(rep)).order_by(Lead.id)).all()
    roster = read_roster() if lead_ids else None
    for lead_id in lead_ids:
        lead = lock_lead(lead_id)
        if roster and lead and lead.accountable_id == rep.id and lead.state is LeadState.OFFERED:
            lead.accountable_id = fallback_now(lead, roster, now)
            keeper = roster.reps[lead.accountable_id]
            if keeper.id != rep.id:
                text = said(
                    "{keeper} answers for it until somebody accepts: {name} {why}.",
                    keeper=keeper.name,
                    name=rep.name,
                    why=why,
                )
                record(lead.id, EventKind.NOTE, text, now=now)


def _asked_for(rep: Rep) -> Select[str]:
    return select(Offer.lead_id).where(Offer.rep_id == rep.id, PENDING)


def _waits_with(rep: Rep) -> ColumnElement[bool]:
    return (Lead.accountable_id == rep.id) & Lead.state.in_((LeadState.QUEUED, LeadState.HELD))


def _is_answered_for_by(rep: Rep) -> ColumnElement[bool]:
    return (Lead.accountable_id == rep.id) & (Lead.state == LeadState.OFFERED)
