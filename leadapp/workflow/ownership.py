"""What people do with a lead: assign it, hand it back, speak to the customer, close it."""

from __future__ import annotations

from datetime import datetime

from leadapp.extensions import db
from leadapp.models import Contact, EventKind, Lead, Rep, Team
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.said import said
from leadapp.routing.values import CallResult, LeadOutcome, LeadState
from leadapp.transaction import transaction
from leadapp.words import reason_words, result_words, words_for
from leadapp.workflow import alerts
from leadapp.workflow.apply import route_on
from leadapp.workflow.call_log import end_open_calls
from leadapp.workflow.coming_back import free_soon
from leadapp.workflow.decisions import as_it_is, remember
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.locks import STAYS, lock_lead
from leadapp.workflow.offers import withdraw_pending
from leadapp.workflow.receipts import note_answered
from leadapp.workflow.taking import finish_open_tasks, give_up_accepted_offer, refuse_if_gone, refuse_if_taken, take
from leadapp.workflow.timeline import record
from leadapp.workflow.transitions import transition
from leadapp.workflow.turns import give_back_turns

CONTACT_KINDS = {
    "call": said("by phone"),
    "text": said("by text"),
    "email": said("by e-mail"),
    "visit": said("in person"),
}
_JUNK = frozenset({LeadOutcome.SPAM, LeadOutcome.DUPLICATE})


def assign_lead(lead_id: str, rep_id: str, *, now: datetime, actor_id: str | None = None) -> str | None:
    """A person decides whose it is: owner at once, from any open state; the last such decision stands. Answers the mark
    by which it can be taken back.

    To the rep who has it already it changes nothing, and answers None.

    Raises NotFound, Invalid (no such active rep), Conflict (closed).
    """
    with transaction():
        lead = open_lead(lead_id)
        rep = db.session.get(Rep, rep_id, with_for_update=STAYS, populate_existing=True)
        if rep is None or not rep.active:
            raise Invalid(("rep", said("There is no active person with this id. Choose one from the list of reps.")))
        if lead.owner_id == rep.id:
            return None
        before = as_it_is(lead)
        if lead.owner_id:
            free_soon(lead.owner_id, now, only_if_limited=True)
        give_up_accepted_offer(lead.id, now)
        take(lead, rep, LeadEvent.ASSIGN, now)
        took_it, given = said("{name} took it over.", name=rep.name), said("Given to {name}.", name=rep.name)
        record(lead.id, EventKind.ASSIGNED, took_it if actor_id == rep.id else given, now=now, actor_id=actor_id)
        withdraw_pending(lead, said("{name} has it", name=rep.name), now)
        alerts.alert_assigned(lead, rep.id, actor_id, now)
        return remember(lead, before)


def take_queued(lead_id: str, rep_id: str, *, now: datetime) -> None:
    """The rep takes a lead that nobody has: unlike `assign_lead`, it never takes one from its owner.

    Twice by the same rep is once. Raises NotFound, Taken, Conflict (closed, or the rep has left).
    """
    with transaction():
        lead = open_lead(lead_id)
        rep = db.session.get_one(Rep, rep_id, with_for_update=STAYS, populate_existing=True)
        if lead.owner_id == rep.id:
            return
        refuse_if_taken(lead)
        refuse_if_gone(rep)
        take(lead, rep, LeadEvent.ACCEPT, now)
        record(lead.id, EventKind.ACCEPTED, said("{name} accepted it.", name=rep.name), now=now, actor_id=rep.id)
        note_answered(lead.id, rep.id, now)
        withdraw_pending(lead, said("{name} has it", name=rep.name), now)


def release_lead(lead_id: str, *, reason: str, now: datetime, actor_id: str | None = None) -> None:
    """The owner hands it back; it is routed again at once, without him. Raises NotFound, Conflict."""
    with transaction():
        lead = open_lead(lead_id)
        if lead.owner_id is None:
            raise Conflict(
                said("Nobody has taken this lead, so it cannot be handed back. It goes on to the next by itself.")
            )
        put_back(lead, reason, now, actor_id or lead.owner_id)


def put_back(lead: Lead, reason: str, now: datetime, actor_id: str | None) -> None:
    """Takes the lead from its owner and routes it afresh, in the running transaction."""
    owner = db.session.get_one(Rep, lead.owner_id)
    team = db.session.get_one(Team, lead.team_id)
    give_up_accepted_offer(lead.id, now)
    finish_open_tasks(lead.id, now)
    afresh = {"policy": None, "step": 0, "tries": 0, "cycle": lead.cycle + 1}
    not_yet = {"claimed_at": None, "contacted_at": None, "promised_at": None}
    barred = sorted({*lead.barred, owner.id})
    transition(
        lead,
        LeadEvent.RELEASE,
        owner_id=None,
        accountable_id=team.fallback_id,
        next_due_at=now,
        barred=barred,
        **afresh,
        **not_yet,
    )
    text = said("{name} handed it back: {reason}", name=owner.name, reason=reason_words(reason))
    record(lead.id, EventKind.RELEASED, text, now=now, actor_id=actor_id)
    free_soon(owner.id, now, only_if_limited=True)
    route_on(lead, now)


