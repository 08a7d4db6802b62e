from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import event

from leadapp.capture.lead import from_fields
from leadapp.database import DatabaseBusy
from leadapp.extensions import db
from leadapp.models import Contact, Event, ExternalId, Lead, Message, Rule
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import AfterHours, LeadState
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.contacts import add_points, points_of
from leadapp.workflow.escalation import advance_lead, take_due_leads
from leadapp.workflow.intake import SamePerson, capture_lead, store_together
from leadapp.workflow.locks import lock_identities
from tests.builders import Office, make_lead, make_source, reread


def test_a_lead_has_a_name_on_it_the_moment_it_is_stored(app, clock):
    office = Office()

    lead = make_lead(name="Dana")

    assert (lead.state, lead.accountable_id, lead.routed_at) == (LeadState.OFFERED, office.ana.id, clock.now())
    assert lead.why["sentence"] == "Ana's turn in Plumbing."


def test_a_lead_is_stored_and_routed_later_when_routing_itself_breaks(app, clock, monkeypatch):
    office = Office()
    with monkeypatch.context() as broken:
        broken.setattr("leadapp.workflow.apply.decide", lambda *_: 1 / 0)
        lead = make_lead(name="Dana")
    assert (lead.state, lead.accountable_id, lead.name) == (LeadState.NEW, office.mia.id, "Dana")

    assert take_due_leads(clock.now()) == [lead.id]
    advance_lead(lead.id, clock.now())

    assert reread(lead.id).accountable_id == office.ana.id


def test_an_attempt_to_route_that_breaks_half_way_leaves_nothing_behind(app, clock, monkeypatch):
    office = Office()
    with monkeypatch.context() as broken:
        broken.setattr("leadapp.workflow.alerts.alert_offer", lambda *_: 1 / 0)
        lead = make_lead(name="Dana", message="Gas leak")

    assert (lead.state, lead.accountable_id, lead.next_due_at) == (LeadState.NEW, office.mia.id, clock.now())
    shape = lead_shape(lead.id)
    assert (shape["offers"], shape["tasks"], shape["why"]) == ([], [], None)
    assert [row["kind"] for row in shape["timeline"]] == ["captured"]
    assert make_lead(name="Eve").accountable_id == office.ana.id  # nobody's turn was used up


def test_the_same_request_of_the_same_source_is_known(app, clock):
    Office()
    captured = from_fields({"message": "Hi", "external_id": "7", "source": "ads"}, country="US", now=clock.now())

    first = capture_lead(captured, now=clock.now())
    second = capture_lead(captured, now=clock.now())

    assert (first.how, second.how) == ("created", "known")
    assert first.lead_id == second.lead_id


def test_the_same_number_of_another_source_is_another_lead(app, clock):
    Office()

    make_lead(external_id="7", source="ads")
    make_lead(external_id="7", source="form")

    assert db.session.query(Lead).count() == 2


def test_the_same_person_with_an_open_lead_joins_it_and_rings_its_holder_again(app, clock):
    office = Office()
    lead = make_lead(phone="(415) 555-0123", message="Slow drain")
    clock.advance(60)
    rung = db.session.query(Message).filter_by(rep_id=office.ana.id).count()

    again = make_lead(phone="+1 415 555 0123", message="Now it is flooding the kitchen!", name="Dana")

    assert again.id == lead.id
    assert again.name == "Dana"
    assert again.urgent
    assert db.session.query(Message).filter_by(rep_id=office.ana.id).count() == rung + 1
    joined = db.session.query(Event).filter_by(lead_id=lead.id, kind="joined").one()
    assert "Now it is flooding" in joined.text
    assert "flooding" in joined.raw


def test_two_people_who_share_a_phone_stay_two(app, clock):
    Office()

    dana = make_lead(phone="415 555 0123", email="dana@example.com", name="Dana")
    eli = make_lead(phone="415 555 0123", email="eli@example.com", name="Eli")

    assert dana.id != eli.id
    assert dana.contact_id != eli.contact_id


def test_the_customer_is_told_at_once_what_they_asked_and_who_will_call(app, clock):
    Office()

    lead = make_lead(phone="415 555 0123", service="Slow drain")

    text = db.session.query(Message).filter_by(cause=f"captured:{lead.id}").one()
    assert text.to == "+14155550123"
    assert text.body.startswith("Harbor Plumbing got your request about Slow drain. Ana or a colleague will ")


def test_an_urgent_source_makes_its_leads_urgent(app, clock):
    Office()

    lead = make_lead(through=make_source("Emergency line", urgent=True))

    assert lead.urgent
    assert lead.urgent_because == ["source Emergency line"]


