"""Reps: anyone who can own a lead. Office and owner are roles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.languages import Language
from leadapp.models.base import Base, Id, choice, reference
from leadapp.routing.values import Presence


class Digest(StrEnum):
    """How often office and owner are mailed what went wrong; not at all while nothing does."""

    HOURLY = "hourly"  # at most
    DAILY = "daily"  # in the morning
    NEVER = "never"


class Rep(Base):
    """`phone` is E.164 and `email` lower case; each names at most one active rep. `session_version` grows to sign a
    rep out everywhere. `next_change_at` is when his presence or shift next changes by itself; the clock sweeps it.
    `languages` are spoken with customers, `language` is read by himself. `ladder` is what his own says instead of his
    team's. What went wrong up to `digested_at` he was mailed."""

    __tablename__ = "reps"
    __table_args__ = (
        CheckConstraint("max_open IS NULL OR max_open > 0", name="max_open_positive"),
        CheckConstraint("cover_id IS NULL OR cover_id <> id", name="covers_another"),
        Index("ix_reps_next_change_at", "next_change_at"),
        Index("ix_reps_phone", "phone", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
        Index("ix_reps_email", "email", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
    )

    id: Mapped[Id]
    name: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(default=lambda: ["rep"])
    services: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[Language | None] = mapped_column(choice(Language, "language"))
    time_zone: Mapped[str | None]
    shifts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    max_open: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    presence: Mapped[Presence] = mapped_column(choice(Presence, "presence"), default=Presence.AVAILABLE)
    presence_from: Mapped[datetime | None]
    presence_until: Mapped[datetime | None]
    presence_note: Mapped[str | None]
    cover_id: Mapped[str | None] = reference("reps.id")
    next_change_at: Mapped[datetime | None]
    reachable: Mapped[bool] = mapped_column(default=True)
    ladder: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[Digest] = mapped_column(choice(Digest, "digest"), default=Digest.HOURLY)
    digested_at: Mapped[datetime | None]
    session_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)


class Absence(Base):
    """A time for which a rep was declared busy or out: what presence was, for whoever asks later, and what is planned.
    It ends when it says, or when the rep said otherwise; one that was dropped before it began ends before it."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("state <> 'available'", name="is_away"),
        Index("ix_absences_rep", "rep_id", "starts_at"),
    )

    id: Mapped[Id]
    rep_id: Mapped[str] = reference("reps.id")
    state: Mapped[Presence] = mapped_column(choice(Presence, "state"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    cover_id: Mapped[str | None] = reference("reps.id")
    note: Mapped[str | None]
    declared_at: Mapped[datetime]
