"""Contacts: a person, across leads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference


class PointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class Contact(Base):
    """`owner_id` is the rep who has worked with them."""

    __tablename__ = "contacts"

    id: Mapped[Id]
    name: Mapped[str | None]
    owner_id: Mapped[str | None] = reference("reps.id", index=True)
    opted_out_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ContactPoint(Base):
    """A phone (E.164) or an e-mail (lower case) by which a contact is known again."""

    __tablename__ = "contact_points"

    kind: Mapped[PointKind] = mapped_column(choice(PointKind, "kind"), primary_key=True)
    value: Mapped[str] = mapped_column(String(320), primary_key=True)
    contact_id: Mapped[str] = reference("contacts.id", primary_key=True, index=True)
