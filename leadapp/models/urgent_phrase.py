"""What the owner added to the phrases that make a lead urgent; those that come with Leadapp are in no table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice
from leadapp.routing.phrases import Level, Trade


class UrgentPhrase(Base):
    """Plain words. Without a language they take the endings of English and of Spanish."""

    __tablename__ = "urgent_phrases"

    id: Mapped[Id]
    text: Mapped[str] = mapped_column(String(100))
    trade: Mapped[Trade] = mapped_column(choice(Trade, "trade"))
    level: Mapped[Level] = mapped_column(choice(Level, "level"))
    language: Mapped[str | None] = mapped_column(String(2))
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class UrgencySwitch(Base):
    """What the owner switched off: a phrase that comes with Leadapp, by its id, or a whole trade, by its name."""

    __tablename__ = "urgency_switched_off"

    what: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