@pytest.mark.parametrize("same", [{"phone": "415 555 0123"}, {"external_id": "7", "source": "ads"}])
def test_the_same_request_ten_times_at_once_is_stored_once(app, clock, same):
    Office()
    now, barrier = clock.now(), Barrier(10)
    captured = from_fields({"message": "Hi"} | same, country="US", now=now)
    db.session.remove()

    def send(_number):
        with app.app_context():
            barrier.wait(30)
            return capture_lead(captured, now=now).lead_id

    with ThreadPoolExecutor(10) as pool:
        lead_ids = set(pool.map(send, range(10)))

    assert len(lead_ids) == 1
    assert db.session.query(Lead).count() == 1
    assert db.session.query(ExternalId).count() == ("external_id" in same)


def test_an_emergency_that_joins_a_held_lead_does_not_wait_for_opening(app, clock):
    Office(hours={"mon": [["08:00", "17:00"]]}, after_hours=AfterHours.HOLD)
    held = make_lead(phone="415 555 0123", message="Slow drain")
    assert held.state is LeadState.HELD

    make_lead(phone="415 555 0123", message="Now a pipe burst and it is flooding!")
    [lead_id] = take_due_leads(clock.now())
    advance_lead(lead_id, clock.now())

    assert reread(held.id).state is LeadState.OFFERED


def test_a_rule_may_look_at_what_the_customer_wrote(app, clock):
    office = Office()
    with transaction():
        when = [{"field": "message", "op": "contains", "value": "sewer"}]
        db.session.add(Rule(name="Sewers", position=1, conditions=when, rep_id=office.ben.id, created_at=clock.now()))

    lead = make_lead(message="The sewer is backing up")

    assert lead.accountable_id == office.ben.id
    assert lead.why["rule"]["name"] == "Sewers"


def captures(clock, *leads):
    return [Capture(from_fields(lead, country="US", now=clock.now()), clock.now()) for lead in leads]


def test_leads_stored_together_each_take_the_next_turn(app, clock):
    office = Office()

    stored = store_together(captures(clock, *({"message": f"Leak {number}"} for number in range(6))))

    took = [reread(each.lead_id).accountable_id for each in stored]
    assert took == [office.ana.id, office.ben.id] * 3
    alone = make_lead(message="One more")
    assert alone.accountable_id == office.ana.id


def test_leads_stored_together_end_as_if_stored_one_by_one(app, clock):
    Office()
    joined = make_lead(phone="415 555 0123")
    known = make_lead(external_id="7", source="ads")

    stored = store_together(
        captures(
            clock,
            {"message": "New", "email": "dana@example.com"},
            {"message": "Again", "phone": "415 555 0123"},
            {"message": "Once more", "external_id": "7", "source": "ads"},
        )
    )

    assert [each.how for each in stored] == ["created", "joined", "known"]
    assert [each.lead_id for each in stored[1:]] == [joined.id, known.id]
    assert db.session.query(Lead).count() == 3


def test_two_that_turn_out_to_be_one_person_are_not_stored_together(app, clock):
    Office()
    with transaction():
        contact = Contact(name="Dana", created_at=clock.now())
        db.session.add(contact)
        db.session.flush()
        add_points(contact, points_of("+14155550123", "dana@example.com"))

    with pytest.raises(SamePerson):
        store_together(captures(clock, {"phone": "415 555 0123"}, {"email": "dana@example.com"}))

    assert db.session.query(Lead).count() == 0


def test_one_lead_that_cannot_be_stored_spoils_nothing_for_those_that_came_with_it(app, clock, monkeypatch):
    Office()
    now, barrier = clock.now(), Barrier(8)
    db.session.remove()
    text_customer = alerts.text_customer

    def break_one(lead, *args):
        lead.city = object() if lead.message == "Broken" else "x"  # what no database takes
        return text_customer(lead, *args)

    monkeypatch.setattr(alerts, "text_customer", break_one)

    def send(number):
        message = "Broken" if number == 3 else f"Leak {number}"
        with app.app_context():
            barrier.wait(30)
            return capture_lead(from_fields({"message": message}, country="US", now=now), now=now)

    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, number) for number in range(8)]

    assert [number for number, each in enumerate(sent) if each.exception()] == [3]
    assert db.session.query(Lead).count() == 7


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite's engine waits by itself
def test_a_capture_that_waits_too_long_for_a_lock_hears_that_the_database_is_busy(app, clock):
    Office()
    captured = from_fields({"phone": "415 555 0123"}, country="US", now=clock.now())
    with transaction():
        lock_identities([captured.phone])
        with ThreadPoolExecutor(1) as pool, impatient(app):
            refused = pool.submit(capture_in, app, captured, clock.now()).exception()

    assert isinstance(refused, DatabaseBusy)
    assert db.session.query(Lead).count() == 0


@contextmanager
def impatient(app):
    """Waits for locks for a moment only."""

    def hurry(connection):
        connection.exec_driver_sql("SET LOCAL lock_timeout = 50")

    event.listen(db.engine, "begin", hurry)
    yield
    event.remove(db.engine, "begin", hurry)


def capture_in(app, captured, now):
    with app.app_context():
        return capture_lead(captured, now=now)
