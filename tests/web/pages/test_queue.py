"""/board/queue: what nobody took, and the lead that is on the phone just now."""

import re

import pytest

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.values import LeadState
from leadapp.workflow.escalation import advance_lead
from tests.builders import make_lead, offers_of, reread

TEXT = "Sam Rivera 415 555 0123 burst pipe in the garage"


def queued(clock, **fields):
    lead = make_lead(**fields)
    for _ in range(2):
        clock.advance(301)
        advance_lead(lead.id, clock.now())
    assert reread(lead.id).state is LeadState.QUEUED
    return lead


def test_shows_what_nobody_took_the_oldest_first(office, visit, clock):
    first, second = queued(clock, phone="+14155550120"), queued(clock, phone="+14155550121")
    make_lead(phone="+14155550122")

    page = visit(office.mia).open("/board/queue").text

    assert re.findall(r'data-lead="(\w+)"', page) == [first.id, second.id]
    assert "Rings Mia again" in page


def test_one_tap_takes_it_over(office, visit, clock):
    lead = queued(clock)

    answer = visit(office.olivia).press(f"/leads/{lead.id}/assignment", htmx=True, on="queue")

    assert 'id="queue"' in answer.text
    assert "The queue is empty." in answer.text
    assert "Undo" in answer.text
    assert reread(lead.id).owner_id == office.olivia.id


def test_what_is_typed_while_somebody_is_on_the_phone_becomes_a_lead_that_rings(office, visit):
    answer = visit(office.mia).press("/board/leads", text=TEXT)

    assert answer.location == "/board/queue"
    lead = db.session.query(Lead).one()
    assert (lead.name, lead.phone, lead.message) == ("Sam Rivera", "+14155550123", "burst pipe in the garage")
    assert (lead.source, lead.urgent) == ("phone", True)
    assert [offer.rep_id for offer in offers_of(lead)] == [office.ana.id]


def test_it_says_where_it_went(office, visit):
    visitor = visit(office.mia)
    visitor.press("/board/leads", text=TEXT)

    assert "Stored. Ana is asked now." in visitor.open("/board/queue").text


def test_while_typing_it_says_what_was_understood_and_whom_it_will_ring(office, visit):
    page = visit(office.mia).open("/board/leads/preview?text=Sam+Rivera+415+555+0123+burst+pipe", htmx=True).text

    assert "Sam Rivera" in page
    assert "URGENT" in page
    assert "Rings Ana." in page
    assert db.session.query(Lead).count() == 0


def test_the_same_person_is_known_while_typing(office, visit):
    lead = make_lead(name="Sam Rivera", phone="4155550123", service="Heater")

    page = visit(office.mia).open("/board/leads/preview?text=415-555-0123", htmx=True).text

    assert "The same person has an open lead" in page
    assert f"/leads/{lead.id}" in page


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_not_stored_and_it_is_said(office, visit, text):
    visitor = visit(office.mia)

    answer = visitor.press("/board/leads", htmx=True, text=text)

    assert answer.status_code == 422
    assert "Nothing was stored." in answer.text
    assert visitor.open("/board/leads/preview?text=", htmx=True).status_code == 200
    assert db.session.query(Lead).count() == 0


@pytest.mark.parametrize(
    "text", ["Pat Lee", "<script>alert(1)</script> 4155550123", "x" * 10_000, "\U0001f6bf 415 555 0123"]
)
def test_whatever_is_typed_is_stored(office, visit, text):
    visitor = visit(office.mia)

    assert visitor.press("/board/leads", text=text).status_code == 303

    assert db.session.query(Lead).count() == 1
    assert "<script>alert" not in visitor.open("/board").text


@pytest.mark.parametrize("path", ["/board/queue", "/board/leads/preview"])
def test_is_for_the_office(office, visit, path):
    assert visit(office.ana).open(path).status_code == 403
    assert visit(office.ana).press("/board/leads", text=TEXT).status_code == 403
