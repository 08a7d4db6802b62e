"""Alarms: what is wrong with how the business is set up, how its people are reached or how the machine is, until it has
been put right."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

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
    PROVIDER_REFUSED = "provider_refused"  # the provider of this channel has something against our account
    # The machine is ill; see leadapp/machine/illness.py, which has the same words.
    CLOCK_LATE = "clock_late"
    NO_WORKER = "no_worker"
    REDIS_AWAY = "redis_away"
    SENDS_FAIL = "sends_fail"


class Alarm(Base):
    """`subject` is the id of what it is about, or "machine", or a channel; one alarm of a kind stands about it at a
    time, and counts. `text` is English, `said` is for other languages. `last_at` is when it was met last; an illness
    may have been seen some seconds later."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("ix_alarms_standing", "kind", "subject", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[Id]
    kind: Mapped[AlarmKind] = mapped_column(choice(AlarmKind, "kind"))
    subject: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[list[Any] | None]
    count: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
