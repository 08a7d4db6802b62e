"""Proof that customers asked to be answered. It stands apart from the leads, because it has to outlive them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference


class Door(StrEnum):
    """By which way in a request came."""

    API = "api"
    FORM = "form"  # the hosted one, whose words are ours
    WEBSITE = "website"  # somebody else's form, or a vendor
    TEXT = "text"
    CALL = "call"


class Consent(Base):
    """How one request came, for the number and the address it gave. `said` is its answer to "may we contact you?" as it
    came, `words` what our own form said would happen, `page` where the form stood, `ip` where it was filled in."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_lead", "lead_id"), Index("ix_consents_phone", "phone"))

    id: Mapped[Id]
    lead_id: Mapped[str | None] = reference("leads.id")
    at: Mapped[datetime]
    door: Mapped[Door] = mapped_column(choice(Door, "door"))
    source: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(32))
    email: Mapped[str | None] = mapped_column(String(320))
    language: Mapped[str | None] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(Text)
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)

    @property
    def version(self) -> str | None:
        """Of the words: the same words have the same one."""
        return sha256(self.words.encode()).hexdigest()[:12] if self.words else None
