"""A decision becomes rows: state, offers, tasks, turns, timeline and the messages that tell people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from leadapp import wording
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import AlarmKind, Event, EventKind, Lead, Offer, Rep, Task, Turn
from leadapp.routing import explain, values
from leadapp.routing import policy as chain
from leadapp.routing.decide import decide
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.said import about_moment, as_json, said
from leadapp.routing.values import LeadState, OfferOutcome, TaskKind, TurnKind
from leadapp.workflow import alerts
from leadapp.workflow.alarms import raise_alarm
from leadapp.workflow.rings import Rings
from leadapp.workflow.roster import Roster, lock_roster
from leadapp.workflow.rule_alarms import raise_rule_alarms
from leadapp.workflow.snapshot import People, load_snapshot, reps_asked
from leadapp.workflow.taking import wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.transitions import start, transition
from leadapp.workflow.writing import add, new

Names = Mapping[str, str]
_UNPLACED = frozenset({LeadState.NEW, LeadState.HELD})


def route_on(lead: Lead, now: datetime) -> None:
    """Decides what happens next with an untaken lead and writes it down, in the running transaction."""
    db.session.flush()
    roster, rings = lock_roster(), Rings()
    route_with(roster, lead, now, asked=reps_asked([lead])[lead.id], rings=rings)
    rings.ring(roster, now)
    roster.write_turns()


def route_with(roster: Roster, lead: Lead, now: datetime, *, asked: frozenset[str], rings: Rings) -> None:
    """`route_on` for one of several leads. The roster must have been read under the routing lock, and afterwards its
    turns be written and the `rings` be rung; `asked` are the reps asked in this pass."""
    decision = decide(load_snapshot(lead, roster, asked), now)
    _write_down(lead, decision, roster, now, move=transition, rings=rings if lead.state is LeadState.QUEUED else None)


def route_new(lead: Lead, people: People, roster: Roster, now: datetime) -> None:
    """`route_with` for a lead that is not stored yet, so that it is written once, with its first offer."""
    decision = decide(load_snapshot(lead, roster, people=people), now)
    _write_down(lead, decision, roster, now, move=start)


def apply_offer(lead: Lead, decision: values.Offer, roster: Roster, now: datetime) -> None:
    """Writes an offer down that was decided with this roster, in the running transaction, and what it cost."""
    _write_down(lead, decision, roster, now, move=transition)
    roster.write_turns()


def _write_down(
    lead: Lead, decision: values.Decision, roster: Roster, now: datetime, *, move: Callable[..., None],
    rings: Rings | None = None,
) -> None:  # fmt: skip
    """`rings` is given for a lead that waits in the queue."""
    names, is_placed = roster.names, lead.state not in _UNPLACED
    if lead.routed_at is None:
        record(lead.id, EventKind.ROUTED, explain.sentence(decision.why, names), now=now)
        roster.count_blanks(decision.why.blanks, now)
    raise_rule_alarms(decision.why, lead, roster, now)
    event, changes = _outcome(decision, lead.rings)
    was_held = lead.state is LeadState.HELD
    if rings is None:  # else it is in the queue, and why was settled when it got there
        changes["why"] = frozen_why(decision.why, names)
    move(lead, event, **changes, routed_at=lead.routed_at or now)
    if decision.why.absent_owner_id and not is_placed:
        _tell_absent_owner(lead, decision.why.absent_owner_id, roster, now)
    match decision:
        case values.Offer():
            _offer(lead, decision, roster, now)
        case values.Hold():
            _say_held(lead, decision, roster, now, again=was_held)
        case values.Queue() if rings:
            _ring_again(lead, decision, roster, now, rings)
        case values.Queue():
            _ring_first(lead, decision, roster, now)
    wake_clock(lead)


def _outcome(decision: values.Decision, rings: int) -> tuple[LeadEvent, dict[str, Any]]:
    """What the decision makes of the lead's row. `rings` is how often its fallback was rung so far."""
    common: dict[str, Any] = {
        "team_id": decision.team_id,
        "accountable_id": decision.accountable_id,
        "policy": chain.to_json(decision.policy),
        "urgent": decision.urgent,
    }
    match decision:
        case values.Offer():
            progress = {"step": decision.step, "tries": decision.tries, "next_due_at": decision.expires_at, "rings": 0}
            return LeadEvent.OFFER, common | progress
        case values.Hold():
            return LeadEvent.HOLD, common | {"next_due_at": decision.until}
        case values.Queue():
            past_the_end = {"step": len(decision.policy.steps), "tries": 0, "next_due_at": decision.ring_again_at}
            return LeadEvent.QUEUE, common | past_the_end | {"rings": rings + 1}


def frozen_why(why: values.Why, names: Names) -> dict[str, Any]:
    """The reason as it is kept with the lead: names of the moment, never looked up again."""
    sentence = explain.sentence(why, names)
    return {
        "sentence": sentence,
        "said": as_json(sentence),
        "rule": _named(why.rule_id, names),
        "considered": [
            {"rep": _named(c.rep_id, names), "verdict": c.verdict, "reason": c.reason.value if c.reason else None}
            for c in why.considered
        ],
    }


def _named(id_: str | None, names: Names) -> dict[str, str] | None:
    return {"id": id_, "name": names.get(id_, id_)} if id_ else None


