"""A rep tells the customer when he will call, and is held to it: that moment becomes the contact clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from leadapp import wording
from leadapp.capture.evidence import is_refusal
from leadapp.capture.phone import zones_of
from leadapp.customer_wording import promise_text
from leadapp.extensions import db
from leadapp.models import Business, Channel, EventKind, Lead, Rep, Task, Team
from leadapp.routing.callbacks import PROMISES
from leadapp.routing.quiet import goes_at
from leadapp.routing.said import Said, about_moment, said
from leadapp.routing.values import LeadState, TaskKind
from leadapp.transaction import transaction
from leadapp.workflow.call_log import SAME_TAP_FOR
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.opting_out import wants_no_texts
from leadapp.workflow.ringing import write
from leadapp.workflow.taking import finish_open_tasks, wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import add, new


def check_promise(minutes: int) -> None:
    """Raises Invalid when that is nothing a customer is told."""
    if minutes not in PROMISES:
        choices = ", ".join(map(str, PROMISES))
        raise Invalid(("call_in", said("Must be one of {choices} minutes. Nothing was changed.", choices=choices)))


def promise_call(lead_id: str, minutes: int, *, now: datetime, actor_id: str | None = None) -> bool:
    """Tells the customer that the owner calls within so many minutes, which becomes the contact clock; a later promise
    replaces an earlier one. Returns whether he is told.

    The same one again at once changes nothing. Raises NotFound, Invalid (call_in), Conflict (not taken, spoken to
    already, closed).
    """
    check_promise(minutes)
    with transaction():
        lead = lock_lead(lead_id)
        if lead is None:
            raise NotFound("lead")
        if lead.state is not LeadState.CLAIMED:
            words = said("Only a customer whom nobody has spoken to yet is told when you call. Nothing was changed.")
            raise Conflict(words)
        return note_promise(lead, minutes, now, actor_id)


def note_promise(lead: Lead, minutes: int, now: datetime, actor_id: str | None = None) -> bool:
    """What `promise_call` does to a lead that somebody has taken, in the running transaction."""
    call_at, owner = now + timedelta(minutes=minutes), db.session.get_one(Rep, lead.owner_id)
    if lead.promised_at is not None and abs(call_at - lead.promised_at) <= SAME_TAP_FOR:
        return True
    lead.promised_at = lead.next_due_at = call_at
    lead.leased_until = None
    finish_open_tasks(lead.id, now)
    add(new(Task, lead_id=lead.id, rep_id=owner.id, kind=TaskKind.CONTACT, created_at=now, due_at=call_at))
    wake_clock(lead)
    team = db.session.get_one(Team, lead.team_id)
    why_not = _why_not_told(lead, team, now)
    at = about_moment(wording.clock_time(call_at, owner.time_zone or team.time_zone), call_at)
    if why_not:
        text = said("{name} calls by {time}. The customer was not told: {why}.", name=owner.name, time=at, why=why_not)
    else:
        _text(lead, owner, team, call_at, now)
        text = said("The customer is told that {name} calls by {time}.", name=owner.name, time=at)
    record(lead.id, EventKind.MESSAGE, text, now=now, actor_id=actor_id or owner.id)
    return why_not is None


def _why_not_told(lead: Lead, team: Team, now: datetime) -> Said | None:
    if not lead.phone:
        return said("there is no phone number that can be texted")
    if is_refusal(lead.consent):
        return said('the request says "{consent}"', consent=lead.consent or "")
    if wants_no_texts(lead):
        return said("the number wants no texts")
    if goes_at(now, heard_at=lead.last_heard_at, zone=team.time_zone, number_zones=zones_of(lead.phone)) > now:
        return said("it is too late or too early for a text")
    return None


def _text(lead: Lead, owner: Rep, team: Team, call_at: datetime, now: datetime) -> None:
    body = promise_text(
        business=db.session.get_one(Business, 1).name,
        who=wording.first_name(owner.name),
        call_by=call_at,
        time_zone=team.time_zone,
        language=lead.language,
    )
    cause = f"promise:{lead.id}:{owner.id}:{call_at:%Y%m%dT%H%M%S}"
    write(Channel.SMS, lead.phone or "", cause, body, now, expires_at=call_at, lead_id=lead.id)
