"""Calls to a customer that were begun from a screen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference
from leadapp.routing.values import CallResult

_IS_OPEN = text("result IS NULL")


class Call(Base):
    """A call that somebody began. `result` is what came of it, said at `ended_at`; empty until then. One person has one
    such call at a time on a lead."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_open", "rep_id", "lead_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[Id]
    lead_id: Mapped[str] = reference("leads.id", index=True)
    rep_id: Mapped[str] = reference("reps.id")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[CallResult | None] = mapped_column(choice(CallResult, "result"))
