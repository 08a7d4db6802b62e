"""Numbers that want no texts: whatever a text is about and whoever it is for, it does not go there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from leadapp.extensions import db
from leadapp.models import Contact, ContactPoint, EventKind, Lead, OptOut, PointKind, Rep
from leadapp.routing.said import said
from leadapp.routing.values import LeadState
from leadapp.transaction import board_changed
from leadapp.workflow.timeline import record


def opt_out(phone: str, because: str, now: datetime) -> bool:
    """From now on no text goes to this number, in the running transaction. Said on the open leads of whoever it is, so
    that somebody calls instead. Returns whether it was news: said again, it changes nothing."""
    is_news = db.session.get(OptOut, phone) is None
    if is_news:
        db.session.add(OptOut(phone=phone, at=now, because=because))
    contacts = _contacts(phone)
    not_yet = Contact.id.in_(contacts) & Contact.opted_out_at.is_(None)
    db.session.execute(update(Contact).where(not_yet).values(opted_out_at=now))
    if is_news:
        _tell(phone, contacts, said("No more texts to this number ({because}). Call instead.", because=because), now)
    return is_news


def opt_in(phone: str, now: datetime) -> None:
    """Texts may go to this number again, in the running transaction."""
    if (opted_out := db.session.get(OptOut, phone)) is not None:
        db.session.delete(opted_out)
    contacts = _contacts(phone)
    db.session.execute(update(Contact).where(Contact.id.in_(contacts)).values(opted_out_at=None))
    _tell(phone, contacts, said("This number may be texted again: its owner asked for it."), now)


def wants_no_texts(lead: Lead) -> bool:
    """Whether the lead's number, or the person it belongs to, asked for no texts."""
    contact = db.session.get(Contact, lead.contact_id, populate_existing=True) if lead.contact_id else None
    return bool(contact and contact.opted_out_at) or db.session.get(OptOut, lead.phone) is not None


def _contacts(phone: str) -> list[str]:
    here = (ContactPoint.kind == PointKind.PHONE) & (ContactPoint.value == phone)
    return list(db.session.scalars(select(ContactPoint.contact_id).where(here)))


def _tell(phone: str, contacts: list[str], text: str, now: datetime) -> None:
    theirs = (Lead.contact_id.in_(contacts) | (Lead.phone == phone)) & (Lead.state != LeadState.CLOSED)
    for lead_id in db.session.scalars(select(Lead.id).where(theirs).order_by(Lead.id)).all():
        record(lead_id, EventKind.NOTE, text, now=now)
        board_changed()


def rep_with_phone(phone: str) -> Rep | None:
    """The rep who is reached there and still works here."""
    return db.session.scalar(select(Rep).where(Rep.phone == phone, Rep.active))
