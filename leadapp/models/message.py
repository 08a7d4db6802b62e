"""Messages out, the devices they go to, and the keys they are signed with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from leadapp.models.base import Base, Id, choice, reference
from leadapp.routing.said import as_json, ours, restored
from leadapp.routing.values import Channel, LeadState


class MessageState(StrEnum):
    PENDING = "pending"  # waits until `due_at`, also between two tries
    SENDING = "sending"  # leased by a sender until `leased_until`
    SENT = "sent"  # the push service or provider took it; nobody has seen it yet
    SHOWN = "shown"  # the device reported that it was displayed
    OPENED = "opened"  # the person tapped it
    ANSWERED = "answered"  # the person acted on it
    FAILED = "failed"  # given up: the provider refused it, or it kept failing for its whole life
    DROPPED = "dropped"  # not sent, because what it was about is over


#: How the cause of a text begins that a person, or a program for one, wrote to a customer.
WRITTEN = "text:"
_TOLD_ONCE = ("cause", "to", "channel")
_IS_WAITING = text("state IN ('pending', 'sending')")
_HAS_CODE = text("reply_code IS NOT NULL")
_IS_REFUSED = text("refused")
_IS_NOT_SHOWN = text("rep_id IS NOT NULL AND shown_at IS NULL")
_HAS_FAILED = text("failed_at IS NOT NULL")


class Message(Base):
    """One text, push, call or e-mail to one person. Unique per cause, recipient and channel, so a cause that is
    applied twice tells nobody twice. `receipt` is the unguessable id a device reports back with. `data` is what the
    channel needs beside `body` (for a push: title, navigate, tag and so on).

    The rungs of a ladder are written together, each with its own `due_at`. What a message is about is over when its
    offer has ended, or its lead is no longer in `while_state`; one with `unless_shown` is not needed once a device has
    shown another of the same cause to the same rep. `reply_code` is the digit that accepts the offer of a text, the
    next one passes it. `provider_id` is the provider's name for what it took. `nobody_there`: the provider says that at
    `to` nobody is reached, or wants to be; `refused`: it has something against our account. `failed_at` is when a try
    last came to nothing, repeated or not. `error` is English; `error_said` follows it, for other languages."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint(*_TOLD_ONCE),
        Index("ix_messages_due", "due_at", sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING),
        Index("ix_messages_codes", "to", "expires_at", sqlite_where=_HAS_CODE, postgresql_where=_HAS_CODE),
        Index("ix_messages_refused", "channel", "id", sqlite_where=_IS_REFUSED, postgresql_where=_IS_REFUSED),
        Index("ix_messages_not_shown", "expires_at", sqlite_where=_IS_NOT_SHOWN, postgresql_where=_IS_NOT_SHOWN),
        Index("ix_messages_failed", "failed_at", sqlite_where=_HAS_FAILED, postgresql_where=_HAS_FAILED),
        {"info": {"first_stays_by": _TOLD_ONCE}},
    )

    id: Mapped[Id]
    receipt: Mapped[str] = mapped_column(String(43), unique=True)
    cause: Mapped[str] = mapped_column(String(100))
    lead_id: Mapped[str | None] = reference("leads.id", index=True)
    offer_id: Mapped[str | None] = reference("offers.id", index=True)
    rep_id: Mapped[str | None] = reference("reps.id", index=True)
    subscription_id: Mapped[str | None] = reference("push_subscriptions.id", index=True)
    channel: Mapped[Channel] = mapped_column(choice(Channel, "channel"))
    to: Mapped[str] = mapped_column(String(320))  # E.164, e-mail address, or the subscription's id
    body: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[MessageState] = mapped_column(choice(MessageState, "state"), default=MessageState.PENDING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    while_state: Mapped[LeadState | None] = mapped_column(choice(LeadState, "while_state"))
    unless_shown: Mapped[bool] = mapped_column(default=False)
    reply_code: Mapped[int | None]
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    error_said: Mapped[list[Any] | None]
    nobody_there: Mapped[bool] = mapped_column(default=False)
    failed_at: Mapped[datetime | None]
    refused: Mapped[bool] = mapped_column(default=False)

    @property
    def why(self) -> str | None:
        """The error, to be read in any language."""
        return restored(self.error_said, ours(self.error)) if self.error else None

    @validates("error")
    def _keep_what_it_is_made_of(self, _name: str, error: str | None) -> str | None:
        self.error_said = as_json(error) if error else None
        return error


class PushSubscription(Base):
    """A rep's device. Removed only when the push service says it is gone (404, 410) or the rep signs the phone out."""

    __tablename__ = "push_subscriptions"

    id: Mapped[Id]
    rep_id: Mapped[str] = reference("reps.id", index=True)
    endpoint: Mapped[str] = mapped_column(String(2048), unique=True)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = reference("vapid_keys.id")
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    refused_at: Mapped[datetime | None]  # the service refused the last push without saying the device is gone
    removed_at: Mapped[datetime | None]


class VapidKey(Base):
    """A key pair that signs pushes; both base64url without padding. Kept while any subscription is bound to it."""

    __tablename__ = "vapid_keys"

    id: Mapped[Id]
    public: Mapped[str] = mapped_column(String(87))
    private: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
