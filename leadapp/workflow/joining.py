"""The same person again: what comes in while a lead of theirs is open goes to that lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.models import Contact, EventKind, Lead, Source, Team
from leadapp.routing.said import said
from leadapp.routing.urgency import UrgentWords
from leadapp.routing.values import LeadState
from leadapp.words import source_words
from leadapp.workflow import alerts
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.taking import wake_clock
from leadapp.workflow.timeline import record

FILLED_BY_A_REPEAT = ("name", "phone", "phone_raw", "email", "email_raw", "service", "address", "city", "region",
                       "postcode", "company")  # fmt: skip


def lock_open_leads(contacts: Iterable[Contact]) -> dict[str, Lead]:
    """The newest open lead of each contact, by the contact's id, held until the transaction ends."""
    newest = {lead_id: contact for contact in contacts if (lead_id := newest_open_lead(contact))}
    locked = {newest[lead_id].id: lock_lead(lead_id) for lead_id in sorted(newest)}
    return {contact_id: lead for contact_id, lead in locked.items() if lead and lead.state is not LeadState.CLOSED}


def newest_open_lead(contact: Contact) -> str | None:
    is_theirs_and_open = (Lead.contact_id == contact.id) & (Lead.state != LeadState.CLOSED)
    return db.session.scalar(select(Lead.id).where(is_theirs_and_open).order_by(Lead.id.desc()).limit(1))


def is_same_request(lead: Lead, heard_at: datetime) -> bool:
    """Whether what the same person says at this moment belongs to the lead: it does within the merge window of its team
    since they last got in touch."""
    window = timedelta(seconds=db.session.get_one(Team, lead.team_id).merge_seconds)
    return abs(heard_at - lead.last_heard_at) < window


def join(
    lead: Lead, captured: CapturedLead, source_name: str | None, urgent_because: Sequence[str], now: datetime
) -> None:
    """Fills what was blank, raises the urgency if there is a new reason, and rings whoever holds the lead."""
    for name in FILLED_BY_A_REPEAT:
        if getattr(lead, name) is None:
            setattr(lead, name, getattr(captured, name))
    raise_urgency(lead, urgent_because, now)
    lead.last_heard_at = max(lead.last_heard_at, heard_at(captured, now))
    way = source_words(source_name or "") or said("another way")
    if captured.message:
        text = said('The same person got in touch again by {way}: "{message}"', way=way, message=captured.message)
    else:
        text = said("The same person got in touch again by {way}.", way=way)
    record(lead.id, EventKind.JOINED, text, now=now, raw=captured.raw)
    alerts.alert_again(lead, now)


def raise_urgency(lead: Lead, because: Sequence[str], now: datetime) -> None:
    """For what it was not urgent for before."""
    is_news = [reason for reason in because if reason not in lead.urgent_because]
    if is_news:
        lead.urgent, lead.urgent_because = True, [*lead.urgent_because, *is_news]
        if lead.state is LeadState.HELD:  # an emergency does not wait for opening
            lead.next_due_at = now
            wake_clock(lead)


def heard_at(captured: CapturedLead, now: datetime) -> datetime:
    """When the customer said it: when the sender had it, and never in the future."""
    return min(captured.received_at or now, now)


def urgent_because(captured: CapturedLead, source: Source | None, urgent_words: UrgentWords) -> list[str]:
    """What makes it urgent: the customer's words, by the business's list, else a source that is urgent by itself."""
    request = " . ".join(filter(None, (captured.service, captured.message)))
    words = [one.words for one in urgent_words.deciding(request)]
    return words or ([f"source {source.name}"] if source and source.urgent else [])
