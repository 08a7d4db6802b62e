"""Knows a person again across leads, by phone or e-mail."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Contact, ContactPoint, PointKind
from leadapp.workflow.writing import add, new

Point = tuple[PointKind, str]
Known = Mapping[Point, list[Contact]]


_WITH_ANY_OF = (
    select(Contact, ContactPoint.kind, ContactPoint.value)
    .join(ContactPoint, ContactPoint.contact_id == Contact.id)
    .where(
        tuple_(ContactPoint.kind, ContactPoint.value).in_(bindparam("points", expanding=True)),
        Contact.retired_at.is_(None),
    )
    .order_by(Contact.id)
)


def known_by(points: Collection[Point]) -> Known:
    """The contacts that can be reached there, by point."""
    known: dict[Point, list[Contact]] = defaultdict(list)
    if points:
        for contact, kind, value in db.session.execute(_WITH_ANY_OF, {"points": list(points)}):
            known[kind, value].append(contact)
    return known


@dataclass(frozen=True, slots=True)
class Recognised:
    """`contact` is None for a lead with neither phone nor e-mail; `is_new` when it had to be made. `neighbours` are
    others who can be reached on the same phone."""

    contact: Contact | None = None
    is_new: bool = False
    neighbours: tuple[Contact, ...] = ()


def recognise(captured: CapturedLead, known: Known, now: datetime) -> Recognised:
    """Who this lead is from; somebody who was not known is made a contact."""
    points = points_of(captured.phone, captured.email)
    found = look_up(captured, known)
    if found.contact is not None:
        found.contact.name = found.contact.name or captured.name
        add_points(found.contact, points)
        return found
    if not points:
        return found
    contact = new(Contact, id=new_id(), name=captured.name, created_at=now)
    add(contact, *(new(ContactPoint, kind=kind, value=value, contact_id=contact.id) for kind, value in points))
    return replace(found, contact=contact, is_new=True)


def look_up(captured: CapturedLead, known: Known | None = None) -> Recognised:
    """As `recognise`, and makes nobody. `known` is read when it is not given."""
    known = known_by(points_of(captured.phone, captured.email)) if known is None else known
    contact = known_contact(captured, known)
    on_the_phone = known.get((PointKind.PHONE, captured.phone), ()) if captured.phone else ()
    return Recognised(contact, neighbours=tuple(other for other in on_the_phone if other is not contact))


def known_contact(captured: CapturedLead, known: Known) -> Contact | None:
    """The contact we already have for this person; those with the same phone come first: it is nearer to a person."""
    candidates = (contact for point in points_of(captured.phone, captured.email) for contact in known.get(point, ()))
    return next((contact for contact in candidates if _may_be_same(contact, captured)), None)


def points_of(phone: str | None, email: str | None) -> list[Point]:
    """The ways to know a person again, the phone first."""
    points = [(PointKind.PHONE, phone), (PointKind.EMAIL, email)]
    return [(kind, value) for kind, value in points if value]


def add_points(contact: Contact, points: Iterable[Point]) -> None:
    """Remembers the ways to reach a contact; those already known stay as they are."""
    for kind, value in points:
        if db.session.get(ContactPoint, (kind, value, contact.id)) is None:
            add(new(ContactPoint, kind=kind, value=value, contact_id=contact.id))


def _may_be_same(contact: Contact, captured: CapturedLead) -> bool:
    """Two people may share one phone: when both the e-mails and the names differ, they are two."""
    if not captured.email or _folded(captured.name) == _folded(contact.name):
        return True
    known = select(ContactPoint.value).where(
        ContactPoint.contact_id == contact.id, ContactPoint.kind == PointKind.EMAIL
    )
    emails = set(db.session.scalars(known))
    return not emails or captured.email in emails or not captured.name or not contact.name


def _folded(name: str | None) -> str:
    plain = unicodedata.normalize("NFKD", name or "")
    return "".join(c for c in plain.casefold() if c.isalnum())
