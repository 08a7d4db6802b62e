from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Message
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadOutcome, LeadState
from leadapp.workflow.decisions import take_decision_back
from leadapp.workflow.desk import merge_leads, nudge, write_note
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import close_lead
from tests.builders import Office, make_lead, pending_offer, reread


@pytest.fixture
def office(app):
    return Office()


def told(rep):
    return db.session.query(Message).filter(Message.rep_id == rep.id, Message.cause.startswith("nudge:")).count()


def timeline(lead):
    return [(row["kind"], row["text"]) for row in lead_shape(lead.id)["timeline"]]


def test_a_nudge_rings_whoever_is_asked(office, clock):
    lead = make_lead()
    due_at = reread(lead.id).next_due_at

    names = nudge(lead.id, now=clock.advance(30), actor_id=office.mia.id)

    assert (names, told(office.ana), told(office.ben)) == (["Ana"], 1, 0)
    assert reread(lead.id).next_due_at == due_at
    assert ("rang", "Mia nudged Ana.") in timeline(lead)


def test_a_nudge_rings_the_owner_once_it_is_taken(office, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.advance(5))

    assert nudge(lead.id, now=clock.advance(30), actor_id=office.mia.id) == ["Ana"]


def test_nobody_is_nudged_twice_in_one_minute(office, clock):
    lead = make_lead()
    nudge(lead.id, now=clock.now(), actor_id=office.mia.id)

    with pytest.raises(Conflict):
        nudge(lead.id, now=clock.now(), actor_id=office.mia.id)

    assert told(office.ana) == 1
    assert nudge(lead.id, now=clock.advance(60), actor_id=office.mia.id) == ["Ana"]


def test_a_closed_lead_is_not_nudged(office, clock):
    lead = make_lead()
    close_lead(lead.id, outcome="won", now=clock.advance(5))

    with pytest.raises(Conflict):
        nudge(lead.id, now=clock.advance(5), actor_id=office.mia.id)


def test_a_note_stands_on_the_timeline_with_who_wrote_it(office, clock):
    lead = make_lead()
    close_lead(lead.id, outcome="won", now=clock.advance(5))

    write_note(lead.id, "  Key is under the mat \U0001f511 ", now=clock.advance(5), actor_id=office.mia.id)

    assert timeline(lead)[-1] == ("note", 'Mia: "Key is under the mat \U0001f511"')


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_001])
def test_a_note_that_is_blank_or_endless_is_refused(office, clock, text):
    lead = make_lead()

    with pytest.raises(Invalid):
        write_note(lead.id, text, now=clock.now(), actor_id=office.mia.id)


def test_a_note_on_nothing_is_not_found(office, clock):
    with pytest.raises(NotFound):
        write_note("nothing", "Hello", now=clock.now(), actor_id=office.mia.id)


def two_of_one_person(clock):
    first = make_lead(name="Sam Rivera", message="Tap drips", phone="4155550123")
    clock.advance(5)
    second = make_lead(email="sam@example.com", message="Burst pipe, water everywhere", city="Oakland")
    return first, second


def test_two_leads_that_are_put_together_are_one(office, clock):
    first, second = two_of_one_person(clock)

    merge_leads(second.id, first.id, now=clock.advance(5), actor_id=office.mia.id)

    kept, gone = reread(first.id), reread(second.id)
    assert (kept.phone, kept.email, kept.city) == ("+14155550123", "sam@example.com", "Oakland")
    assert kept.state is LeadState.OFFERED
    assert kept.urgent
    assert (gone.state, gone.outcome, gone.linked_lead_id) == (LeadState.CLOSED, LeadOutcome.DUPLICATE, kept.id)
    assert any("Burst pipe" in text for kind, text in timeline(first) if kind == "joined")


def test_putting_together_can_be_taken_back(office, clock):
    first, second = two_of_one_person(clock)
    offer = pending_offer(second)
    mark = merge_leads(second.id, first.id, now=clock.advance(5), actor_id=office.mia.id)

    take_decision_back(second.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    assert pending_offer(second).id == offer.id


def test_a_lead_is_not_put_together_with_itself_or_with_a_closed_one(office, clock):
    first, second = two_of_one_person(clock)
    close_lead(first.id, outcome="lost", now=clock.advance(5))

    with pytest.raises(Invalid):
        merge_leads(second.id, second.id, now=clock.now(), actor_id=office.mia.id)
    with pytest.raises(Conflict):
        merge_leads(second.id, first.id, now=clock.now(), actor_id=office.mia.id)

    assert reread(second.id).state is LeadState.OFFERED
