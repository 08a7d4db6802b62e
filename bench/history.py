"""A business that has been running for months: thousands of leads with their contacts, offers, tasks and timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from bench.load import lead_fields
from leadapp import clock
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Contact, ContactPoint, Event, EventKind, Lead, Offer, PointKind, Task
from leadapp.routing.values import LeadOutcome, LeadState, OfferOutcome, TaskKind
from leadapp.workflow.intake import capture_lead

Row = dict[str, Any]
_AT_ONCE = 2000
_NEVER_OVER = timedelta(days=365)
_OPEN_STATES = (LeadState.OFFERED, LeadState.CLAIMED, LeadState.CONTACTED, LeadState.QUEUED, LeadState.CLAIMED)
_LIFE = (
    (EventKind.CAPTURED, "Came in by Website."),
    (EventKind.ROUTED, "Ana Torres is next in the rotation of Plumbing."),
    (EventKind.OFFERED, "Offered to Ana Torres for 5 minutes."),
    (EventKind.ACCEPTED, "Ana Torres accepted it."),
    (EventKind.CONTACTED, "Ana Torres called the customer."),
    (EventKind.CLOSED, "Ana Torres closed it: won."),
)


def write_history(*, leads: int, open_leads: int, rep_ids: Sequence[str]) -> str:
    """Fills the database past the workflow, one lead a minute up to now, the newest open, shared among `rep_ids`.

    Returns the id of a lead that the first of them owns. Nothing in it falls due within a year.
    """
    now = clock.now()
    pattern = _pattern(now)
    sample = ""
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        for start in range(0, leads, _AT_ONCE):
            tables: dict[type[Any], list[Row]] = {
                each: [] for each in (Contact, ContactPoint, Lead, Offer, Task, Event)
            }
            for number in range(start, min(start + _AT_ONCE, leads)):
                at, is_open = now - timedelta(minutes=leads - number), number >= leads - open_leads
                state = _OPEN_STATES[number // len(rep_ids) % len(_OPEN_STATES)] if is_open else LeadState.CLOSED
                rep_id = rep_ids[number % len(rep_ids)]
                lead = _add(tables, pattern, state, number, rep_id, at)
                sample = lead if state is LeadState.CLAIMED and rep_id == rep_ids[0] else sample
            _insert(connection, tables)
    return sample


def _pattern(now: datetime) -> Row:
    """A lead from the front door: its team, policy, reason and raw payload are copied by all others."""
    lead_id = capture_lead(from_fields(lead_fields(90_000), country="US", now=now), now=now).lead_id
    row = db.session.execute(select(Lead.__table__).where(Lead.id == lead_id)).mappings().one()
    return dict(row)


def _add(
    tables: Mapping[type[Any], list[Row]], pattern: Row, state: LeadState, number: int, rep_id: str, at: datetime
) -> str:
    """One lead in `state` and everything that hangs on it. Returns its id."""
    fields, lead_id, contact_id, offer_id = lead_fields(number), new_id(), new_id(), new_id()
    is_owned = state in (LeadState.CLAIMED, LeadState.CONTACTED, LeadState.CLOSED)
    is_closed, is_contacted = state is LeadState.CLOSED, state in (LeadState.CONTACTED, LeadState.CLOSED)
    tables[Contact].append({"id": contact_id, "name": fields["name"], "owner_id": rep_id, "created_at": at})
    tables[ContactPoint].append({"kind": PointKind.PHONE, "value": fields["phone"], "contact_id": contact_id})
    tables[Lead].append(
        pattern
        | fields
        | {
            "id": lead_id,
            "phone_raw": fields["phone"],
            "state": state,
            "contact_id": contact_id,
            "accountable_id": rep_id,
            "owner_id": rep_id if is_owned else None,
            "received_at": at,
            "stored_at": at,
            "routed_at": at,
            "claimed_at": at + timedelta(minutes=1) if is_owned else None,
            "contacted_at": at + timedelta(minutes=4) if is_contacted else None,
            "closed_at": at + timedelta(hours=1) if is_closed else None,
            "outcome": LeadOutcome.WON if is_closed else None,
            "next_due_at": None if is_contacted else at + _NEVER_OVER,
        }
    )
    is_pending = state is LeadState.OFFERED
    outcome = OfferOutcome.PENDING if is_pending else OfferOutcome.ACCEPTED if is_owned else OfferOutcome.EXPIRED
    offer = {"id": offer_id, "lead_id": lead_id, "rep_id": rep_id, "team_id": pattern["team_id"], "offered_at": at}
    ended = {"expires_at": at + _NEVER_OVER, "ended_at": None if is_pending else at + timedelta(minutes=1)}
    tables[Offer].append(offer | ended | {"outcome": outcome})
    kind = TaskKind.CONTACT if is_owned else TaskKind.ACCEPT
    task = {"id": new_id(), "lead_id": lead_id, "rep_id": rep_id, "kind": kind, "created_at": at}
    tables[Task].append(task | {"due_at": at + _NEVER_OVER, "done_at": at if is_contacted else None})
    for step, (happened, text) in enumerate(_LIFE[: 6 if is_closed else 5 if is_contacted else 4 if is_owned else 3]):
        when = at + timedelta(minutes=step)
        tables[Event].append({"id": new_id(), "lead_id": lead_id, "at": when, "kind": happened, "text": text})
    return lead_id


def _insert(connection: Connection, tables: Mapping[type[Any], list[Row]]) -> None:
    for table, rows in tables.items():
        connection.execute(insert(table), rows)
