"""Whom the office may give a lead to, the likeliest first; and which open leads may be the same request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from leadapp.extensions import db
from leadapp.models import ContactPoint, Lead
from leadapp.queries.board import IS_OPEN
from leadapp.queries.excerpts import excerpt
from leadapp.queries.people import Person, people
from leadapp.queries.turns import next_turns
from leadapp.routing.values import Presence

_MOST_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who can be given a lead. `place` is where he stands in the rotation of the lead's team, 1 = next; None =
    not in it, or not to be asked now."""

    person: Person
    place: int | None
    has_it: bool

    @property
    def is_here(self) -> bool:
        return self.person.presence is Presence.AVAILABLE and self.person.reachable


@dataclass(frozen=True, slots=True)
class Alike:
    """Another open lead that may be the same request; `what` is how it is told from others."""

    id: str
    what: str
    received_at: datetime


def choices(lead_id: str, now: datetime) -> list[Choice]:
    """Everybody active: who is here before who is away, in the order of the rotation's next turns, then by name."""
    lead = db.session.get_one(Lead, lead_id)
    order = next_turns(lead.team_id, now)
    places = {rep_id: place for place, rep_id in reversed([*enumerate(order, start=1)])}
    found = [Choice(one, places.get(one.id), one.id == lead.owner_id) for one in people(now)]
    return sorted(found, key=lambda one: (not one.is_here, one.place or len(places) + 1, one.person.name))


def alike(lead_id: str) -> list[Alike]:
    """Open leads of the same person, or with the same name, newest first."""
    lead = db.session.get_one(Lead, lead_id)
    same = [*_same_person(lead)]
    if not same:
        return []
    others = select(Lead).where(IS_OPEN, Lead.id != lead.id, or_(*same)).order_by(Lead.id.desc()).limit(_MOST_ALIKE)
    return [_alike(other) for other in db.session.scalars(others)]


def _same_person(lead: Lead) -> Iterator[ColumnElement[bool]]:
    if lead.contact_id:
        points = select(ContactPoint.value).where(ContactPoint.contact_id == lead.contact_id)
        yield from (Lead.contact_id == lead.contact_id, Lead.phone.in_(points), Lead.email.in_(points))
    if lead.name and lead.name.strip():
        yield func.lower(Lead.name) == lead.name.strip().lower()


def _alike(lead: Lead) -> Alike:
    parts = (excerpt(lead.name, 40), excerpt(lead.service, 40), excerpt(lead.message, 80))
    return Alike(lead.id, " · ".join(filter(None, parts)), lead.received_at)
