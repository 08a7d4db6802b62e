"""The one business this deployment serves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.ids import ID_LENGTH
from leadapp.models.base import Base, reference


class Business(Base):
    __tablename__ = "business"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]
    country: Mapped[str] = mapped_column(String(2), default="US")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    fallback_id: Mapped[str] = reference("reps.id")
    urgency_revision: Mapped[str | None] = mapped_column(String(ID_LENGTH))  # of its urgent phrases


class BoardVersion(Base):
    """Grows in every transaction that changes what a board shows, so that an unchanged poll reads one row."""

    __tablename__ = "board_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=0)
