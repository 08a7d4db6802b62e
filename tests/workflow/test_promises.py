"""A rep tells the customer when he will call, and is held to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Event, Message, Task
from leadapp.routing.values import LeadState, TaskKind
from leadapp.texts import is_gsm7, segments
from leadapp.workflow.errors import Conflict, Invalid, Taken
from leadapp.workflow.escalation import advance_due_leads
from leadapp.workflow.inbound import Incoming, take_text
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, record_contact
from leadapp.workflow.promises import promise_call
from tests.builders import Office, make_lead, offers_of, pending_offer, reread

CUSTOMER = "+14155550123"


@pytest.fixture
def office(app, clock):
    return Office(contact_seconds=600)


def promised(lead):
    rows = db.session.query(Message).filter(Message.cause.startswith(f"promise:{lead.id}")).order_by(Message.id)
    return [row.body for row in rows]


def last_said(lead):
    return db.session.query(Event).filter_by(lead_id=lead.id, kind="message").order_by(Event.id.desc()).first().text


def test_accepting_with_a_promise_tells_the_customer_and_starts_that_clock(office, clock):
    lead = make_lead(phone=CUSTOMER)

    accept_offer(pending_offer(lead).id, now=clock.now(), call_in=20)

    at = clock.now() + timedelta(minutes=20)
    assert (reread(lead.id).state, reread(lead.id).next_due_at) == (LeadState.CLAIMED, at)
    [task] = db.session.query(Task).filter_by(lead_id=lead.id, done_at=None)
    assert (task.kind, task.due_at) == (TaskKind.CONTACT, at)
    assert promised(lead) == ["Harbor Plumbing: Ana will call you by 10:20 AM. Reply STOP to get no texts."]
    assert last_said(lead) == "The customer is told that Ana calls by 10:20 AM."


def test_without_a_promise_it_is_as_ever(office, clock):
    lead = make_lead(phone=CUSTOMER)

    accept_offer(pending_offer(lead).id, now=clock.now())

    assert promised(lead) == []
    assert reread(lead.id).next_due_at == clock.now() + timedelta(minutes=10)


def test_the_customer_is_told_in_spanish_in_one_plain_segment(office, clock):
    lead = make_lead(phone=CUSTOMER, language="es")

    accept_offer(pending_offer(lead).id, now=clock.now(), call_in=60)

    [body] = promised(lead)
    assert body == "Harbor Plumbing: Ana le llama antes de las 11:00 AM. Responda STOP para no recibir textos."
    assert is_gsm7(body)
    assert segments(body).count == 1


def test_accepting_twice_promises_once(office, clock):
    lead = make_lead(phone=CUSTOMER)
    offer = pending_offer(lead)

    for call_in in (20, 60):
        accept_offer(offer.id, now=clock.now(), call_in=call_in)

    assert len(promised(lead)) == 1
    assert reread(lead.id).next_due_at == clock.now() + timedelta(minutes=20)


def test_who_comes_too_late_promises_nothing(office, clock):
    lead = make_lead(phone=CUSTOMER)
    assign_lead(lead.id, office.ben.id, now=clock.now())

    with pytest.raises(Taken):
        accept_offer(offers_of(lead)[0].id, now=clock.now(), call_in=20)

    assert promised(lead) == []


@pytest.mark.parametrize("minutes", [0, 15, -10, 61])
def test_only_what_is_on_offer_can_be_promised(office, clock, minutes):
    lead = make_lead(phone=CUSTOMER)

    with pytest.raises(Invalid):
        accept_offer(pending_offer(lead).id, now=clock.now(), call_in=minutes)

    assert reread(lead.id).state is LeadState.OFFERED


def test_a_later_promise_replaces_the_clock_and_the_same_one_at_once_does_not(office, clock):
    lead = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())

    for _ in range(2):
        assert promise_call(lead.id, 10, now=clock.advance(1))
    first = reread(lead.id).next_due_at
    promise_call(lead.id, 30, now=clock.advance(60))

    assert len(promised(lead)) == 2
    assert reread(lead.id).next_due_at == clock.now() + timedelta(minutes=30) > first


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "sam@example.com"}, "no phone number"),
        ({"phone": CUSTOMER, "consent": "no"}, 'says "no"'),
    ],
)
def test_who_cannot_be_told_is_not_and_the_clock_moves_all_the_same(office, clock, fields, why):
    lead = make_lead(**fields)
    accept_offer(pending_offer(lead).id, now=clock.now(), call_in=20)

    assert promised(lead) == []
    assert f"The customer was not told: {'there is ' if 'phone' in why else 'the request '}{why}" in last_said(lead)
    assert reread(lead.id).next_due_at == clock.now() + timedelta(minutes=20)


def test_who_wants_no_texts_gets_none(office, clock):
    lead = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())
    take_text(Incoming("SM1", CUSTOMER, "US"), "STOP", clock.now())

    assert promise_call(lead.id, 20, now=clock.now()) is False

    assert promised(lead) == []


def test_nobody_is_woken_by_a_promise(office, clock):
    """The customer asked long ago, and it is ten on a Sunday, when nobody is texted before noon."""
    lead = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now())

    assert promise_call(lead.id, 20, now=clock.advance(3601)) is False

    assert "too late or too early" in last_said(lead)


def test_who_was_spoken_to_is_promised_nothing_more(office, clock):
    lead = make_lead(phone=CUSTOMER)
    with pytest.raises(Conflict):
        promise_call(lead.id, 20, now=clock.now())
    accept_offer(pending_offer(lead).id, now=clock.now())
    record_contact(lead.id, kind="call", now=clock.now())

    with pytest.raises(Conflict):
        promise_call(lead.id, 20, now=clock.now())


def test_another_owner_has_promised_nothing(office, clock):
    lead = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now(), call_in=20)

    assign_lead(lead.id, office.ben.id, now=clock.now())

    assert reread(lead.id).promised_at is None
    assert promise_call(lead.id, 20, now=clock.now())
    assert "Ben will call you" in promised(lead)[1]


def test_a_promise_that_is_broken_is_told_to_the_office(office, clock):
    lead = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(lead).id, now=clock.now(), call_in=20)

    clock.advance(1199)
    assert advance_due_leads(clock.now(), 10) == 0
    clock.advance(1)
    assert advance_due_leads(clock.now(), 10) == 1

    overdue = db.session.query(Message).filter(Message.cause.startswith(f"overdue:{lead.id}"))
    assert office.mia.id in {message.rep_id for message in overdue}
