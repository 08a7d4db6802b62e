"""Knows a person again across leads, by phone or e-mail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_

from leadapp.capture.lead import CapturedLead
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Contact, ContactPoint, PointKind

Point = tuple[PointKind, str]


_WITH_ANY_OF = (
    select(Contact, ContactPoint.kind)
    .join(ContactPoint, ContactPoint.contact_id == Contact.id)
    .where(
        tuple_(ContactPoint.kind, ContactPoint.value).in_(bindparam("points", expanding=True)),
        Contact.retired_at.is_(None),
    )
    .order_by(Contact.id)
)


def recognise(captured: CapturedLead, now: datetime) -> tuple[Contact | None, bool]:
    """The contact this lead is from and whether it had to be made; None when it came with neither phone nor e-mail."""
    points = points_of(captured.phone, captured.email)
    if not points:
        return None, False
    contact = known_contact(captured)
    is_new = contact is None
    if contact is None:
        contact = Contact(id=new_id(), name=captured.name, created_at=now)
        db.session.add(contact)
        db.session.add_all(ContactPoint(kind=kind, value=value, contact_id=contact.id) for kind, value in points)
    else:
        contact.name = contact.name or captured.name
        add_points(contact, points)
    return contact, is_new


def known_contact(captured: CapturedLead) -> Contact | None:
    """The contact we already have for this person."""
    points = points_of(captured.phone, captured.email)
    return next((c for c in _known_by(points) if _may_be_same(c, captured)), None) if points else None


def points_of(phone: str | None, email: str | None) -> list[Point]:
    points = [(PointKind.PHONE, phone), (PointKind.EMAIL, email)]
    return [(kind, value) for kind, value in points if value]


def add_points(contact: Contact, points: Iterable[Point]) -> None:
    """Remembers the ways to reach a contact; those already known stay as they are."""
    for kind, value in points:
        if db.session.get(ContactPoint, (kind, value, contact.id)) is None:
            db.session.add(ContactPoint(kind=kind, value=value, contact_id=contact.id))


def _known_by(points: list[Point]) -> list[Contact]:
    """Contacts with any of the points, those with a phone in common first: a phone is nearer to a person."""
    rows = sorted(db.session.execute(_WITH_ANY_OF, {"points": points}), key=lambda row: row[1] is not PointKind.PHONE)
    return list(dict.fromkeys(contact for contact, _kind in rows))


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
