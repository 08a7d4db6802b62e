"""The timeline: what happened to a lead, for good."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
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
    CONTACTED = "contacted"
    CLOSED = "closed"
    MESSAGE = "message"
    NOTE = "note"


class Event(Base):
    """One row of a lead's timeline. `actor_id` is the person who did it; empty when the machine did. `raw` is the
    payload of a request that joined the lead, as it came."""

    __tablename__ = "events"

    id: Mapped[Id]
    lead_id: Mapped[str] = reference("leads.id", index=True)
    at: Mapped[datetime]
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"))
    actor_id: Mapped[str | None] = reference("reps.id")
    text: Mapped[str] = mapped_column(Text)
    raw: Mapped[str | None] = mapped_column(Text)