def record_contact(
    lead_id: str, *, kind: str, now: datetime, at: datetime | None = None, result: str | None = None,
    actor_id: str | None = None,
) -> None:  # fmt: skip
    """Somebody has spoken to the customer: the contact clock stops, and the contact is theirs from now on.

    `at` is when (never in the future). Raises NotFound, Invalid (kind), Conflict (closed, or nobody has taken it).
    """
    if kind not in CONTACT_KINDS:
        raise Invalid(("kind", f"Must be one of {', '.join(CONTACT_KINDS)}."))
    with transaction():
        lead = open_lead(lead_id)
        if lead.owner_id is None:
            raise Conflict(
                said("Nobody has taken this lead yet. Take it first, then say how the customer was reached.")
            )
        note_contact(lead, kind, now=now, at=at, result=result, actor_id=actor_id)


def note_contact(
    lead: Lead, kind: str, *, now: datetime, at: datetime | None = None, result: str | None = None,
    actor_id: str | None = None,
) -> None:  # fmt: skip
    """What `record_contact` does to a lead that somebody has taken, in the running transaction."""
    owner = db.session.get_one(Rep, lead.owner_id)
    if lead.state is LeadState.CLAIMED:
        transition(lead, LeadEvent.CONTACT, contacted_at=min(at or now, now), next_due_at=None)
        free_soon(owner.id, now, only_if_limited=True)
    finish_open_tasks(lead.id, now)
    if kind == "call":
        end_open_calls(lead.id, CallResult.TALKED, now)
    how = CONTACT_KINDS[kind]
    how = said("{how} ({result})", how=how, result=result_words(result)) if result else how
    text = said("{name} reached the customer {how}.", name=owner.name, how=how)
    record(lead.id, EventKind.CONTACTED, text, now=now, actor_id=actor_id or owner.id)
    _keep_relationship(lead)


def close_lead(
    lead_id: str, *, outcome: str, reason: str | None = None, now: datetime, actor_id: str | None = None
) -> str | None:
    """Ends the lead; junk gives the turns it cost back. Answers the mark by which that can be taken back. Closing it
    again the same way changes nothing, and answers None.

    Raises NotFound, Invalid (outcome), Conflict (already closed another way).
    """
    if outcome not in set(LeadOutcome):
        raise Invalid(("outcome", f"Must be one of {', '.join(LeadOutcome)}."))
    with transaction():
        lead = lock_lead(lead_id)
        if lead is None:
            raise NotFound("lead")
        if lead.state is LeadState.CLOSED:
            if lead.outcome == outcome:
                return None
            closed = words_for(LeadOutcome(str(lead.outcome)))
            raise Conflict(said("This lead was closed as {outcome} already. Nothing was changed.", outcome=closed))
        return end_lead(lead, LeadOutcome(outcome), reason, now, actor_id)


def end_lead(lead: Lead, outcome: LeadOutcome, reason: str | None, now: datetime, actor_id: str | None) -> str:
    """What `close_lead` does to an open lead, in the running transaction."""
    before = as_it_is(lead)
    withdraw_pending(lead, said("the lead was closed"), now)
    ended = {"outcome": outcome, "outcome_reason": reason, "closed_at": now, "next_due_at": None}
    transition(lead, LeadEvent.CLOSE, **ended)
    finish_open_tasks(lead.id, now)
    words = words_for(outcome)
    if reason:
        text = said("Closed as {outcome}: {reason}.", outcome=words, reason=reason_words(reason))
    else:
        text = said("Closed as {outcome}.", outcome=words)
    record(lead.id, EventKind.CLOSED, text, now=now, actor_id=actor_id)
    if lead.owner_id:
        free_soon(lead.owner_id, now, only_if_limited=True)
    if outcome in _JUNK:
        give_back_turns(lead, now)
    else:
        _keep_relationship(lead)
    return remember(lead, before)


def open_lead(lead_id: str) -> Lead:
    """The lead, held until the transaction ends. Raises NotFound, Conflict (closed)."""
    lead = lock_lead(lead_id)
    if lead is None:
        raise NotFound("lead")
    if lead.state is LeadState.CLOSED:
        raise Conflict(said("This lead is closed. Nothing was changed."))
    return lead


def _keep_relationship(lead: Lead) -> None:
    """The first rep who works with a contact is theirs, until he leaves; later leads of theirs go to him."""
    contact = db.session.get(Contact, lead.contact_id) if lead.contact_id and lead.owner_id else None
    if contact is None:
        return
    owner = db.session.get(Rep, contact.owner_id) if contact.owner_id else None
    if owner is None or not owner.active:
        contact.owner_id = lead.owner_id
