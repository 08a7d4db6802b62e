"""Stores what came in: one lead, one name on it, in one transaction. What comes in together shares the transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from leadapp.capture.lead import CapturedLead
from leadapp.database import DatabaseBusy
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Base, Contact, EventKind, ExternalId, Lead, Source
from leadapp.routing.values import LeadState
from leadapp.transaction import end_reads, transaction, wake_later
from leadapp.workflow import alerts, contacts
from leadapp.workflow.apply import route_new
from leadapp.workflow.contacts import Recognised
from leadapp.workflow.idempotency import Answer, RequestKey, store_answer, stored_answers
from leadapp.workflow.joining import heard_at, is_same_request, join, lock_open_leads, urgent_because
from leadapp.workflow.locks import lock_identities
from leadapp.workflow.roster import Roster, default_team, lock_roster
from leadapp.workflow.snapshot import people_of
from leadapp.workflow.timeline import record
from leadapp.workflow.together import Together
from leadapp.workflow.urgency import read_urgent_words
from leadapp.workflow.writing import add, forgotten_on_error, new, rows_written_at_once

log = logging.getLogger("leadapp.intake")

_AT_MOST_TOGETHER = 16  # the last of them should not wait noticeably longer for its answer than if it were alone
_COPIED = (
    "name", "phone", "phone_raw", "email", "email_raw", "message", "service", "address", "city", "region", "postcode",
    "country", "company", "company_size", "industry", "language", "consent", "attributes", "raw", "external_id",
)  # fmt: skip


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


@dataclass(frozen=True, eq=False)
class Capture:
    """One request to store a lead."""

    captured: CapturedLead
    now: datetime
    source: Source | None = None
    once: Once | None = None

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


class SamePerson(Exception):
    """Two of the captures turned out to be of one person: the later one must find the earlier one's lead."""


def capture_lead(
    captured: CapturedLead, *, now: datetime, source: Source | None = None, once: Once | None = None
) -> Stored:
    """Stores and routes a lead, durably, before it returns. Calling it again for the same source and external id
    changes nothing and answers the first lead. Raises Invalid when the request's key was used for another request."""
    end_reads()
    stored = _together(Capture(captured, now, source, once))
    if once and stored.answer:
        stored.answer.check(once.key)
    return stored


def store_together(captures: Sequence[Capture]) -> list[Stored]:
    """`capture_lead` for several in one transaction, all or none. No two of them may have an identity in common."""
    with transaction():
        lock_identities(identity for capture in captures for identity in capture.identities)
        stored = _known(captures)
        fresh = [capture for capture in captures if capture not in stored]
        stored |= _take_in(fresh)
        return [_answered(capture, stored[capture]) for capture in captures]


def _is_final(error: Exception) -> bool:
    """Trying again would only wait again; or, when the connection broke, might store twice what had been committed."""
    return isinstance(error, DatabaseBusy) or (isinstance(error, DBAPIError) and error.connection_invalidated)


_together = Together(store_together, at_most=_AT_MOST_TOGETHER, is_final=_is_final)


def _known(captures: Iterable[Capture]) -> dict[Capture, Stored]:
    """Those that came before: by the request's key, else by the sender's own number for the lead."""
    answers = stored_answers(capture.once.key for capture in captures if capture.once)
    digests = [capture.digest for capture in captures if capture.digest]
    by_digest = select(ExternalId.digest, ExternalId.lead_id).where(ExternalId.digest.in_(digests))
    lead_ids = dict(db.session.execute(by_digest).all()) if digests else {}
    known: dict[Capture, Stored] = {}
    for capture in captures:
        if capture.once and (answer := answers.get(capture.once.key.digest)):
            known[capture] = Stored("", "known", answer=answer)
        elif capture.digest and (lead_id := lead_ids.get(capture.digest)):
            known[capture] = Stored(lead_id, "known")
    return known


def _take_in(captures: Sequence[Capture]) -> dict[Capture, Stored]:
    """Joins each to the open lead of its person, or creates one."""
    stored: dict[Capture, Stored] = {}
    created: dict[Capture, Lead] = {}
    roster = None
    with rows_written_at_once() as rows:
        people = _recognise(captures)
        open_leads = _open_leads_of(people.values())
        for capture, person in people.items():
            its_own = open_leads.get(person.contact.id) if person.contact else None
            if its_own and is_same_request(its_own, heard_at(capture.captured, capture.now)):
                lead = its_own
                urgent_words = roster.urgent_words if roster else read_urgent_words()
                because = urgent_because(capture.captured, capture.source, urgent_words)
                join(lead, capture.captured, capture.source_name, because, capture.now)
                stored[capture] = Stored(lead.id, "joined")
            else:
                roster = roster or lock_roster()
                next_doors = (open_leads.get(neighbour.id) for neighbour in person.neighbours)
                linked = its_own or next(filter(None, next_doors), None)
                lead = created[capture] = _create(capture, person.contact, linked, roster)
            if capture.digest:
                add(new(ExternalId, digest=capture.digest, lead_id=lead.id))
        if roster:
            roster.write_turns()
    with_lead = _by_lead(rows)
    for capture, lead in created.items():
        contact = people[capture].contact
        if contact and not people[capture].is_new:
            db.session.expunge(contact)  # whoever waits for this reads it in another thread
        its_rows = (lead, *with_lead[lead.id], *((contact,) if contact else ()))
        stored[capture] = Stored(lead.id, "created", its_rows, roster)
    return stored


