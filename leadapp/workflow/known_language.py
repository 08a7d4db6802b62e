"""The language to answer a customer in who has not named one."""

from __future__ import annotations

from sqlalchemy import select

from leadapp.capture.spoken import spoken
from leadapp.extensions import db
from leadapp.models import ContactPoint, Lead, PointKind


def language_of(phone: str | None, said: str | None) -> str | None:
    """Spanish when what they said plainly is; when it is plainly in nothing, what they were known to speak. None is
    English, or nobody knows."""
    heard = spoken(said or "")
    if heard or phone is None:
        return "es" if heard == "es" else None
    theirs = ContactPoint.contact_id == Lead.contact_id
    here = (ContactPoint.kind == PointKind.PHONE) & (ContactPoint.value == phone)
    known = select(Lead.language).join(ContactPoint, theirs).where(here, Lead.language.is_not(None))
    return db.session.scalar(known.order_by(Lead.id.desc()).limit(1))
