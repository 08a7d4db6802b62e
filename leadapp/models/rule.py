"""Routing rules: ordered conditions on the lead, then a team or a rep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, reference


class Rule(Base):
    """`conditions` is a list of {"field", "op", "value"}; all must hold."""

    __tablename__ = "rules"
    __table_args__ = (CheckConstraint("team_id IS NOT NULL OR rep_id IS NOT NULL OR urgent", name="does_something"),)

    id: Mapped[Id]
    name: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    team_id: Mapped[str | None] = reference("teams.id")
    rep_id: Mapped[str | None] = reference("reps.id")
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class RuleBlank(Base):
    """How many leads a rule could not look at because this field was blank."""

    __tablename__ = "rule_blanks"

    rule_id: Mapped[str] = reference("rules.id", primary_key=True)
    field: Mapped[str] = mapped_column(String(200), primary_key=True)
    leads: Mapped[int]
    last_at: Mapped[datetime]
