"""Taps that a phone sends again because it heard no answer: done once, for the person who tapped."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import g
from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import Event, EventKind
from leadapp.web import taps
from leadapp.web.keeping import person_key
from leadapp.workflow.ownership import assign_lead
from tests.builders import make_lead, pending_offer, reread
from tests.web.pages.conftest import HTMX


@pytest.fixture
def own_lead(office, clock):
    lead = make_lead(name="Sam Rivera", phone="+14155550123")
    assign_lead(lead.id, office.ana.id, now=clock.now())
    return lead


def tap(visitor, url, key="one", person=None, **values):
    vars(g).clear()
    headers = HTMX | {"Idempotency-Key": key} | ({"Leadapp-Person": person_key(person)} if person else {})
    return visitor.client.post(url, data=values | {"csrf_token": visitor.token()}, headers=headers)


def contacts(lead):
    counted = select(func.count()).where(Event.lead_id == lead.id, Event.kind == EventKind.CONTACTED)
    db.session.rollback()
    return db.session.scalar(counted)


def test_the_same_tap_twice_is_done_once_and_says_so(office, visit, own_lead):
    ana = visit(office.ana)

    answers = [tap(ana, f"/leads/{own_lead.id}/contact", result="talked", on="lead") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
    assert unquote(answers[0].headers["Leadapp-Said"]) == "Noted. The clock has stopped."
    assert unquote(answers[1].headers["Leadapp-Said"]) == "It got through the first time."
    assert contacts(own_lead) == 1


def test_another_tap_is_another_contact(office, visit, own_lead):
    ana = visit(office.ana)

    for key in ("one", "two"):
        tap(ana, f"/leads/{own_lead.id}/contact", key=key, result="talked", on="lead")

    assert contacts(own_lead) == 2


def test_two_that_arrive_together_are_done_once(office, visit, own_lead, monkeypatch):
    ana = visit(office.ana)
    tap(ana, f"/leads/{own_lead.id}/contact", result="talked", on="lead")
    monkeypatch.setattr(taps, "stored_answers", lambda keys: {})  # as one that looked before the other had committed

    answer = tap(ana, f"/leads/{own_lead.id}/contact", result="talked", on="lead")

    assert (answer.status_code, answer.headers["Idempotent-Replayed"]) == (200, "true")
    assert contacts(own_lead) == 1


def test_a_tap_that_was_refused_is_judged_anew(office, visit, clock):
    lead = make_lead()
    offer, ana = pending_offer(lead), visit(office.ana)
    assign_lead(lead.id, office.ben.id, now=clock.now())

    answers = [tap(ana, f"/offers/{offer.id}/acceptance", on="my") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert unquote(answers[1].headers["Leadapp-Said"]).startswith("Ben took it")


def test_the_same_key_of_somebody_else_is_their_own(office, visit, own_lead, clock):
    other = make_lead()
    assign_lead(other.id, office.ben.id, now=clock.now())

    tap(visit(office.ana), f"/leads/{own_lead.id}/contact", result="talked", on="lead")
    tap(visit(office.ben), f"/leads/{other.id}/contact", result="talked", on="lead")

    assert (contacts(own_lead), contacts(other)) == (1, 1)


def test_a_tap_of_who_had_the_phone_before_does_nothing(office, visit):
    offer = pending_offer(make_lead())
    assert offer.rep_id == office.ana.id

    answer = tap(visit(office.ana), f"/offers/{offer.id}/pass", person=office.ben, on="my")

    assert (answer.status_code, answer.headers["HX-Refresh"]) == (409, "true")
    assert reread(offer.lead_id).state == "offered"


def test_pages_of_ones_own_may_be_kept_and_no_others(office, visit, own_lead, clock):
    offered, closed_to_ana = make_lead(), make_lead()
    assign_lead(closed_to_ana.id, office.ben.id, now=clock.now())
    ana, mia = visit(office.ana), visit(office.mia)

    def kept(visitor, url):
        return visitor.open(url).headers.get("Leadapp-Keep")

    assert kept(ana, "/my") == kept(ana, f"/leads/{own_lead.id}") == person_key(office.ana)
    assert [kept(ana, url) for url in (f"/leads/{offered.id}", "/board", "/me", "/sign-in")] == [None] * 4
    assert [kept(mia, f"/leads/{lead.id}") for lead in (own_lead, offered, closed_to_ana)] == [None] * 3
    assert ana.open("/my", htmx=True).headers.get("Leadapp-Keep") is None


def test_a_page_says_whose_it_is_and_a_lost_session_that_it_is_nobodys(office, visit):
    assert visit(office.ana).open("/board").headers["Leadapp-Person"] == person_key(office.ana)
    assert visit().open("/sign-in").headers["Leadapp-Person"] == "nobody"
    assert visit().open("/my", htmx=True).headers["Leadapp-Person"] == "nobody"
    assert visit().open("/my").headers["Cache-Control"] == "no-store"
