"""A pass taken back: a thumb in a wet glove slips."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.facts import rep_facts
from leadapp.models import PENDING, EventKind, Lead, Offer, Rep, Task
from leadapp.routing.eligibility import presence_at
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.said import said
from leadapp.routing.values import LeadState, OfferOutcome, Presence
from leadapp.transaction import transaction
from leadapp.workflow.errors import Conflict
from leadapp.workflow.offers import end_offers, find_lead_of, lock_offer
from leadapp.workflow.taking import finish_open_tasks, refuse_if_gone, refuse_if_taken, wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.transitions import transition
from leadapp.workflow.turns import give_back_turn, use_turn_again

_ON_ITS_WAY = frozenset({LeadState.OFFERED, LeadState.QUEUED})


def take_pass_back(offer_id: str, *, now: datetime, actor_id: str) -> str:
    """All is as it was before the rep passed: he is asked until the same moment, and whoever was asked instead no
    longer is and has his turn back. As long as nobody has the lead; should the other accept all the same, he wins.
    Answers the lead's id.

    Twice is once. Raises Taken when somebody has it, NotFound, Conflict when the time to accept is over meanwhile or
    the rep is away.
    """
    with transaction():
        lead, offer, rep = lock_offer(offer_id, find_lead_of(offer_id))
        if offer.outcome is OfferOutcome.PENDING:
            return lead.id
        refuse_if_taken(lead)
        refuse_if_gone(rep)
        _refuse_if_over(lead, offer, rep, now)
        _stop_asking_others(lead, offer, rep, now)
        _ask_again(lead, offer, now)
        text = said("{name} took the pass back.", name=rep.name)
        record(lead.id, EventKind.OFFERED, text, now=now, actor_id=actor_id)
        return lead.id


def _refuse_if_over(lead: Lead, offer: Offer, rep: Rep, now: datetime) -> None:
    is_as_he_left_it = offer.outcome is OfferOutcome.PASSED and offer.cycle == lead.cycle and lead.state in _ON_ITS_WAY
    if not is_as_he_left_it or offer.before_pass is None or offer.expires_at <= now:
        raise Conflict(said("It is too late to take the pass back: the lead has gone on to others."))
    if presence_at(rep_facts(rep, 0, ""), now) is not Presence.AVAILABLE:
        raise Conflict(said("You are away, so the lead stays with whoever is asked now."))


def _stop_asking_others(lead: Lead, offer: Offer, rep: Rep, now: datetime) -> None:
    """Those who were asked because of the pass; not those who were asked together with him."""
    instead = (Offer.lead_id == lead.id) & (Offer.offered_at > offer.offered_at) & PENDING
    others = db.session.query(Offer).filter(instead).all()
    end_offers(instead, OfferOutcome.WITHDRAWN, now, reason=said("{name} took the pass back", name=rep.name))
    for other in others:
        give_back_turn(other, said("Whoever was asked before you took the pass back."), now)
    if lead.state is LeadState.QUEUED:
        finish_open_tasks(lead.id, now)


def _ask_again(lead: Lead, offer: Offer, now: datetime) -> None:
    before: dict[str, Any] = dict(offer.before_pass or {})
    if before.pop("used_turn") and not offer.used_turn:
        use_turn_again(offer, said("You took your pass back."), now)
    transition(lead, LeadEvent.OFFER, **before, next_due_at=offer.expires_at)
    offer.outcome, offer.ended_at, offer.reason, offer.before_pass = OfferOutcome.PENDING, None, None, None
    db.session.execute(update(Task).where(Task.lead_id == lead.id, Task.offer_id == offer.id).values(done_at=None))
    wake_clock(lead)
