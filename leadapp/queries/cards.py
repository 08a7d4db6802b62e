"""A rep's own page: what is offered to them, what is theirs, what is over, and whether they are next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, select, text

from leadapp.models import PENDING, Lead, Offer, Team
from leadapp.queries.board import CONTACT_CLOCK, IS_OPEN, JOB, PRESSING_FIRST
from leadapp.queries.excerpts import excerpt, place, trade, why_urgent
from leadapp.routing.values import LeadOutcome, LeadState
from leadapp.rows import read_rows
from leadapp.words import message_words, source_words

# On a page: more than twenty are a list, and that is the board. Offers come first, and leave room for the others.
_SHOWN = 20
_OFFERS_SHOWN = 10
_CLOSED_SHOWN = 10

# Statements are made once: this page is asked for all day, and to build them would cost more than to run them.
_REP: BindParameter[str] = bindparam("rep_id")
_ALL = func.count().over()  # how many there are, beside those that are shown
_IS_OFFERED = and_(Offer.rep_id == _REP, PENDING)
_IS_MINE = and_(Lead.accountable_id == _REP, IS_OPEN, Lead.id.not_in(select(Offer.lead_id).where(_IS_OFFERED)))

_OFFERS = (
    select(
        *JOB,
        Lead.urgent_because,
        Lead.source,
        Offer.id.label("offer_id"),
        Offer.offered_at,
        Offer.expires_at,
        _ALL.label("total"),
    )
    .join(Offer, Offer.lead_id == Lead.id)
    .join(Team, Team.id == Offer.team_id)
    .where(_IS_OFFERED)
    .order_by(Lead.urgent.desc(), Offer.expires_at)
    .limit(_OFFERS_SHOWN)
)

# Chosen by themselves first, so that only what is shown is joined with its team and its clock.
_PRESSING = (
    select(Lead.id, _ALL.label("total")).where(_IS_MINE).order_by(*PRESSING_FIRST).limit(_SHOWN).subquery("pressing")
)
_OPEN = (
    select(
        *JOB,
        Lead.name,
        Lead.message,
        Lead.phone,
        Lead.email,
        Lead.next_due_at,
        Lead.owner_id,
        CONTACT_CLOCK.label("call_by"),
        _PRESSING.c.total,
    )
    .join(_PRESSING, _PRESSING.c.id == Lead.id)
    .join(Team, Team.id == Lead.team_id)
    .order_by(*PRESSING_FIRST)
)

# Turned round, because SQLite would look for this rep's among everybody's closed leads by the index of states.
_IS_CLOSED = text("NOT leads.state <> 'closed'")
_CLOSED = (
    select(Lead.id, Lead.service, Lead.name, Lead.outcome, Lead.closed_at, Team.name.label("team"))
    .join(Team, Team.id == Lead.team_id)
    .where(Lead.accountable_id == _REP, Lead.owner_id == _REP, _IS_CLOSED)
    .order_by(Lead.id.desc())
    .limit(_CLOSED_SHOWN)
)


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
    source: str
    received_at: datetime
    expires_at: datetime
    lasts_for: timedelta


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
    email: str | None
    received_at: datetime
    call_by: datetime | None
    rings_at: datetime | None
    can_accept: bool


@dataclass(frozen=True, slots=True)
class ClosedCard:
    """A lead that this rep took and that is over."""

    id: str
    title: str
    outcome: LeadOutcome
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Mine:
    """`not_shown` is how many more are open or offered."""

    offers: tuple[OfferCard, ...]
    queued: tuple[LeadCard, ...]
    to_call: tuple[LeadCard, ...]
    others: tuple[LeadCard, ...]
    closed: tuple[ClosedCard, ...]
    not_shown: int

    @property
    def is_empty(self) -> bool:
        return not (self.offers or self.queued or self.to_call or self.others)


def mine(rep_id: str) -> Mine:
    """Everything /my shows to this rep."""
    offers, leads, closed = read_rows(_OFFERS, _OPEN, _CLOSED, rep_id=rep_id)
    shown = leads[: _SHOWN - len(offers)]
    cards = [_lead_card(row, rep_id) for row in shown]
    return Mine(
        offers=tuple(_offer_card(row) for row in offers),
        queued=tuple(card for card in cards if card.can_accept),
        to_call=tuple(card for card in cards if card.state == LeadState.CLAIMED),
        others=tuple(card for card in cards if card.state not in (LeadState.QUEUED, LeadState.CLAIMED)),
        closed=tuple(_closed_card(row) for row in closed),
        not_shown=_total(offers) - len(offers) + _total(leads) - len(shown),
    )


def _total(rows: Sequence[Any]) -> int:
    return rows[0].total if rows else 0


def _offer_card(row: Any) -> OfferCard:
    return OfferCard(
        offer_id=row.offer_id,
        lead_id=row.id,
        urgent=row.urgent,
        urgent_because=why_urgent(row.urgent_because, row.source),
        trade=trade(row.service, row.team),
        place=place(row.city, row.postcode),
        team=row.team,
        source=source_words(excerpt(row.source, 40) or ""),
        received_at=row.received_at,
        expires_at=row.expires_at,
        lasts_for=row.expires_at - row.offered_at,
    )


def _lead_card(row: Any, rep_id: str) -> LeadCard:
    is_own = row.owner_id == rep_id
    is_queued = row.state == LeadState.QUEUED
    return LeadCard(
        id=row.id,
        state=row.state,
        urgent=row.urgent,
        trade=trade(row.service, row.team),
        place=place(row.city, row.postcode),
        name=excerpt(row.name, 60) if is_own else None,
        message=message_words(excerpt(row.message, 140) or "") if is_own else None,
        phone=row.phone if is_own else None,
        email=row.email if is_own else None,
        received_at=row.received_at,
        call_by=row.call_by,
        rings_at=row.next_due_at if is_queued else None,
        can_accept=is_queued,
    )


def _closed_card(row: Any) -> ClosedCard:
    title = excerpt(row.name, 60) or trade(row.service, row.team)
    return ClosedCard(id=row.id, title=title, outcome=row.outcome, closed_at=row.closed_at)
