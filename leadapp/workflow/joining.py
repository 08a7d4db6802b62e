"""The same person again: what comes in while a lead of theirs is open goes to that lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.models import Contact, EventKind, Lead
from leadapp.routing.urgency import UrgentWords
from leadapp.routing.values import LeadState
from leadapp.workflow import alerts
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.taking import wake_clock
from leadapp.workflow.timeline import record

MERGE_WINDOW = timedelta(hours=24)
_FILLED_BY_A_REPEAT = ("name", "phone", "phone_raw", "email", "email_raw", "service", "address", "city", "region",
                       "postcode", "company")  # fmt: skip


def lock_open_leads(contacts: Iterable[Contact], now: datetime) -> dict[str, Lead]:
    """The newest open lead of the last day of each contact, by the contact's id, held until the transaction ends."""
    newest = {lead_id: contact for contact in contacts if (lead_id := _newest_open_lead(contact, now))}
    locked = {newest[lead_id].id: lock_lead(lead_id) for lead_id in sorted(newest)}
    return {contact_id: lead for contact_id, lead in locked.items() if lead and lead.state is not LeadState.CLOSED}


def join(lead: Lead, captured: CapturedLead, source_name: str | None, urgent_words: UrgentWords, now: datetime) -> None:
    """Fills what was blank, raises the urgency if the new words do, and rings whoever holds the lead."""
    for name in _FILLED_BY_A_REPEAT:
        if getattr(lead, name) is None:
            setattr(lead, name, getattr(captured, name))
    words = [word for word in words_of(captured, urgent_words) if word not in lead.urgent_because]
    if words:
        lead.urgent, lead.urgent_because = True, [*lead.urgent_because, *words]
        if lead.state is LeadState.HELD:  # an emergency does not wait for opening
            lead.next_due_at = now
            wake_clock(lead)
    said = f': "{captured.message}"' if captured.message else "."
    text = f"The same person got in touch again by {source_name or 'another way'}{said}"
    record(lead.id, EventKind.JOINED, text, now=now, raw=captured.raw)
    alerts.alert_again(lead, now)


def words_of(captured: CapturedLead, urgent_words: UrgentWords) -> tuple[str, ...]:
    """What in the customer's words makes the lead urgent, by the business's list."""
    said = " . ".join(filter(None, (captured.service, captured.message)))
    return tuple(one.words for one in urgent_words.deciding(said))


def _newest_open_lead(contact: Contact, now: datetime) -> str | None:
    is_recent_and_open = (Lead.state != LeadState.CLOSED) & (Lead.stored_at >= now - MERGE_WINDOW)
    newest = select(Lead.id).where(Lead.contact_id == contact.id, is_recent_and_open).order_by(Lead.id.desc()).limit(1)
    return db.session.scalar(newest)