def _offer(lead: Lead, decision: values.Offer, roster: Roster, now: datetime) -> None:
    _use_turn(lead, decision, roster, now)
    duration = explain.duration(round((decision.expires_at - now).total_seconds()))
    offers = [_offer_row(rep_id, lead, decision, now) for rep_id in decision.rep_ids]
    for offer in offers:
        text = said("Offered to {name} for {duration}.", name=roster.reps[offer.rep_id].name, duration=duration)
        record(lead.id, EventKind.OFFERED, text, now=now)
        alerts.alert_offer(offer, lead, roster, now)


def _offer_row(rep_id: str, lead: Lead, decision: values.Offer, now: datetime) -> Offer:
    offer = new(
        Offer,
        id=new_id(),
        lead_id=lead.id,
        rep_id=rep_id,
        team_id=decision.team_id,
        cycle=lead.cycle,
        step=decision.step,
        offered_at=now,
        expires_at=decision.expires_at,
        outcome=OfferOutcome.PENDING,
        used_turn=decision.turn is not None and decision.turn.rep_id == rep_id,
    )
    moments = {"created_at": now, "due_at": decision.expires_at}
    task = new(Task, id=new_id(), lead_id=lead.id, rep_id=rep_id, offer_id=offer.id, kind=TaskKind.ACCEPT, **moments)
    add(offer, task)
    return offer


def _use_turn(lead: Lead, decision: values.Offer, roster: Roster, now: datetime) -> None:
    roster.move_turns(decision, now)
    turn = decision.turn
    if turn is None:
        return
    picked = roster.reps[turn.rep_id].name
    for entry in turn.entries:
        about = None if entry.kind is TurnKind.EARNED else lead.id
        reason = explain.entry_words(entry, picked)
        line = {"kind": entry.kind, "reason": reason, "said": as_json(reason)}
        add(new(Turn, at=now, team_id=decision.team_id, rep_id=entry.rep_id, lead_id=about, **line))


def _tell_absent_owner(lead: Lead, owner_id: str, roster: Roster, now: datetime) -> None:
    alerts.alert_absent_owner(lead, roster.reps[owner_id], roster.reps[lead.accountable_id], now)


def _say_held(lead: Lead, decision: values.Hold, roster: Roster, now: datetime, *, again: bool) -> None:
    """Of a lead that was looked at again while it was held, only what is new: another opening, or another keeper."""
    keeper, zone = roster.reps[decision.accountable_id].name, roster.teams[lead.team_id].time_zone
    opens = about_moment(wording.date_and_time(decision.until, zone), decision.until)
    text = said("Outside opening hours: {name} keeps it until the team opens: {opens}.", name=keeper, opens=opens)
    if not (again and text == _last_said(lead, EventKind.HELD)):
        record(lead.id, EventKind.HELD, text, now=now)


def _last_said(lead: Lead, kind: EventKind) -> str | None:
    texts = select(Event.text).where(Event.lead_id == lead.id, Event.kind == kind)
    return db.session.scalar(texts.order_by(Event.id.desc()).limit(1))


def _ring_first(lead: Lead, decision: values.Queue, roster: Roster, now: datetime) -> None:
    keeper, again = roster.reps[decision.accountable_id], explain.duration(decision.policy.repeat_seconds)
    text = said("In the queue: {name} is rung now and every {again} until it is taken.", name=keeper.name, again=again)
    record(lead.id, EventKind.QUEUED, text, now=now)
    task = {"kind": TaskKind.ACCEPT, "created_at": now, "due_at": decision.ring_again_at}
    add(new(Task, id=new_id(), lead_id=lead.id, rep_id=keeper.id, **task))
    alerts.alert_fallback(lead, keeper, roster.teams[lead.team_id], now)
    _raise_alarms(lead, decision.why, keeper, roster, now)


def _raise_alarms(lead: Lead, why: values.Why, keeper: Rep, roster: Roster, now: datetime) -> None:
    """The owners learn that a team is set up so that nobody can take its leads."""
    team = roster.teams[why.team_id].name
    if why.because is values.Because.EMPTY_TEAM:
        text = said(
            "{team} has nobody in its rotation, so its leads go to {name}. Put somebody in it.",
            team=team,
            name=keeper.name,
        )
        raise_alarm(AlarmKind.TEAM_EMPTY, why.team_id, text, lead, roster, now)
    if why.is_last_resort:
        text = said(
            "Neither the fallback of {team} nor a cover is there, so {name} got a lead as the last resort. Name another"
            " fallback.",
            team=team,
            name=keeper.name,
        )
        raise_alarm(AlarmKind.LAST_RESORT, why.team_id, text, lead, roster, now)


def _ring_again(lead: Lead, decision: values.Queue, roster: Roster, now: datetime, rings: Rings) -> None:
    keeper, again = roster.reps[decision.accountable_id], explain.duration(decision.policy.repeat_seconds)
    text = said("Still nobody has it. {name} was rung again; next in {again}.", name=keeper.name, again=again)
    record(lead.id, EventKind.RANG, text, now=now)
    waiting = (Task.lead_id == lead.id) & (Task.kind == TaskKind.ACCEPT) & Task.done_at.is_(None)
    db.session.execute(update(Task).where(waiting).values(rep_id=keeper.id, due_at=decision.ring_again_at))
    rings.add(lead, keeper, roster.teams[lead.team_id])
