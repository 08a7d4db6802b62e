"""A rep's own page: what is offered to them, what is theirs, what is over, and whether they are next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from leadapp.extensions import db
from leadapp.models import PENDING, Lead, Offer, Task, Team
from leadapp.queries.board import IS_OPEN
from leadapp.queries.excerpts import excerpt, place, trade
from leadapp.routing.values import LeadOutcome, LeadState, TaskKind

_SHOWN = 20
_CLOSED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A live offer. No name and no number: those come with accepting it."""

    offer_id: str
    lead_id: str
    urgent: bool
    urgent_because: str
    trade: str
    place: str
    team: str
    source: str | None
    received_at: datetime
    offered_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LeadCard:
    """A lead that is this rep's. `call_by` is the contact clock; `can_accept`: it waits in the queue for them."""

    id: str
    state: LeadState
    urgent: bool
    trade: str
    place: str
    name: str | None
    message: str | None
    phone: str | None
    received_at: datetime
    call_by: datetime | None
    rings_at: datetime | None
    can_accept: bool
    outcome: LeadOutcome | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    offers: tuple[OfferCard, ...]
    queued: tuple[LeadCard, ...]
    to_call: tuple[LeadCard, ...]
    others: tuple[LeadCard, ...]
    closed: tuple[LeadCard, ...]
    total: int

    @property
    def is_empty(self) -> bool:
        return not (self.offers or self.queued or self.to_call or self.others)

    @property
    def not_shown(self) -> int:
        return self.total - len(self.queued) - len(self.to_call) - len(self.others)


def mine(rep_id: str) -> Mine:
    """Everything /my shows to this rep."""
    cards = _open_cards(rep_id)
    offers = _offers(rep_id)
    offered = {offer.lead_id for offer in offers}
    queued = tuple(card for card in cards if card.can_accept)
    to_call = tuple(card for card in cards if card.state == LeadState.CLAIMED)
    shown = {card.id for card in (*queued, *to_call)} | offered
    others = tuple(card for card in cards if card.id not in shown)
    hidden_behind_offers = sum(card.id in offered for card in cards)
    return Mine(offers, queued, to_call, others, _closed_cards(rep_id), _open_count(rep_id) - hidden_behind_offers)


def _offers(rep_id: str) -> tuple[OfferCard, ...]:
    rows = db.session.execute(
        select(
            Offer.id.label("offer_id"),
            Offer.lead_id,
            Offer.offered_at,
            Offer.expires_at,
            Lead.urgent,
            Lead.urgent_because,
            Lead.service,
            Lead.city,
            Lead.postcode,
            Lead.source,
            Lead.received_at,
            Team.name.label("team"),
        )
        .join(Lead, Lead.id == Offer.lead_id)
        .join(Team, Team.id == Offer.team_id)
        .where(Offer.rep_id == rep_id, PENDING)
        .order_by(Lead.urgent.desc(), Offer.expires_at)
        .limit(_SHOWN)
    )
    return tuple(
        OfferCard(
            offer_id=row.offer_id,
            lead_id=row.lead_id,
            urgent=row.urgent,
            urgent_because=", ".join(row.urgent_because or ()),
            trade=trade(row.service, row.team),
            place=place(row.city, row.postcode),
            team=row.team,
            source=excerpt(row.source, 40),
            received_at=row.received_at,
            offered_at=row.offered_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )


_COLUMNS = (
    Lead.id,
    Lead.state,
    Lead.urgent,
    Lead.service,
    Lead.city,
    Lead.postcode,
    Lead.name,
    Lead.message,
    Lead.phone,
    Lead.received_at,
    Lead.next_due_at,
    Lead.owner_id,
    Lead.outcome,
    Lead.closed_at,
    Team.name.label("team"),
)


def _open_cards(rep_id: str) -> list[LeadCard]:
    contact_clock = and_(Task.lead_id == Lead.id, Task.kind == TaskKind.CONTACT, Task.done_at.is_(None))
    due_at = select(func.min(Task.due_at)).where(contact_clock).scalar_subquery().label("call_by")
    rows = db.session.execute(
        select(*_COLUMNS, due_at)
        .join(Team, Team.id == Lead.team_id)
        .where(Lead.accountable_id == rep_id, IS_OPEN)
        .order_by(Lead.urgent.desc(), Lead.next_due_at.is_(None), Lead.next_due_at, Lead.id)
        .limit(_SHOWN)
    )
    return [_card(row, row.call_by, rep_id) for row in rows]


def _closed_cards(rep_id: str) -> tuple[LeadCard, ...]:
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(Team, Team.id == Lead.team_id)
        .where(Lead.accountable_id == rep_id, Lead.owner_id == rep_id, Lead.state == LeadState.CLOSED)
        .order_by(Lead.id.desc())
        .limit(_CLOSED_SHOWN)
    )
    return tuple(_card(row, None, rep_id) for row in rows)


def _open_count(rep_id: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Lead).where(Lead.accountable_id == rep_id, IS_OPEN)) or 0


def _card(row: Row[*tuple[Any, ...]], call_by: datetime | None, rep_id: str) -> LeadCard:
    is_own = row.owner_id == rep_id
    queued = row.state == LeadState.QUEUED
    return LeadCard(
        id=row.id,
        state=row.state,
        urgent=row.urgent,
        trade=trade(row.service, row.team),
        place=place(row.city, row.postcode),
        name=excerpt(row.name, 60) if is_own else None,
        message=excerpt(row.message, 140) if is_own else None,
        phone=row.phone if is_own else None,
        received_at=row.received_at,
        call_by=call_by,
        rings_at=row.next_due_at if queued else None,
        can_accept=queued,
        outcome=row.outcome,
        closed_at=row.closed_at,
    )
