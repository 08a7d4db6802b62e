"""A request to store a lead, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Literal

from leadapp.capture.lead import CapturedLead
from leadapp.models import Base, Door, Source
from leadapp.workflow.idempotency import Answer, RequestKey
from leadapp.workflow.roster import Roster


@dataclass(frozen=True, slots=True)
class Stored:
    """`how`: created, joined (the same person's open lead took it in), or known (this very request came before).
    `rows` and `roster` are there for a lead just created, so that it can be answered without reading it again;
    `answer` when the request was to be answered once."""

    lead_id: str
    how: Literal["created", "joined", "known"]
    rows: tuple[Base, ...] = ()
    roster: Roster | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """A request that may be repeated: `answer` makes the status and body that are stored with what it did."""

    key: RequestKey
    answer: Callable[[Stored], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a request came, kept as proof that it was made: see `models.Consent`."""

    door: Door
    page: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    words: str | None = None


@dataclass(frozen=True, eq=False)
class Capture:
    """One request to store a lead."""

    captured: CapturedLead
    now: datetime
    source: Source | None = None
    once: Once | None = None
    evidence: Evidence | None = None

    @property
    def source_name(self) -> str | None:
        return self.captured.source or (self.source.name if self.source else None)

    @cached_property
    def digest(self) -> str | None:
        """Of the sender's own number for the lead, if it gave one."""
        number = self.captured.external_id
        return sha256(f"{self.source_name or ''}\n{number}".encode()).hexdigest() if number else None

    @cached_property
    def identities(self) -> frozenset[str]:
        """By which a repetition, or the same person, is known."""
        of_request = self.once.key.digest if self.once else None
        return frozenset(filter(None, (self.captured.phone, self.captured.email, self.digest, of_request)))
