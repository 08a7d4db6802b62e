"""Contacts: made, changed, retired by a person; what comes in with leads is `workflow.contacts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from leadapp.capture.email import parse_email
from leadapp.capture.phone import parse_phone
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Contact, ContactPoint, PointKind
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow.configuration.lookup import active_rep, business, existing, in_use
from leadapp.workflow.errors import Invalid
from leadapp.workflow.opting_out import opt_in, opt_out


def create_contact(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a contact and returns its id."""
    with transaction():
        contact = Contact(id=new_id(), created_at=now)
        db.session.add(contact)
        db.session.flush()
        _apply(contact, values, now)
    return contact.id


def change_contact(contact_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given; `phones` and `emails` are replaced whole."""
    with transaction():
        _apply(in_use(Contact, contact_id), values, now)


def retire_contact(contact_id: str, *, now: datetime) -> None:
    """Takes a contact out of the lists; its leads stay."""
    with transaction():
        contact = existing(Contact, contact_id)
        contact.retired_at = contact.retired_at or now


def _apply(contact: Contact, values: Mapping[str, Any], now: datetime) -> None:
    if "name" in values:
        contact.name = values["name"]
    if "owner" in values:
        owner = active_rep(values["owner"], "owner")
        contact.owner_id = owner.id if owner else None
    if "opted_out" in values:
        _apply_opt_out(contact, values["opted_out"], now)
    if "phones" in values:
        country = business().country
        _replace(contact, PointKind.PHONE, "phones", values["phones"], lambda raw: parse_phone(raw, country))
    if "emails" in values:
        _replace(contact, PointKind.EMAIL, "emails", values["emails"], parse_email)


def _apply_opt_out(contact: Contact, wants_none: bool, now: datetime) -> None:
    """For the contact, and for every number of his."""
    contact.opted_out_at = (contact.opted_out_at or now) if wants_none else None
    phones = select(ContactPoint.value).where(
        ContactPoint.contact_id == contact.id, ContactPoint.kind == PointKind.PHONE
    )
    for phone in db.session.scalars(phones).all():
        if wants_none:
            opt_out(phone, said("the office said so"), now)
        else:
            opt_in(phone, now)


def _replace(contact: Contact, kind: PointKind, field: str, raw: list[str], parse: Callable[[str], str | None]) -> None:
    found = {text: parse(text) for text in raw}
    if errors := [(f"{field}.{raw.index(text)}", "This reaches nobody.") for text, value in found.items() if not value]:
        raise Invalid(*errors)
    db.session.execute(delete(ContactPoint).where(ContactPoint.contact_id == contact.id, ContactPoint.kind == kind))
    for value in dict.fromkeys(filter(None, found.values())):
        db.session.add(ContactPoint(kind=kind, value=value, contact_id=contact.id))
