"""Signs of life, so that any process can see whether another still works."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base


class CallbackCount(Base):
    """How many calls back from the telephone provider came to nothing, by why: forged, or about a message that nobody
    knows."""

    __tablename__ = "callback_counts"

    why: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]


class Pulse(Base):
    """The last beat of one part ("clock:host:pid"); `lag_seconds` is how late its oldest due row was then."""

    __tablename__ = "pulses"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]
    lag_seconds: Mapped[float] = mapped_column(default=0.0)
