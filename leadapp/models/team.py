"""Teams: reps who share hours, clocks and a rotation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference
from leadapp.routing.values import AfterHours, TeamMode, TurnKind


class Team(Base):
    """`virtual_time` is V of the weighted fair queueing; clocks are whole seconds. `chain` and `urgent_chain`, when
    given, replace `tries` and the claim seconds. `rejoin` says per reason what becomes of turns that were missed;
    `urgent_after_hours`, when given, replaces `after_hours` for urgent leads."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint(
            "claim_seconds >= 1 AND urgent_claim_seconds >= 1 AND tries >= 1"
            " AND contact_seconds >= 1 AND repeat_seconds >= 1",
            name="clocks_positive",
        ),
        CheckConstraint("merge_seconds >= 0", name="merge_seconds_not_negative"),
        Index(
            "ix_teams_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default AND retired_at IS NULL"),
            postgresql_where=text("is_default AND retired_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    country: Mapped[str | None] = mapped_column(String(2))
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after_hours: Mapped[AfterHours] = mapped_column(choice(AfterHours, "after_hours"), default=AfterHours.ROUTE)
    urgent_after_hours: Mapped[AfterHours | None] = mapped_column(choice(AfterHours, "urgent_after_hours"))
    on_call: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mode: Mapped[TeamMode] = mapped_column(choice(TeamMode, "mode"), default=TeamMode.ROTATION)
    urgent_mode: Mapped[TeamMode] = mapped_column(choice(TeamMode, "urgent_mode"), default=TeamMode.ROTATION)
    claim_seconds: Mapped[int] = mapped_column(default=300)
    urgent_claim_seconds: Mapped[int] = mapped_column(default=120)
    tries: Mapped[int] = mapped_column(default=2)
    contact_seconds: Mapped[int] = mapped_column(default=900)
    repeat_seconds: Mapped[int] = mapped_column(default=300)
    merge_seconds: Mapped[int] = mapped_column(default=86_400)
    rejoin: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chain: Mapped[list[Any] | None]
    urgent_chain: Mapped[list[Any] | None]
    ladder: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fallback_id: Mapped[str] = reference("reps.id")
    is_default: Mapped[bool] = mapped_column(default=False)
    virtual_time: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Membership(Base):
    """A rep's place in a team's rotation; `virtual_start` is v of the weighted fair queueing. `turns_in_hand` is what
    the ledger comes to: turns earned and given back, less those used and skipped. `turns_to_catch_up` are owed beside
    the rotation, the next of them not before `catches_up_at`."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight_positive"),
        CheckConstraint("turns_in_hand >= 0", name="turns_in_hand_not_negative"),
        CheckConstraint("turns_to_catch_up >= 0", name="turns_to_catch_up_not_negative"),
    )

    team_id: Mapped[str] = reference("teams.id", primary_key=True)
    rep_id: Mapped[str] = reference("reps.id", primary_key=True)
    weight: Mapped[float] = mapped_column(default=1.0)
    virtual_start: Mapped[float] = mapped_column(default=0.0)
    last_offer_at: Mapped[datetime | None]
    turns_in_hand: Mapped[int] = mapped_column(default=0)
    turns_to_catch_up: Mapped[int] = mapped_column(default=0)
    catches_up_at: Mapped[datetime | None]
    joined_at: Mapped[datetime]


class Turn(Base):
    """One line of the ledger: what happened to a rep's turn, and why, in English; `said` is for other languages. Never
    changed once written."""

    __tablename__ = "turns"

    id: Mapped[Id]
    at: Mapped[datetime]
    team_id: Mapped[str] = reference("teams.id")
    rep_id: Mapped[str] = reference("reps.id", index=True)
    lead_id: Mapped[str | None] = reference("leads.id", index=True)
    kind: Mapped[TurnKind] = mapped_column(choice(TurnKind, "kind"))
    reason: Mapped[str]
    said: Mapped[list[Any] | None]
