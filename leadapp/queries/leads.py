"""The full shape of leads, as the API gives it; several leads cost as many queries as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, bindparam, select

from leadapp.extensions import db
from leadapp.models import Base, Contact, Event, Lead, Offer, Rep, Task, Team
from leadapp.queries.wire import moment
from leadapp.routing import values
from leadapp.routing.values import LeadState
from leadapp.rows import read_rows

Shape = dict[str, Any]
Names = Mapping[str, str]
Owners = Mapping[str, str | None]

_PLAIN = (
    "id", "urgent", "urgent_because", "name", "phone", "phone_raw", "email", "email_raw", "message", "service",
    "address", "city", "region", "postcode", "country", "company", "company_size", "industry", "language", "consent",
    "source", "external_id", "attributes",
)  # fmt: skip
_MOMENTS = ("received_at", "routed_at", "claimed_at", "promised_at", "contacted_at", "closed_at", "next_due_at")

_IDS: BindParameter[Sequence[str]] = bindparam("lead_ids", expanding=True)
_LEADS = select(Lead.__table__).where(Lead.id.in_(_IDS))
_OFFERS, _TASKS, _EVENTS = (
    select(model.__table__).where(model.lead_id.in_(_IDS)).order_by(model.id) for model in (Offer, Task, Event)
)
_CONTACTS = (
    select(Contact.id, Contact.owner_id).join(Lead, Lead.contact_id == Contact.id).where(Lead.id.in_(_IDS)).distinct()
)
_REPS, _TEAMS = select(Rep.id, Rep.name), select(Team.id, Team.name)


def lead_shape(lead_id: str) -> Shape | None:
    """One lead in the shape of INTERFACE.md section 3, or None."""
    return next(iter(lead_shapes([lead_id])), None)


def lead_shapes(lead_ids: Sequence[str]) -> list[Shape]:
    """The leads that exist, in the order asked for."""
    leads, *theirs, contacts, reps, teams = read_rows(
        _LEADS, _OFFERS, _TASKS, _EVENTS, _CONTACTS, _REPS, _TEAMS, lead_ids=lead_ids
    )
    found = {lead.id: lead for lead in leads}
    offers, tasks, events = map(_by_lead, theirs)
    names = {each.id: each.name for each in (*reps, *teams)}
    owners = {contact.id: contact.owner_id for contact in contacts}
    return [
        _shape(lead, offers[lead.id], tasks[lead.id], events[lead.id], names, owners)
        for lead in (found[lead_id] for lead_id in lead_ids if lead_id in found)
    ]


def new_lead_shape(rows: Iterable[Base], names: Names) -> Shape:
    """The shape of a lead that was created a moment ago, from the rows that were written with it."""
    kinds: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        kinds[row.__tablename__].append(row)
    [lead], offers, tasks, events = (kinds[model.__tablename__] for model in (Lead, Offer, Task, Event))
    for listed in (offers, tasks, events):
        listed.sort(key=lambda row: row.id)
    owners = {contact.id: contact.owner_id for contact in kinds[Contact.__tablename__]}
    return _shape(lead, offers, tasks, events, names, owners)


def _shape(
    lead: Lead, offers: Iterable[Offer], tasks: Iterable[Task], events: Iterable[Event], names: Names, owners: Owners
) -> Shape:
    return _head(lead, names, owners) | {
        "offers": [_offer(offer, names) for offer in offers],
        "tasks": [_task(task, names) for task in tasks],
        "timeline": [_event(event, names) for event in events],
    }


def reference(id_: str | None, names: Names) -> dict[str, str] | None:
    return {"id": id_, "name": names.get(id_, "")} if id_ else None


def _by_lead(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    by_lead = defaultdict(list)
    for row in rows:
        by_lead[row.lead_id].append(row)
    return by_lead


def _contact_owner(contact_id: str | None) -> Owners:
    contact = db.session.get(Contact, contact_id) if contact_id else None
    return {contact.id: contact.owner_id} if contact else {}


def _head(lead: Lead, names: Names, owners: Owners) -> Shape:
    shape = {name: getattr(lead, name) for name in _PLAIN} | {name: moment(getattr(lead, name)) for name in _MOMENTS}
    contact = (
        {"id": lead.contact_id, "owner": reference(owners.get(lead.contact_id), names)} if lead.contact_id else None
    )
    return shape | {
        "url": f"{current_app.config['LEADAPP'].base_url}/leads/{lead.id}",
        "state": lead.state.value,
        "outcome": lead.outcome.value if lead.outcome else None,
        "outcome_reason": lead.outcome_reason,
        "team": reference(lead.team_id, names),
        "accountable": reference(lead.accountable_id, names),
        "owner": reference(lead.owner_id, names),
        "contact": contact,
        "linked_to": lead.linked_lead_id,
        "why": _why(lead.why),
    }


def _why(why: Shape | None) -> Shape | None:
    """In English: what programs read does not depend on who reads it."""
    return {name: value for name, value in why.items() if name != "said"} if why else None


def _offer(offer: Offer, reps: Names) -> Shape:
    return {
        "id": offer.id,
        "rep": reference(offer.rep_id, reps),
        "offered_at": moment(offer.offered_at),
        "expires_at": moment(offer.expires_at),
        "outcome": offer.outcome.value,
        "ended_at": moment(offer.ended_at),
    }


def _task(task: Task, reps: Names) -> Shape:
    return {
        "id": task.id,
        "kind": task.kind.value,
        "rep": reference(task.rep_id, reps),
        "due_at": moment(task.due_at),
        "done_at": moment(task.done_at),
    }


def _event(event: Event, reps: Names) -> Shape:
    return {
        "at": moment(event.at),
        "kind": event.kind.value,
        "actor": reference(event.actor_id, reps),
        "text": event.text,
    }


def preview_shape(lead: Lead, decision: values.Decision, why: Shape, names: Names) -> Shape:
    """A lead that was only thought through, in the shape of a stored one; `id` and `url` are null."""
    state, due_at = _outlook(decision)
    lead.state, lead.next_due_at, lead.why = state, due_at, why
    lead.urgent, lead.team_id, lead.accountable_id = decision.urgent, decision.team_id, decision.accountable_id
    rep_ids = decision.rep_ids if isinstance(decision, values.Offer) else ()
    offers = [_would_be_offer(rep_id, lead, names) for rep_id in rep_ids]
    nothing_yet = {"id": None, "url": None, "offers": offers, "tasks": [], "timeline": []}
    return _head(lead, names, _contact_owner(lead.contact_id)) | nothing_yet


def joined_shape(lead_id: str, sentence: str) -> Shape:
    """The lead that a repetition would join, as a preview; it is the one `linked_to`."""
    why: Shape = {"sentence": sentence, "rule": None, "considered": []}
    return (lead_shape(lead_id) or {}) | {"id": None, "url": None, "linked_to": lead_id, "why": why}


def _outlook(decision: values.Decision) -> tuple[LeadState, datetime]:
    match decision:
        case values.Offer():
            return LeadState.OFFERED, decision.expires_at
        case values.Hold():
            return LeadState.HELD, decision.until
        case values.Queue():
            return LeadState.QUEUED, decision.ring_again_at


def _would_be_offer(rep_id: str, lead: Lead, names: Names) -> Shape:
    return {
        "id": None,
        "rep": reference(rep_id, names),
        "offered_at": moment(lead.stored_at),
        "expires_at": moment(lead.next_due_at),
        "outcome": "pending",
        "ended_at": None,
    }
