"""What the database holds at one moment, read whole, so that one step of the office can be held against the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from leadapp.models import Event, Lead, Membership, Message, Offer, Task, Turn
from leadapp.routing import policy as chain
from leadapp.routing.values import OfferOutcome, Policy
from leadapp.rows import read_rows
from leadapp.transaction import end_reads
from leadapp.workflow.roster import Roster, read_roster


@dataclass(frozen=True)
class Books:
    """Rows by id, oldest first."""

    now: datetime
    roster: Roster
    leads: Mapping[str, Any]
    offers: Mapping[str, Any]
    tasks: Mapping[str, Any]
    events: Mapping[str, Any]
    messages: Mapping[str, Any]
    turns: Mapping[str, Any]
    members: Mapping[tuple[str, str], Any]

    @cached_property
    def open_leads(self):
        return [lead for lead in self.leads.values() if lead.state != "closed"]

    @cached_property
    def decisions(self):
        """The leads of which a person's decision may still be taken back."""
        return [lead for lead in self.leads.values() if lead.before_decision]

    @cached_property
    def pending(self):
        return [offer for offer in self.offers.values() if offer.outcome is OfferOutcome.PENDING]

    @cached_property
    def offers_of(self):
        return by(self.offers.values(), lambda offer: offer.lead_id)

    @cached_property
    def open_tasks_of(self):
        return by((task for task in self.tasks.values() if not task.done_at), lambda task: task.lead_id)

    def name(self, rep_id: str) -> str:
        return self.roster.names.get(rep_id, rep_id)


@dataclass(frozen=True)
class Step:
    """One step of the office. `decided` are the leads about whose owner a person decided in it; `is_swept` says that
    the clock has just done all that was due; `stored` are the leads that were acknowledged as new so far."""

    before: Books
    after: Books
    decided: frozenset[str] = frozenset()
    is_swept: bool = False
    stored: frozenset[str] = field(default_factory=frozenset)

    @property
    def moved(self):
        """Leads with another state than before, with what they were; None for those that were not there."""
        for lead in self.after.leads.values():
            was = self.before.leads.get(lead.id)
            if was is None or was.state != lead.state:
                yield was, lead

    @property
    def new_offers(self):
        return [offer for offer in self.after.offers.values() if offer.id not in self.before.offers]

    @cached_property
    def new_kinds(self):
        """What was written on each lead's timeline in this step."""
        new = (event for event in self.after.events.values() if event.id not in self.before.events)
        return {lead_id: {event.kind.value for event in events} for lead_id, events in by(new, _lead_of).items()}


def open_books(now: datetime) -> Books:
    end_reads()
    *by_id, members = read_rows(*_BY_ID.values(), _MEMBERS)
    rows = {name: {row.id: row for row in found} for name, found in zip(_BY_ID, by_id, strict=True)}
    return Books(now=now, roster=read_roster(), members={(row.team_id, row.rep_id): row for row in members}, **rows)


def policy_of(lead) -> Policy:
    return chain.from_json(lead.policy)


def by(rows: Iterable[Any], key: Any) -> Mapping[Hashable, list[Any]]:
    found: dict[Hashable, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _lead_of(event) -> str:
    return event.lead_id


_TABLES = {"leads": Lead, "offers": Offer, "tasks": Task, "events": Event, "messages": Message, "turns": Turn}
_BY_ID = {name: select(table.__table__).order_by(table.id) for name, table in _TABLES.items()}
_MEMBERS = select(Membership.__table__)
