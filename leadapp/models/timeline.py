"""The timeline: what happened to a lead, for good."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference


class EventKind(StrEnum):
    CAPTURED = "captured"
    JOINED = "joined"
    ROUTED = "routed"
    HELD = "held"
    OFFERED = "offered"
    ALERTED = "alerted"
    SHOWN = "shown"
    OPENED = "opened"
    ACCEPTED = "accepted"
    PASSED = "passed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    QUEUED = "queued"
    RANG = "rang"
    ASSIGNED = "assigned"
    RELEASED = "released"
    CALLED = "called"
    CONTACTED = "contacted"
    CLOSED = "closed"
    MESSAGE = "message"
    NOTE = "note"


#: Written out, because SQLite uses a partial index only for a condition it can read; a bound value hides it.
IS_BREACH = text("events.kind IN ('queued', 'rang')")
_IS_BREACH = text("kind IN ('queued', 'rang')")


class Event(Base):
    """One row of a lead's timeline. `actor_id` is the person who did it; empty when the machine did. `text` is English,
    and `said` is what it is made of for who reads another language. `raw` is the payload of a request that joined the
    lead, as it came."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_breaches", "at", sqlite_where=_IS_BREACH, postgresql_where=_IS_BREACH),)

    id: Mapped[Id]
    lead_id: Mapped[str] = reference("leads.id", index=True)
    at: Mapped[datetime]
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"))
    actor_id: Mapped[str | None] = reference("reps.id")
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[list[Any] | None]
    raw: Mapped[str | None] = mapped_column(Text)
