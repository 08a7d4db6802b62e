"""Contacts from another program: new ones are made, known ones are filled up. No lead, no alert, no turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest

from sqlalchemy import select, tuple_

from leadapp.capture.email import parse_email
from leadapp.capture.lead import CapturedLead
from leadapp.capture.phone import parse_phone
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Contact, ContactPoint, PointKind, Rep
from leadapp.transaction import transaction
from leadapp.workflow.contacts import Point, add_points, look_up
from leadapp.workflow.locks import lock_identities


class Outcome(StrEnum):
    TAKEN = "taken"
    MERGED = "merged"


@dataclass(frozen=True)
class ContactRow:
    """One person, normalised: phones in E.164, e-mails in lower case; at least one of them."""

    name: str | None
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    owner_id: str | None = None

    @property
    def points(self) -> list[Point]:
        return [
            *((PointKind.PHONE, phone) for phone in self.phones),
            *((PointKind.EMAIL, mail) for mail in self.emails),
        ]


def import_contacts(rows: Sequence[ContactRow], *, now: datetime) -> list[Outcome]:
    """Stores a batch in one transaction; what became of each row, in their order.

    Importing the same rows again merges all of them. An owner whom a contact already has stays.
    """
    points = [point for row in rows for point in row.points]
    with transaction():
        lock_identities({value for _kind, value in points})
        known = _known(points)
        return [_import(row, known, now) for row in rows]


def owners_by_way() -> Mapping[str, str]:
    """The active reps' ids by e-mail, by phone and by name in small letters; a name that two share names neither."""
    reps = db.session.scalars(select(Rep).where(Rep.active)).all()
    names = [rep.name.casefold() for rep in reps]
    found = {rep.name.casefold(): rep.id for rep in reps if names.count(rep.name.casefold()) == 1}
    return found | {way: rep.id for rep in reps for way in (rep.phone, rep.email) if way}


def owner_named(said: str, owners: Mapping[str, str], country: str) -> str | None:
    """The rep meant by an e-mail, a phone or a name, however it is written."""
    ways = (parse_email(said), parse_phone(said, country), " ".join(said.split()).casefold())
    return next((owners[way] for way in ways if way and way in owners), None)


def _known(points: Iterable[Point]) -> set[Point]:
    """Those of the points by which some contact is known."""
    key = tuple_(ContactPoint.kind, ContactPoint.value)
    found = select(ContactPoint.kind, ContactPoint.value).where(key.in_(list(points)))
    return {(kind, value) for kind, value in db.session.execute(found)}


def _import(row: ContactRow, known: set[Point], now: datetime) -> Outcome:
    contact = _same_person(row) if not known.isdisjoint(row.points) else None
    known.update(row.points)
    if contact is None:
        contact = Contact(id=new_id(), name=row.name, owner_id=row.owner_id, created_at=now)
        db.session.add(contact)
        db.session.add_all(ContactPoint(kind=kind, value=value, contact_id=contact.id) for kind, value in row.points)
        return Outcome.TAKEN
    contact.name = contact.name or row.name
    contact.owner_id = contact.owner_id or row.owner_id
    add_points(contact, row.points)
    return Outcome.MERGED


def _same_person(row: ContactRow) -> Contact | None:
    """By the same judgement as for a lead, asked with every phone and e-mail of the row."""
    for phone, email in zip_longest(row.phones, row.emails):
        seen = CapturedLead(name=row.name, phone=phone, email=email or next(iter(row.emails), None))
        if contact := look_up(seen).contact:
            return contact
    return None
