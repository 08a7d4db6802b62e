"""What happens to a lead the moment a person has it, however they came by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import Lead, Offer, Rep, Task, Team
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.said import said
from leadapp.routing.values import LeadState, OfferOutcome, TaskKind
from leadapp.transaction import wake_later
from leadapp.workflow.errors import Conflict, Taken
from leadapp.workflow.transitions import transition
from leadapp.workflow.writing import add, new


def refuse_if_taken(lead: Lead) -> None:
    """Raises Taken when somebody has the lead, Conflict when it is closed."""
    if lead.state is LeadState.CLOSED:
        raise Conflict(said("This lead is closed. Nothing was changed."))
    if lead.owner_id:
        owner = db.session.get_one(Rep, lead.owner_id)
        raise Taken(owner.id, owner.name, lead.claimed_at or lead.stored_at)


def refuse_if_gone(rep: Rep) -> None:
    """Raises Conflict when the rep has left the company: what he took nobody would look after."""
    if not rep.active:
        raise Conflict(
            said("{name} no longer works here. The lead stays where it is; accept it as somebody else.", name=rep.name)
        )


def take(lead: Lead, rep: Rep, event: LeadEvent, now: datetime) -> None:
    """The rep owns the lead from now on, and the contact clock starts."""
    due_at = now + timedelta(seconds=contact_seconds(lead))
    owner = {"owner_id": rep.id, "accountable_id": rep.id, "claimed_at": now, "contacted_at": None, "promised_at": None}
    transition(lead, event, **owner, next_due_at=due_at)
    finish_open_tasks(lead.id, now)
    add(new(Task, lead_id=lead.id, rep_id=rep.id, kind=TaskKind.CONTACT, created_at=now, due_at=due_at))
    wake_clock(lead)


def wake_clock(lead: Lead) -> None:
    """Asks for an early look at what is due when this lead's clock runs out; leads due in one second share it."""
    if lead.next_due_at:
        wake_later("advance_due", at=lead.next_due_at)


def contact_seconds(lead: Lead) -> int:
    """Of the policy the lead started with; of its team while it has none."""
    if lead.policy:
        return int(lead.policy["contact_seconds"])
    return db.session.get_one(Team, lead.team_id).contact_seconds


def finish_open_tasks(lead_id: str, now: datetime) -> None:
    is_open = (Task.lead_id == lead_id) & Task.done_at.is_(None)
    db.session.execute(update(Task).where(is_open).values(done_at=now))


def give_up_accepted_offer(lead_id: str, now: datetime) -> None:
    """Whoever accepted it no longer has it: the acceptance stays on record, and another may be made."""
    accepted = (Offer.lead_id == lead_id) & (Offer.outcome == OfferOutcome.ACCEPTED) & Offer.released_at.is_(None)
    db.session.execute(update(Offer).where(accepted).values(released_at=now))
