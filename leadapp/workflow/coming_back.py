"""Whoever is free again is offered the lead of the queue that has waited longest: one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_, update

from leadapp.extensions import db
from leadapp.models import PENDING, Lead, Membership, Offer, Rep
from leadapp.routing.coming_back import longest_waiting, offer_on_return
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction, wake_later
from leadapp.workflow.apply import apply_offer
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.roster import lock_roster, read_roster
from leadapp.workflow.snapshot import load_snapshot, reps_asked
from leadapp.workflow.taking import finish_open_tasks

_PAGE = 100  # leads of the queue that are looked at together
_TRIES = 5


def offer_waiting(rep_id: str, now: datetime) -> None:
    """Offers the rep the lead that has waited longest, if he can be asked now and nothing else is before him. A lead
    that somebody takes in the same moment is theirs, and the next one is looked at."""
    for _ in range(_TRIES):
        lead_id = _longest_waiting(rep_id, now)
        if lead_id is None or _offer(lead_id, rep_id, now):
            return


def free_soon(rep_id: str, now: datetime, *, only_if_limited: bool = False) -> None:
    """In the running transaction: the rep may take another lead. What waits is offered to him at once, by a job or by
    the clock. `only_if_limited`: having fewer leads on his hands matters only to those who may have so many."""
    due = update(Rep).where(Rep.id == rep_id, Rep.active)
    due = due.where(Rep.max_open.is_not(None)) if only_if_limited else due
    if db.session.execute(due.values(next_change_at=now).returning(Rep.id)).first():
        wake_later("follow_rep", rep_id)


def is_from_queue(offer: Offer, lead: Lead) -> bool:
    """Whether the lead had been through its chain when it was offered."""
    return lead.policy is not None and offer.step >= len(lead.policy["steps"])


def _longest_waiting(rep_id: str, now: datetime) -> str | None:
    roster = None
    for waiting in _queued_in_his_teams(rep_id):
        roster, asked = roster or read_roster(), reps_asked(waiting)
        snapshots = [load_snapshot(lead, roster, asked=asked[lead.id]) for lead in waiting]
        if found := longest_waiting(snapshots, rep_id, now):
            return found
    return None


def _queued_in_his_teams(rep_id: str) -> Iterator[Sequence[Lead]]:
    """Page by page, oldest first, without those he has been asked for."""
    was_asked = (
        select(Offer.id).where(Offer.lead_id == Lead.id, Offer.rep_id == rep_id, Offer.cycle == Lead.cycle).exists()
    )
    waiting = (
        select(Lead)
        .join(Membership, Membership.team_id == Lead.team_id)
        .where(Membership.rep_id == rep_id, Lead.state == LeadState.QUEUED, ~was_asked)
        .order_by(Lead.received_at, Lead.id)
        .limit(_PAGE)
        .execution_options(populate_existing=True)
    )
    page = db.session.scalars(waiting).all()
    while page:
        yield page
        last = page[-1].received_at, page[-1].id
        page = db.session.scalars(waiting.where(tuple_(Lead.received_at, Lead.id) > last)).all()


def _offer(lead_id: str, rep_id: str, now: datetime) -> bool:
    """Whether nothing else is to be looked at; false when somebody else was faster."""
    with transaction():
        lead = lock_lead(lead_id)
        if lead is None or lead.state is not LeadState.QUEUED:
            return False
        roster = lock_roster()
        if _has_something_before_him(rep_id):
            return True
        decision = offer_on_return(load_snapshot(lead, roster, asked=reps_asked([lead])[lead.id]), rep_id, now)
        if decision is None:
            return False
        finish_open_tasks(lead.id, now)
        apply_offer(lead, decision, roster, now)
        return True


def _has_something_before_him(rep_id: str) -> bool:
    return db.session.scalar(select(Offer.id).where(Offer.rep_id == rep_id, PENDING).limit(1)) is not None
