"""Stores what came in: one lead, one name on it, in one transaction. What comes in together shares the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from leadapp.capture.lead import CapturedLead
from leadapp.database import DatabaseBusy
from leadapp.extensions import db
from leadapp.models import Base, ExternalId, Lead, Source
from leadapp.transaction import end_reads, transaction
from leadapp.workflow import contacts
from leadapp.workflow.arrivals import Capture, Evidence, Once, Stored
from leadapp.workflow.consent import keep_proof
from leadapp.workflow.contacts import Recognised
from leadapp.workflow.idempotency import Answer, store_answer, stored_answers
from leadapp.workflow.joining import heard_at, is_same_request, join, lock_open_leads, urgent_because
from leadapp.workflow.locks import lock_identities
from leadapp.workflow.new_lead import create_lead
from leadapp.workflow.roster import lock_roster
from leadapp.workflow.together import Together
from leadapp.workflow.urgency import read_urgent_words
from leadapp.workflow.writing import add, new, rows_written_at_once

_AT_MOST_TOGETHER = 16  # the last of them should not wait noticeably longer for its answer than if it were alone


class SamePerson(Exception):
    """Two of the captures turned out to be of one person: the later one must find the earlier one's lead."""


def capture_lead(
    captured: CapturedLead,
    *,
    now: datetime,
    source: Source | None = None,
    once: Once | None = None,
    evidence: Evidence | None = None,
) -> Stored:
    """Stores and routes a lead, durably, before it returns. Calling it again for the same source and external id
    changes nothing and answers the first lead. Raises Invalid when the request's key was used for another request."""
    end_reads()
    stored = _together(Capture(captured, now, source, once, evidence))
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
                lead = created[capture] = create_lead(capture, person.contact, linked, roster)
            if capture.evidence:
                keep_proof(capture, capture.evidence, lead.id)
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
