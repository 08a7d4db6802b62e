"""A decision becomes rows: state, offers, tasks, turns, timeline and the messages that tell people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import EventKind, Lead, Membership, Offer, Task, Team, Turn
from leadapp.routing import explain, values
from leadapp.routing import policy as chain
from leadapp.routing.decide import decide
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.values import LeadState, TaskKind, TurnKind
from leadapp.transaction import wake_later
from leadapp.workflow import alerts
from leadapp.workflow.locks import lock_routing
from leadapp.workflow.snapshot import load_snapshot
from leadapp.workflow.timeline import record
from leadapp.workflow.transitions import transition

Names = Mapping[str, str]


def route_on(lead: Lead, now: datetime) -> None:
    """Decides what happens next with an untaken lead and writes it down, in the running transaction."""
    lock_routing()
    snapshot = load_snapshot(lead)
    decision = decide(snapshot, now)
    names = snapshot_names(snapshot)
    was_routed, was_queued = lead.routed_at is not None, lead.state is LeadState.QUEUED
    _apply(lead, decision, names, now)
    if not was_routed:
        record(lead.id, EventKind.ROUTED, explain.sentence(decision.why, names), now=now)
    _announce(lead, decision, names, now, was_queued=was_queued)
    wake_later("advance_lead", lead.id, queue_name="urgent" if lead.urgent else "default", at=lead.next_due_at)


def snapshot_names(snapshot: values.Snapshot) -> Names:
    """What the ids in a decision are called."""
    named: tuple[Mapping[str, values.Rep] | Mapping[str, values.Team], ...] = (snapshot.reps, snapshot.teams)
    names = {id_: thing.name for things in named for id_, thing in things.items()}
    return names | {rule.id: rule.name for rule in snapshot.rules}


def frozen_why(why: values.Why, names: Names) -> dict[str, Any]:
    """The reason as it is kept with the lead: names of the moment, never looked up again."""
    return {
        "sentence": explain.sentence(why, names),
        "rule": _named(why.rule_id, names),
        "considered": [
            {"rep": _named(c.rep_id, names), "verdict": c.verdict, "reason": c.reason.value if c.reason else None}
            for c in why.considered
        ],
    }


def _named(id_: str | None, names: Names) -> dict[str, str] | None:
    return {"id": id_, "name": names.get(id_, id_)} if id_ else None


def _apply(lead: Lead, decision: values.Decision, names: Names, now: datetime) -> None:
    common: dict[str, Any] = {
        "team_id": decision.team_id,
        "accountable_id": decision.accountable_id,
        "policy": chain.to_json(decision.policy),
        "urgent": decision.urgent,
        "routed_at": lead.routed_at or now,
        "why": frozen_why(decision.why, names),
    }
    match decision:
        case values.Offer():
            progress = {"step": decision.step, "tries": decision.tries, "next_due_at": decision.expires_at}
            transition(lead, LeadEvent.OFFER, **common, **progress)
            _use_turn(lead, decision, now)
        case values.Hold():
            transition(lead, LeadEvent.HOLD, **common, next_due_at=decision.until)
        case values.Queue():
            past_the_end = {"step": len(decision.policy.steps), "tries": 0, "next_due_at": decision.ring_again_at}
            if lead.state is LeadState.QUEUED:
                del common["why"]  # why it is in the queue was settled when it got there
            transition(lead, LeadEvent.QUEUE, **common, **past_the_end)


def _use_turn(lead: Lead, decision: values.Offer, now: datetime) -> None:
    """The rotation's state is stored, never derived from the newest lead."""
    for rep_id in decision.rep_ids:
        _update_member(decision.team_id, rep_id, last_offer_at=now)
    if decision.turn is None:
        return
    team_changes = {"virtual_time": decision.turn.virtual_time}
    db.session.execute(update(Team).where(Team.id == decision.team_id).values(**team_changes))
    for rep_id, virtual_start in decision.turn.starts.items():
        _update_member(decision.team_id, rep_id, virtual_start=virtual_start)
    db.session.add(
        Turn(
            at=now,
            team_id=decision.team_id,
            rep_id=decision.turn.rep_id,
            lead_id=lead.id,
            kind=TurnKind.USED,
            reason="Offered a lead in rotation.",
        )
    )


def _update_member(team_id: str, rep_id: str, **changes: Any) -> None:
    member = (Membership.team_id == team_id) & (Membership.rep_id == rep_id)
    db.session.execute(update(Membership).where(member).values(**changes))


def _announce(lead: Lead, decision: values.Decision, names: Names, now: datetime, *, was_queued: bool) -> None:
    match decision:
        case values.Offer():
            for rep_id in decision.rep_ids:
                _offer_to(rep_id, lead, decision, names, now)
        case values.Hold():
            text = f"Outside opening hours: kept for {names[decision.accountable_id]} until the team opens."
            record(lead.id, EventKind.HELD, text, now=now)
        case values.Queue():
            ring = _ring_again if was_queued else _ring_first
            ring(lead, decision, names, now)
            alerts.alert_fallback(lead, now)


def _offer_to(rep_id: str, lead: Lead, decision: values.Offer, names: Names, now: datetime) -> None:
    offer = Offer(
        lead_id=lead.id,
        rep_id=rep_id,
        team_id=decision.team_id,
        cycle=lead.cycle,
        step=decision.step,
        offered_at=now,
        expires_at=decision.expires_at,
        used_turn=decision.turn is not None and decision.turn.rep_id == rep_id,
    )
    db.session.add(offer)
    db.session.flush()
    db.session.add(
        Task(
            lead_id=lead.id,
            rep_id=rep_id,
            offer_id=offer.id,
            kind=TaskKind.ACCEPT,
            created_at=now,
            due_at=decision.expires_at,
        )
    )
    seconds = round((decision.expires_at - now).total_seconds())
    record(lead.id, EventKind.OFFERED, f"Offered to {names[rep_id]} for {explain.duration(seconds)}.", now=now)
    alerts.alert_offer(offer, lead, now)


def _ring_first(lead: Lead, decision: values.Queue, names: Names, now: datetime) -> None:
    name, again = names[decision.accountable_id], explain.duration(decision.policy.repeat_seconds)
    record(lead.id, EventKind.QUEUED, f"In the queue: {name} is rung now and every {again} until it is taken.", now=now)
    task = {"kind": TaskKind.ACCEPT, "created_at": now, "due_at": decision.ring_again_at}
    db.session.add(Task(lead_id=lead.id, rep_id=decision.accountable_id, **task))


def _ring_again(lead: Lead, decision: values.Queue, names: Names, now: datetime) -> None:
    name, again = names[decision.accountable_id], explain.duration(decision.policy.repeat_seconds)
    record(lead.id, EventKind.RANG, f"Still nobody has it. {name} was rung again; next in {again}.", now=now)
    waiting = (Task.lead_id == lead.id) & (Task.kind == TaskKind.ACCEPT) & Task.done_at.is_(None)
    changes = {"rep_id": decision.accountable_id, "due_at": decision.ring_again_at}
    db.session.execute(update(Task).where(waiting).values(**changes))
