"""Answers from a lock screen that come too late, or in a body that no phone sends."""

from __future__ import annotations

import pytest

from leadapp.notify.tokens import make_offer_token
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead
from tests.builders import make_business, make_lead, pending_offer, reread


@pytest.fixture
def office(app, clock):
    return make_business()


@pytest.fixture
def offer(office):
    return pending_offer(make_lead(name="Jo Secret"))


def pass_on(client, offer):
    return client.post(f"/offers/{offer.id}/pass-by-token", json={"token": make_offer_token(offer)})


def test_passing_what_somebody_else_has_says_who_has_it(client, office, offer, clock):
    assign_lead(offer.lead_id, office.ben.id, now=clock.now(), actor_id=office.mia.id)

    answer = pass_on(client, offer)

    assert answer.status_code == 409
    assert answer.json["taken_by"] == {"id": office.ben.id, "name": "Ben"}
    assert answer.json["taken_at"] == "2026-11-22T10:00:00Z"
    assert "Secret" not in answer.text


def test_a_pass_that_is_repeated_gets_the_same_answer_whoever_has_it_by_now(client, office, offer, clock):
    first = pass_on(client, offer)
    accept_offer(pending_offer(reread(offer.lead_id)).id, now=clock.now())

    again = pass_on(client, offer)

    assert (first.status_code, first.json) == (again.status_code, again.json) == (200, {"state": "passed"})


def test_a_body_nested_without_end_is_422(client, office):
    answer = client.post("/offers/x/acceptance-by-token", data=b"[" * 100_000, content_type="application/json")

    assert answer.status_code == 422
