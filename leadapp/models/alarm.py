"""Alarms: what is wrong with how the business is set up or how its people are reached, until it has been put right."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice

_STANDS = text("cleared_at IS NULL")


class AlarmKind(StrEnum):
    RULE_SKIPPED = "rule_skipped"  # a rule could not be evaluated
    TEAM_EMPTY = "team_empty"  # a team without a rep who still works here got a lead
    LAST_RESORT = "last_resort"  # no fallback who still works here: an owner got the lead
    REP_UNREACHABLE = "rep_unreachable"  # every channel of a rep has failed, or he has none
    PUSH_REFUSED = "push_refused"  # push services do not take what we sign with this key


class Alarm(Base):
    """`subject` is the id of what it is about; one alarm of a kind stands about it at a time, and counts."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("ix_alarms_standing", "kind", "subject", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[Id]
    kind: Mapped[AlarmKind] = mapped_column(choice(AlarmKind, "kind"))
    subject: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
