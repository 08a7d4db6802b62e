"""Who may come in: API keys, one-time links and codes; and what makes a repeated request safe."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, reference


class ApiKey(Base):
    """Only the SHA-256 of the key is kept; the key itself is shown once."""

    __tablename__ = "api_keys"

    id: Mapped[Id]
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    read_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Device(Base):
    """A screen on the wall that shows the board and signs nobody in. Only the SHA-256 of its key is kept; `seen_at` is
    about when it last asked."""

    __tablename__ = "devices"

    id: Mapped[Id]
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The first answer to a request that carried an Idempotency-Key, to be given again."""

    __tablename__ = "idempotency_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the API key's id and the header
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


class LoginLink(Base):
    """A one-time sign-in address; only the SHA-256 of its token is kept."""

    __tablename__ = "login_links"

    id: Mapped[Id]
    rep_id: Mapped[str] = reference("reps.id")
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInCode(Base):
    """A six-digit code sent to a rep; ten minutes, five tries, one use."""

    __tablename__ = "sign_in_codes"

    id: Mapped[Id]
    rep_id: Mapped[str] = reference("reps.id", index=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class EnrolmentCode(Base):
    """Six characters that let somebody in on the phone they are typed on; a quarter of an hour, five tries, one use,
    after which the row is gone. The first two say which code it is, so that a wrong guess counts against it."""

    __tablename__ = "enrolment_codes"

    selector: Mapped[str] = mapped_column(String(2), primary_key=True)
    rep_id: Mapped[str] = reference("reps.id", unique=True)
    link_id: Mapped[str | None] = reference("login_links.id")  # the invitation that it was made with, and uses up
    digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """What a device signs in with after it has seen a fingerprint or a face; id and key are base64url."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    rep_id: Mapped[str] = reference("reps.id", index=True)
    credential_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # up to 2**32
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
