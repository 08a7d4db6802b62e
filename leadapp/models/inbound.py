"""What comes in by text, and who wants no texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, reference


class InboundText(Base):
    """A text somebody sent us. `provider_id` is the provider's name for it, so that one that is delivered twice is
    taken once. `rep_id` when a rep sent it, `lead_id` the lead it belongs to."""

    __tablename__ = "inbound_texts"

    id: Mapped[Id]
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    source_id: Mapped[str | None] = reference("sources.id")
    sender: Mapped[str] = mapped_column(String(320))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    rep_id: Mapped[str | None] = reference("reps.id")
    lead_id: Mapped[str | None] = reference("leads.id", index=True)


class OptOut(Base):
    """A number that gets no texts, whoever it belongs to and whatever they are about. `because` is the word that was
    sent, or what the carrier said."""

    __tablename__ = "opt_outs"

    phone: Mapped[str] = mapped_column(String(320), primary_key=True)
    at: Mapped[datetime]
    because: Mapped[str] = mapped_column(Text)
