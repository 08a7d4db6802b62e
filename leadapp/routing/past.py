"""What a rehearsal is given, and what it says of each lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadapp.routing.values import Lead, Presence, Refusal, Rep, Rule, Team, Why


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a rehearsal tries: the present set-up or a draft of another. Whose turn it is does not count: every
    rehearsal begins with level turns and nobody's hands full."""

    teams: Mapping[str, Team]
    reps: Mapping[str, Rep]
    rules: tuple[Rule, ...]
    default_team_id: str


@dataclass(frozen=True, slots=True)
class Past:
    """A lead as it came in. `lead.contact_owner_id` is whose the contact was before the first of the leads; the rep to
    whom a rehearsal gives the contact follows by itself, from `reached_at` on (when the customer was really reached).
    `linked_id` is an earlier lead, of theirs or of somebody with the same phone, that was open then: who has it in the
    rehearsal is the holder. `took` is how long the lead really kept whoever claimed it; None: as long as his team's
    contact clock."""

    lead: Lead
    contact_id: str | None = None
    linked_id: str | None = None
    reached_at: datetime | None = None
    took: timedelta | None = None

    @property
    def turn(self) -> tuple[datetime, str]:
        """Leads come in this order."""
        return self.lead.received_at, self.lead.id


@dataclass(frozen=True, slots=True)
class Away:
    """A time for which a rep was declared busy or out, as it was."""

    rep_id: str
    state: Presence
    starts_at: datetime
    ends_at: datetime | None = None  # absent = to this day
    cover_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a lead went at `at`. `rep_id` gets it: who was asked first, else the fallback. `able` are those to whom
    it could have gone in the same step, `refused` those who were passed over. `known_to` are the contact's owner and
    the holder of the linked lead, `bonds` the earlier leads by which the rehearsal itself made them so. `blanks` are
    rules (and their field) that fell through for a blank field."""

    lead_id: str
    at: datetime
    rep_id: str
    why: Why
    able: frozenset[str]
    refused: tuple[tuple[str, Refusal], ...] = ()
    was_held: bool = False
    reached_nobody: bool = False
    is_waiting: bool = False  # still held at the end
    known_to: tuple[str | None, str | None] = (None, None)
    bonds: tuple[str, ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()

    @property
    def given_to(self) -> str | None:
        """The rep who was asked; None when nobody could be, or not yet."""
        return None if self.reached_nobody or self.is_waiting else self.rep_id
