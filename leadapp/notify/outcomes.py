"""The seam between the outbox and what carries a message: a transport prepares a parcel, a parcel is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from leadapp.models import Message
from leadapp.routing.said import Said


@dataclass(frozen=True, slots=True)
class Sent:
    """Taken by the push service or provider. Nobody has seen it yet. `provider_id` is the provider's name for it."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` is how long the service asked to be left alone."""

    error: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The device or address is no longer there. `endpoint` is where it was looked for, if it was."""

    error: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The service knows the device but will not take our message: our keys or our request are wrong, not the device.
    `endpoint` is who said so."""

    error: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Unsendable:
    """Never left us: it cannot be sent as it is."""

    error: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The provider knows that this number cannot be reached, or must not: its owner has `opted_out`. `code` is the
    provider's."""

    error: str
    code: int
    opted_out: bool = False


Failure = Retry | Gone | Refused | Unsendable | Unreachable
Outcome = Sent | Failure


class Parcel(Protocol):
    """Everything needed to send, so that no transaction is open while the network is waited for."""

    def send(self) -> Outcome: ...


class Transport(Protocol):
    """One way to carry a message."""

    taken: Said  # what "sent" means for it, as the end of "Push to Ana's phone ..."
    waits: bool  # whether sending waits for somebody else's machine; if not, every parcel of it is Settled

    def prepare(self, message: Message, now: datetime) -> Parcel:
        """Reads what sending needs. Called inside a transaction; writes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """A parcel whose outcome is known before anything is sent."""

    outcome: Outcome

    def send(self) -> Outcome:
        return self.outcome
