"""What came of a call, and a promise to call, through the API."""

from __future__ import annotations

import pytest

from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, pending_offer
from tests.web.api.conftest import wrong_fields

CUSTOMER = "+14155550142"


@pytest.fixture
def lead(office, clock):
    """Taken at ten at UTC, which is four in the morning in Chicago: at seven somebody may be called."""
    clock.advance(7 * 3600)
    made = make_lead(phone=CUSTOMER)
    accept_offer(pending_offer(made).id, now=clock.now())
    return made


def test_a_talk_is_the_contact(api, lead):
    answer = api.post(f"/leads/{lead.id}/calls", {"result": "talked"})

    assert (answer.status_code, answer.json["state"]) == (200, "contacted")
    assert answer.json["next_due_at"] is None


@pytest.mark.parametrize("result", ["voicemail", "no_answer"])
def test_nobody_reached_is_called_again(api, lead, result):
    answer = api.post(f"/leads/{lead.id}/calls", {"result": result})

    assert (answer.json["state"], answer.json["contacted_at"]) == ("claimed", None)
    assert answer.json["next_due_at"] == "2026-11-22T17:30:00Z"
    [task] = [task for task in answer.json["tasks"] if task["done_at"] is None]
    assert (task["kind"], task["due_at"]) == ("follow_up", "2026-11-22T17:30:00Z")
    assert answer.json["timeline"][-1]["kind"] == "called"


def test_when_to_call_again_can_be_said(api, lead):
    answer = api.post(f"/leads/{lead.id}/calls", {"result": "voicemail", "again_at": "2026-11-23T08:00:00-06:00"})

    assert answer.json["next_due_at"] == "2026-11-23T14:00:00Z"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "result"),
        ({"result": "sang"}, "result"),
        ({"result": "voicemail", "again_at": "tomorrow"}, "again_at"),
        ({"result": "voicemail", "again_at": "2026-11-22T10:00:00Z"}, "again_at"),
        ({"result": "voicemail", "again_at": "2026-11-23T03:00:00-06:00"}, "again_at"),
        ({"result": "talked", "again_at": "2026-11-23T08:00:00-06:00"}, "again_at"),
        ({"result": "talked", "note": "x"}, "note"),
    ],
)
def test_what_makes_no_sense_names_its_field_and_changes_nothing(api, lead, body, field):
    before = api.get(f"/leads/{lead.id}").json

    assert wrong_fields(api.post(f"/leads/{lead.id}/calls", body)) == {field}

    assert api.get(f"/leads/{lead.id}").json == before


def test_a_call_about_what_nobody_has_or_nobody_knows_is_refused(api, office):
    assert api.post(f"/leads/{make_lead().id}/calls", {"result": "talked"}).status_code == 409
    assert api.post("/leads/nope/calls", {"result": "talked"}).status_code == 404


def test_contact_keeps_its_meaning(api, lead):
    answer = api.post(f"/leads/{lead.id}/contact", {"kind": "call", "result": "voicemail"})

    assert answer.json["state"] == "contacted"


def test_accepting_may_tell_the_customer_when_he_is_called(api, office):
    lead = make_lead(phone=CUSTOMER)

    answer = api.post(f"/offers/{pending_offer(lead).id}/acceptance", {"call_in": 1200})

    assert answer.json["promised_at"] == answer.json["next_due_at"] == "2026-11-22T10:20:00Z"
    assert "is told that Ana calls by 4:20 AM" in answer.json["timeline"][-1]["text"]


def test_a_promise_that_is_not_on_offer_takes_nothing(api, office):
    lead = make_lead(phone=CUSTOMER)

    assert wrong_fields(api.post(f"/offers/{pending_offer(lead).id}/acceptance", {"call_in": 20})) == {"call_in"}
    assert api.get(f"/leads/{lead.id}").json["state"] == "offered"


@pytest.mark.parametrize("body", [{}, {"rep": "as ever"}, {"call_in": None}])
def test_accepting_takes_whatever_it_took_before(api, office, body):
    lead = make_lead(phone=CUSTOMER)

    answer = api.post(f"/offers/{pending_offer(lead).id}/acceptance", body)

    assert (answer.status_code, answer.json["promised_at"]) == (200, None)
