"""Calls to the customer: that one was begun, what came of it, and when the next one is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from leadapp import wording
from leadapp.extensions import db
from leadapp.models import EventKind, Lead, Rep, Task, Team
from leadapp.routing.callbacks import (
    EARLIEST,
    LATEST,
    LONGEST_SPOKEN_TO,
    LONGEST_UNREACHED,
    Unfit,
    call_again_at,
    moves_clock,
    unfit,
)
from leadapp.routing.said import Said, about_moment, said
from leadapp.routing.values import IN_VAIN, CallResult, LeadState, TaskKind
from leadapp.transaction import transaction
from leadapp.words import words_for
from leadapp.workflow.call_log import begin_call, calls_in_vain, end_call
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.ownership import note_contact, open_lead
from leadapp.workflow.taking import finish_open_tasks, wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import add, new

_CALLED = {
    CallResult.VOICEMAIL: said("left a voicemail"),
    CallResult.NO_ANSWER: said("got no answer"),
    CallResult.WRONG_NUMBER: said("was told that the number is wrong"),
}


def start_call(lead_id: str, *, now: datetime, actor_id: str) -> None:
    """Somebody taps Call: the others see that it is being done. A second tap at once is the same call.

    Raises NotFound, Conflict (closed).
    """
    with transaction():
        lead = open_lead(lead_id)
        if begin_call(lead.id, actor_id, now):
            name = db.session.get_one(Rep, actor_id).name
            text = said("{name} called the customer.", name=name)
            record(lead.id, EventKind.CALLED, text, now=now, actor_id=actor_id)


def record_call(
    lead_id: str, result: str, *, now: datetime, again_at: datetime | None = None, actor_id: str | None = None
) -> datetime | None:
    """What came of a call. A talk is a contact; a wrong number leaves the clock as it is; after any other the customer
    is called again at `again_at`, by default in half an hour, and the contact clock moves there. Returns when that is,
    None when nothing is due then.

    Said twice at once it is the same call. Raises NotFound, Invalid (result, again_at: nothing is kept then), Conflict
    (closed, or nobody has taken it).
    """
    if result not in set(CallResult):
        raise Invalid(("result", f"Must be one of {', '.join(CallResult)}."))
    with transaction():
        lead = _taken_lead(lead_id)
        came, owner = CallResult(result), db.session.get_one(Rep, lead.owner_id)
        if again_at is not None:
            _refuse_unfit(again_at, came, lead, owner, now)
        caller = db.session.get_one(Rep, actor_id) if actor_id else owner
        is_news = end_call(lead.id, caller.id, came, now)
        if came is CallResult.TALKED:
            if is_news:
                note_contact(lead, "call", now=now, result=words_for(came), actor_id=actor_id)
            return None
        if came is CallResult.WRONG_NUMBER:
            if is_news:
                _tell(lead, caller, said("{name} {did}.", name=caller.name, did=_CALLED[came]), now)
            return None
        return _call_again(lead, owner, caller, came, again_at, is_news=is_news, now=now)


def move_follow_up(lead_id: str, at: datetime, *, now: datetime, actor_id: str | None = None) -> None:
    """The next call to a customer who was not reached is to be at another time. Twice to the same time is once.

    Raises NotFound, Invalid (again_at), Conflict (closed, not taken, or no such call is due).
    """
    with transaction():
        lead = _taken_lead(lead_id)
        owner = db.session.get_one(Rep, lead.owner_id)
        if follow_up_due_at(lead.id) is None:
            raise Conflict(said("No call is due any more. Nothing was changed."))
        _refuse_unfit(at, CallResult.NO_ANSWER, lead, owner, now)
        _move(lead, owner, db.session.get_one(Rep, actor_id) if actor_id else owner, at, now)


def follow_up_due_at(lead_id: str) -> datetime | None:
    """When the customer is to be called again."""
    is_open = (Task.lead_id == lead_id) & (Task.kind == TaskKind.FOLLOW_UP) & Task.done_at.is_(None)
    return db.session.scalar(select(Task.due_at).where(is_open).order_by(Task.due_at).limit(1))


def _taken_lead(lead_id: str) -> Lead:
    lead = open_lead(lead_id)
    if lead.owner_id is None:
        raise Conflict(said("Nobody has taken this lead yet. Take it first, then say how the call went."))
    return lead


def _refuse_unfit(at: datetime, came: CallResult, lead: Lead, owner: Rep, now: datetime) -> None:
    if came not in IN_VAIN:
        only = said("Only after a voicemail or no answer is there another call to plan.")
        raise Invalid(("again_at", only))
    was_reached = lead.state is LeadState.CONTACTED
    wrong = unfit(at, now, _zone(lead, owner), urgent=lead.urgent, was_reached=was_reached)
    days = (LONGEST_SPOKEN_TO if was_reached else LONGEST_UNREACHED).days
    sentences = {
        Unfit.PAST: said("That time has passed. Pick a later one."),
        Unfit.TOO_FAR: said("That is too far off. Pick a time within {days} days.", days=days),
        Unfit.NIGHT: said(
            "That is in the night. Pick a time between {first}:00 and {last}:00.", first=EARLIEST, last=LATEST
        ),
    }
    if wrong:
        raise Invalid(("again_at", sentences[wrong]))


def _call_again(
    lead: Lead, owner: Rep, caller: Rep, came: CallResult, again_at: datetime | None, *, is_news: bool, now: datetime
) -> datetime | None:
    if not is_news:
        if again_at is not None:
            _move(lead, owner, caller, again_at, now)
        return follow_up_due_at(lead.id)
    count = calls_in_vain(lead)
    call = said("{did} (call {count})", did=_CALLED[came], count=count) if count > 1 else _CALLED[came]
    if lead.state is LeadState.CLAIMED and not moves_clock(count):
        stays = said("{name} {did}. So many calls do not move the clock any more.", name=caller.name, did=call)
        _tell(lead, caller, stays, now)
        return None
    at = again_at or call_again_at(now, _zone(lead, owner), urgent=lead.urgent)
    _follow_up(lead, owner, at, now)
    when = _when(at, lead, owner, now)
    _tell(lead, caller, said("{name} {did}. Next call {when}.", name=caller.name, did=call, when=when), now)
    return at


def _move(lead: Lead, owner: Rep, mover: Rep, at: datetime, now: datetime) -> None:
    if follow_up_due_at(lead.id) not in (None, at):
        _follow_up(lead, owner, at, now)
        when = _when(at, lead, owner, now)
        _tell(lead, mover, said("{name} moved the next call: {when}.", name=mover.name, when=when), now)


def _follow_up(lead: Lead, owner: Rep, at: datetime, now: datetime) -> None:
    """The one task from now on; while nobody has reached the customer the clock runs to it."""
    finish_open_tasks(lead.id, now)
    add(new(Task, lead_id=lead.id, rep_id=owner.id, kind=TaskKind.FOLLOW_UP, created_at=now, due_at=at))
    if lead.state is LeadState.CLAIMED:
        lead.next_due_at, lead.leased_until = at, None
        wake_clock(lead)


def _tell(lead: Lead, caller: Rep, text: Said, now: datetime) -> None:
    record(lead.id, EventKind.CALLED, text, now=now, actor_id=caller.id)


def _when(at: datetime, lead: Lead, owner: Rep, now: datetime) -> str:
    return about_moment(wording.day_and_time(at, _zone(lead, owner), now=now), at)


def _zone(lead: Lead, owner: Rep) -> str:
    return owner.time_zone or db.session.get_one(Team, lead.team_id).time_zone