def _recognise(captures: Sequence[Capture]) -> dict[Capture, Recognised]:
    points = {
        point for capture in captures for point in contacts.points_of(capture.captured.phone, capture.captured.email)
    }
    known = contacts.known_by(points)
    people = {capture: contacts.recognise(capture.captured, known, capture.now) for capture in captures}
    found = [person.contact.id for person in people.values() if person.contact]
    if len(found) != len(set(found)):
        raise SamePerson
    return people


def _open_leads_of(people: Iterable[Recognised]) -> dict[str, Lead]:
    """Of those who were known already, and of those they share a phone with."""
    known = {contact.id: contact for person in people for contact in person.neighbours}
    known |= {person.contact.id: person.contact for person in people if person.contact and not person.is_new}
    return lock_open_leads(known.values()) if known else {}


def _by_lead(rows: Iterable[Base]) -> dict[str, list[Base]]:
    by_lead: dict[str, list[Base]] = defaultdict(list)
    for row in rows:
        if lead_id := getattr(row, "lead_id", None):
            by_lead[lead_id].append(row)
    return by_lead


def _answered(capture: Capture, stored: Stored) -> Stored:
    """With the answer that every repetition of the request will get."""
    if capture.once is None or stored.answer:
        return stored
    db.session.flush()
    answer = Answer(capture.once.key, *capture.once.answer(stored))
    store_answer(answer, capture.now)
    return replace(stored, answer=answer)


def _create(capture: Capture, contact: Contact | None, linked: Lead | None, roster: Roster) -> Lead:
    captured, now = capture.captured, capture.now
    lead = unrouted_lead(captured, contact, capture.source, capture.source_name, roster, now)
    add(lead)
    record(lead.id, EventKind.CAPTURED, f"Came in by {capture.source_name or 'the API'}.", now=now)
    for note in captured.notes:
        record(lead.id, EventKind.NOTE, note, now=now)
    if linked:
        _link(lead, linked, now)
    _route_in_place(lead, contact, linked, roster, now)
    who, team = roster.reps[lead.accountable_id], roster.teams[lead.team_id]
    alerts.text_customer(lead, contact, who, team, roster.business, now)
    return lead


def _link(lead: Lead, linked: Lead, now: datetime) -> None:
    lead.linked_lead_id = linked.id
    whose = "The same customer" if lead.contact_id == linked.contact_id else "Somebody with the same phone"
    record(lead.id, EventKind.NOTE, f"{whose} has another open lead.", now=now)
    record(linked.id, EventKind.NOTE, f"{whose} sent another lead.", now=now)


def unrouted_lead(
    captured: CapturedLead, contact: Contact | None, source: Source | None, source_name: str | None, roster: Roster,
    now: datetime,
) -> Lead:  # fmt: skip
    """The row as it is before any decision: the fallback's name is on it, and it is due now. Not stored yet."""
    team = default_team(roster.teams.values())
    because = urgent_because(captured, source, roster.urgent_words)
    return new(
        Lead,
        id=new_id(),
        **{name: getattr(captured, name) for name in _COPIED},
        source=source_name,
        source_id=source.id if source else None,
        contact_id=contact.id if contact else None,
        urgent=bool(because),
        urgent_because=because,
        team_id=team.id,
        accountable_id=team.fallback_id,
        received_at=heard_at(captured, now),
        stored_at=now,
        last_heard_at=heard_at(captured, now),
        next_due_at=now,
        state=LeadState.NEW,
        cycle=0,
        barred=[],
    )


def _route_in_place(lead: Lead, contact: Contact | None, linked: Lead | None, roster: Roster, now: datetime) -> None:
    """Routes in the storing transaction. A failure must never lose the lead, and leaves nothing half done: the lead
    keeps the fallback's name, is due now, and the clock takes it up."""
    before, turns = dict(vars(lead)), roster.turns()
    try:
        with forgotten_on_error():
            route_new(lead, people_of(contact, linked), roster, now)
    except Exception:
        log.exception("routing_failed lead=%s", lead.id)
        vars(lead).update(before)
        roster.take_back(turns)
        wake_later("advance_lead", lead.id)
