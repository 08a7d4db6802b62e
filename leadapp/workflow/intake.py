"""Stores what came in: one lead, one name on it, in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import select

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Base, Contact, EventKind, ExternalId, Lead, Source
from leadapp.routing.urgency import urgent_words
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction, wake_later
from leadapp.workflow import alerts, contacts
from leadapp.workflow.apply import route_new
from leadapp.workflow.locks import lock_identities, lock_lead
from leadapp.workflow.roster import Roster, default_team, lock_roster
from leadapp.workflow.taking import wake_clock
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import write_new_rows

log = logging.getLogger("leadapp.intake")

MERGE_WINDOW = timedelta(hours=24)
_COPIED = (
    "name", "phone", "phone_raw", "email", "email_raw", "message", "service", "address", "city", "region", "postcode",
    "country", "company", "company_size", "industry", "language", "consent", "attributes", "raw", "external_id",
)  # fmt: skip
_FILLED_BY_A_REPEAT = ("name", "phone", "phone_raw", "email", "email_raw", "service", "address", "city", "region",
                       "postcode", "company")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """`how`: created, joined (the same person's open lead took it in), or known (this very request came before).
    `rows` and `roster` are there for a lead just created, so that it can be answered without reading it again."""

    lead_id: str
    how: Literal["created", "joined", "known"]
    rows: tuple[Base, ...] = ()
    roster: Roster | None = None


def capture_lead(captured: CapturedLead, *, now: datetime, source: Source | None = None) -> Stored:
    """Stores and routes a lead, durably, before it returns. Calling it again for the same source and external id
    changes nothing and answers the first lead."""
    with transaction():
        return store_lead(captured, now=now, source=source)


def store_lead(captured: CapturedLead, *, now: datetime, source: Source | None = None) -> Stored:
    """`capture_lead` inside a transaction that is already running."""
    source_name = captured.source or (source.name if source else None)
    digest = _external_digest(source_name, captured.external_id)
    lock_identities(filter(None, (captured.phone, captured.email, digest)))
    known = db.session.get(ExternalId, digest) if digest else None
    if known:
        return Stored(known.lead_id, "known")
    with db.session.no_autoflush:  # a new lead is written in one go, at the end
        contact, is_new = contacts.recognise(captured, now)
        lead = _open_lead_of(contact, now) if contact and not is_new else None
        lead_id, roster = (lead.id, None) if lead else (new_id(), lock_roster())
        if lead:
            _join(lead, captured, source_name, now)
        if roster:
            _create(lead_id, captured, contact, source, source_name, roster, now)
        if digest:
            db.session.add(ExternalId(digest=digest, lead_id=lead_id))
    if roster is None:
        return Stored(lead_id, "joined")
    rows = write_new_rows()
    return Stored(lead_id, "created", (*rows, *([contact] if contact and not is_new else [])), roster)


def _external_digest(source_name: str | None, external_id: str | None) -> str | None:
    return sha256(f"{source_name or ''}\n{external_id}".encode()).hexdigest() if external_id else None


def _open_lead_of(contact: Contact, now: datetime) -> Lead | None:
    is_recent_and_open = (Lead.state != LeadState.CLOSED) & (Lead.stored_at >= now - MERGE_WINDOW)
    newest = select(Lead.id).where(Lead.contact_id == contact.id, is_recent_and_open).order_by(Lead.id.desc()).limit(1)
    lead_id = db.session.scalar(newest)
    lead = lock_lead(lead_id) if lead_id else None
    return lead if lead and lead.state != LeadState.CLOSED else None


def _join(lead: Lead, captured: CapturedLead, source_name: str | None, now: datetime) -> None:
    for name in _FILLED_BY_A_REPEAT:
        if getattr(lead, name) is None:
            setattr(lead, name, getattr(captured, name))
    words = [word for word in _urgent_words(captured) if word not in lead.urgent_because]
    if words:
        lead.urgent, lead.urgent_because = True, [*lead.urgent_because, *words]
        if lead.state is LeadState.HELD:  # an emergency does not wait for opening
            lead.next_due_at = now
            wake_clock(lead)
    said = f': "{captured.message}"' if captured.message else "."
    text = f"The same person got in touch again by {source_name or 'another way'}{said}"
    record(lead.id, EventKind.JOINED, text, now=now, raw=captured.raw)
    alerts.alert_again(lead, now)


def _create(
    lead_id: str, captured: CapturedLead, contact: Contact | None, source: Source | None, source_name: str | None,
    roster: Roster, now: datetime,
) -> None:  # fmt: skip
    lead = unrouted_lead(captured, contact, source, source_name, roster, now)
    lead.id = lead_id
    db.session.add(lead)
    record(lead.id, EventKind.CAPTURED, f"Came in by {source_name or 'the API'}.", now=now)
    for note in captured.notes:
        record(lead.id, EventKind.NOTE, note, now=now)
    _route_in_place(lead, contact, roster, now)
    who, team = roster.reps[lead.accountable_id], roster.teams[lead.team_id]
    alerts.text_customer(lead, contact, who, team, roster.business, now)


def unrouted_lead(
    captured: CapturedLead, contact: Contact | None, source: Source | None, source_name: str | None, roster: Roster,
    now: datetime,
) -> Lead:  # fmt: skip
    """The row as it is before any decision: the fallback's name is on it, and it is due now. Not yet in a session."""
    team = default_team(roster.teams.values())
    words = list(_urgent_words(captured))
    return Lead(
        **{name: getattr(captured, name) for name in _COPIED},
        source=source_name,
        source_id=source.id if source else None,
        contact_id=contact.id if contact else None,
        urgent=bool(words) or bool(source and source.urgent),
        urgent_because=words or ([f"source {source.name}"] if source and source.urgent else []),
        team_id=team.id,
        accountable_id=team.fallback_id,
        received_at=min(captured.received_at or now, now),
        stored_at=now,
        next_due_at=now,
        state=LeadState.NEW,
        cycle=0,
        barred=[],
    )


def _urgent_words(captured: CapturedLead) -> tuple[str, ...]:
    return urgent_words(" . ".join(filter(None, (captured.service, captured.message))))


def _route_in_place(lead: Lead, contact: Contact | None, roster: Roster, now: datetime) -> None:
    """Routes in the storing transaction. A failure to decide must never lose the lead: it stays with the fallback's
    name on it, due now, and the clock takes it up."""
    try:
        route_new(lead, contact, roster, now)
    except Exception:
        log.exception("routing_failed lead=%s", lead.id)
        wake_later("advance_lead", lead.id)
