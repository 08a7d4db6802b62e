"""Texting a customer through the API."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Message
from leadapp.workflow.inbound import Incoming, take_text
from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, pending_offer
from tests.web.api.conftest import wrong_fields

CUSTOMER = "+14155550142"


@pytest.fixture
def lead(office, clock):
    made = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(made).id, now=clock.now())
    return made


def written() -> list[tuple[str, str]]:
    return [(m.to, m.body) for m in db.session.query(Message).filter(Message.cause.startswith("text:"))]


def test_a_text_goes_to_the_customer_and_the_lead_comes_back(api, lead):
    answer = api.post(f"/leads/{lead.id}/texts", {"text": "On our way – ¡ya!"})

    assert answer.status_code == 201
    assert (answer.json["id"], answer.json["timeline"][-1]["kind"]) == (lead.id, "message")
    assert answer.json["timeline"][-1]["text"] == 'A program texted the customer: "On our way – ¡ya!"'
    assert written() == [(CUSTOMER, "On our way – ¡ya!")]


def test_a_program_has_spoken_to_nobody(api, lead):
    answer = api.post(f"/leads/{lead.id}/texts", {"text": "On our way"})

    assert (answer.json["state"], answer.json["contacted_at"]) == ("claimed", None)


@pytest.mark.parametrize("sent", [{}, {"text": None}, {"text": " "}, {"text": "\0"}, {"text": 7}, {"text": "\ud800"}])
def test_what_is_no_text_is_refused_and_named(api, lead, sent):
    assert wrong_fields(api.post(f"/leads/{lead.id}/texts", sent)) == {"text"}
    assert written() == []


def test_one_too_long_is_told_how_long_it_is(api, lead):
    answer = api.post(f"/leads/{lead.id}/texts", {"text": "x" * 20_000})

    assert wrong_fields(answer) == {"text"}
    assert "This has 20,000 characters, and a text holds at most 1,600. Nothing was sent." in answer.text


def test_who_wants_no_texts_gets_none(api, lead, clock):
    take_text(Incoming("SM1", CUSTOMER, "US"), "STOP", clock.now())

    answer = api.post(f"/leads/{lead.id}/texts", {"text": "Hello"})

    assert (answer.status_code, "wants no texts" in answer.json["detail"]) == (409, True)
    assert written() == []


def test_a_lead_that_is_not_there_is_404(api, office):
    assert api.post("/leads/nothing/texts", {"text": "Hello"}).status_code == 404
