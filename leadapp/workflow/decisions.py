"""What a person decided about a lead, taken back: a finger slips at a desk, too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, select, update

from leadapp.extensions import db
from leadapp.facts import rep_facts
from leadapp.ids import new_id
from leadapp.models import PENDING, EventKind, Lead, Offer, Rep, Task
from leadapp.routing.eligibility import presence_at
from leadapp.routing.said import said
from leadapp.routing.values import LeadState, OfferOutcome, Presence
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.apply import route_on
from leadapp.workflow.errors import Conflict, NotFound
from leadapp.workflow.locks import STAYS, lock_lead
from leadapp.workflow.offers import is_offered
from leadapp.workflow.roster import lock_roster
from leadapp.workflow.taking import finish_open_tasks, wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.transitions import go_back
from leadapp.workflow.turns import use_turn_again

_NAMES = ("owner_id", "accountable_id", "outcome", "outcome_reason")
_MOMENTS = ("next_due_at", "claimed_at", "contacted_at", "promised_at", "closed_at")
#: The timeline says for each state how a lead came into it.
_KINDS = {
    LeadState.HELD: EventKind.HELD,
    LeadState.NEW: EventKind.ROUTED,
    LeadState.OFFERED: EventKind.OFFERED,
    LeadState.QUEUED: EventKind.QUEUED,
    LeadState.CLAIMED: EventKind.ASSIGNED,
    LeadState.CONTACTED: EventKind.CONTACTED,
}


def as_it_is(lead: Lead) -> dict[str, Any]:
    """What of the lead a person's decision is about to change; to be remembered once it has."""
    moments = {name: at.isoformat() for name in _MOMENTS if (at := getattr(lead, name))}
    accepted = Offer.outcome == OfferOutcome.ACCEPTED, Offer.released_at.is_(None)
    return {
        "state": lead.state.value,
        "values": {name: getattr(lead, name) for name in _NAMES},
        "moments": moments,
        "offers": _ids(Offer, Offer.lead_id == lead.id, PENDING),
        "accepted": _ids(Offer, Offer.lead_id == lead.id, *accepted),
        "used_turn": _ids(Offer, Offer.lead_id == lead.id, Offer.used_turn.is_(True)),
        "tasks": _ids(Task, Task.lead_id == lead.id, Task.done_at.is_(None)),
    }


def remember(lead: Lead, before: dict[str, Any]) -> str:
    """Keeps what the lead was before a decision that is made now. Answers the mark by which it may be taken back."""
    mark = new_id()
    lead.before_decision = before | {"mark": mark, "left": _left(lead)}
    return mark


def take_decision_back(lead_id: str, mark: str, *, now: datetime, actor_id: str) -> None:
    """Takes a lead out of the hands it was given into, or opens one that was closed: all is as it was, clocks included,
    and whoever was asked is rung again.

    What has run out meanwhile moves on at once. Raises NotFound, Conflict when anything else has happened since.
    """
    with transaction():
        lead = lock_lead(lead_id)
        if lead is None:
            raise NotFound("lead")
        before = _what_it_was(lead, mark)
        actor = db.session.get_one(Rep, actor_id)
        finish_open_tasks(lead.id, now)
        go_back(lead, LeadState(before["state"]), **before["values"], **_moments(before))
        text = said("{name} took that back: it is as it was before.", name=actor.name)
        record(lead.id, _KINDS[lead.state], text, now=now, actor_id=actor_id)
        _use_turns_again(before["used_turn"], now)
        db.session.execute(update(Offer).where(Offer.id.in_(before["accepted"])).values(released_at=None))
        _ask_again(lead, before["offers"], now)
        db.session.execute(update(Task).where(Task.id.in_(before["tasks"])).values(done_at=None))
        if lead.state is LeadState.OFFERED and not is_offered(lead.id):
            finish_open_tasks(lead.id, now)
            route_on(lead, now)
        elif lead.owner_id:
            alerts.alert_assigned(lead, lead.owner_id, actor_id, now)
        wake_clock(lead)


def _what_it_was(lead: Lead, mark: str) -> dict[str, Any]:
    before = lead.before_decision
    if before is None or before["mark"] != mark or before["left"] != _left(lead):
        raise Conflict(said("More has happened to this lead since, so nothing was put back. Look at it again."))
    keeper = db.session.get_one(Rep, before["values"]["accountable_id"], with_for_update=STAYS, populate_existing=True)
    if not keeper.active:
        raise Conflict(said("{name} no longer works here, so nothing was put back.", name=keeper.name))
    return dict(before)


def _left(lead: Lead) -> list[str | None]:
    """Is another as soon as somebody has called, promised or written, or the customer has got in touch."""
    return [at.isoformat() if at else None for at in (lead.next_due_at, lead.promised_at, lead.last_heard_at)]


def _moments(before: dict[str, Any]) -> dict[str, datetime | None]:
    kept = before["moments"]
    return {name: datetime.fromisoformat(kept[name]) if name in kept else None for name in _MOMENTS}


def _use_turns_again(offer_ids: list[str], now: datetime) -> None:
    """Those that were given back because the lead was called junk."""
    given_back = select(Offer).where(Offer.id.in_(offer_ids), ~Offer.used_turn)
    for offer in db.session.scalars(given_back.order_by(Offer.id)):
        use_turn_again(offer, said("The lead is no junk after all."), now)


def _ask_again(lead: Lead, offer_ids: list[str], now: datetime) -> None:
    """Whoever was asked and has time left, unless he went away meanwhile."""
    rows = select(Offer, Rep).join(Rep, Rep.id == Offer.rep_id).where(Offer.id.in_(offer_ids)).order_by(Offer.id)
    found = [
        offer
        for offer, rep in db.session.execute(rows).all()
        if offer.expires_at > now and rep.active and presence_at(rep_facts(rep, 0, ""), now) is Presence.AVAILABLE
    ]
    roster = lock_roster() if found else None
    for offer in found:
        offer.outcome, offer.ended_at, offer.reason = OfferOutcome.PENDING, None, None
        if roster:
            alerts.alert_offer(offer, lead, roster, now, again=True)


def _ids(table: type[Offer | Task], *which: ColumnElement[bool] | TextClause) -> list[str]:
    return list(db.session.scalars(select(table.id).where(*which).order_by(table.id)))
