"""What the page of one alert shows to whoever has its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadapp.extensions import db
from leadapp.models import Business, Lead, Message, Offer, Rep, Team
from leadapp.routing.values import LeadState, OfferOutcome


@dataclass(frozen=True, slots=True)
class Asked:
    """One rep asked about one lead. `mine` when he has it; `taken_by` is who has it instead; `can_pass` while it was
    offered to him in his turn. Nothing of the customer: a link may be forwarded."""

    business: str
    trade: str
    place: str
    urgent: bool
    lead_id: str
    received_at: datetime
    expires_at: datetime | None
    can_accept: bool
    can_pass: bool
    passed: bool
    mine: bool
    taken_by: str | None


def asked(message_id: str, now: datetime) -> Asked:
    """The alert as things stand at `now`."""
    message = db.session.get_one(Message, message_id)
    lead = db.session.get_one(Lead, message.lead_id)
    offer = db.session.get(Offer, message.offer_id) if message.offer_id else None
    owner = db.session.get(Rep, lead.owner_id) if lead.owner_id else None
    is_free = owner is None and lead.state is not LeadState.CLOSED
    is_pending = offer is not None and offer.outcome is OfferOutcome.PENDING
    business = db.session.query(Business).one()
    return Asked(
        business=business.name,
        trade=lead.service or db.session.get_one(Team, lead.team_id).name,
        place=" ".join(filter(None, (lead.postcode, lead.city))),
        urgent=lead.urgent,
        lead_id=lead.id,
        received_at=lead.received_at,
        expires_at=offer.expires_at if offer is not None and is_pending else None,
        can_accept=is_free and (offer is not None or lead.state is LeadState.QUEUED),
        can_pass=is_free and is_pending,
        passed=offer is not None and offer.outcome is OfferOutcome.PASSED,
        mine=owner is not None and owner.id == message.rep_id,
        taken_by=owner.name if owner is not None and owner.id != message.rep_id else None,
    )
