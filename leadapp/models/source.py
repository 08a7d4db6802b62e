"""Sources: one way in each - a form, a number, an inbox, an ad account."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference


class SourceKind(StrEnum):
    FORM = "form"
    JSON = "json"
    PHONE = "phone"
    EMAIL = "email"
    IMAP = "imap"
    GOOGLE_ADS = "google_ads"
    META = "meta"
    TYPEFORM = "typeform"
    JOTFORM = "jotform"
    GRAVITY_FORMS = "gravity_forms"
    CALENDLY = "calendly"
    CALLRAIL = "callrail"
    THUMBTACK = "thumbtack"
    ANGI = "angi"
    ADF = "adf"


class Source(Base):
    """`key` stands in the address, so it is unguessable and never reused; `defaults` fill fields that came blank."""

    __tablename__ = "sources"

    id: Mapped[Id]
    name: Mapped[str]
    kind: Mapped[SourceKind] = mapped_column(choice(SourceKind, "kind"), default=SourceKind.FORM)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    team_id: Mapped[str | None] = reference("teams.id")
    urgent: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[str | None]
    defaults: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
