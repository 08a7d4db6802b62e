"""Somebody takes, closes or is given a lead in the very moment in which it is to be offered to whoever is back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from leadapp.extensions import db
from leadapp.models import Membership
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.transaction import transaction
from leadapp.workflow import coming_back
from leadapp.workflow.coming_back import offer_waiting
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead, take_queued
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, make_rep, offers_of, pending_offer, reread


def queue_of(office, clock, count):
    """Leads that nobody could take, because everybody is out."""
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())
    leads = [make_lead() for _ in range(count)]
    clock.advance(1)
    return leads


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [
        (lambda lead, office, now: take_queued(lead, office.mia.id, now=now), LeadState.CLAIMED),
        (lambda lead, office, now: assign_lead(lead, office.olivia.id, now=now), LeadState.CLAIMED),
        (lambda lead, office, now: close_lead(lead, outcome="spam", now=now), LeadState.CLOSED),
    ],
    ids=["taken", "assigned", "closed"],
)
def test_a_person_who_was_faster_keeps_the_lead_and_the_next_one_is_offered(app, clock, monkeypatch, meanwhile, state):
    office = Office()
    first, second = queue_of(office, clock, 2)
    choose, chosen = coming_back._longest_waiting, []

    def choose_and_lose(rep_id, now):
        lead_id = choose(rep_id, now)
        if not chosen:
            meanwhile(lead_id, office, now)
        chosen.append(lead_id)
        return lead_id

    monkeypatch.setattr(coming_back, "_longest_waiting", choose_and_lose)
    set_presence(office.ben.id, state="available", now=clock.now())

    assert chosen == [first.id, second.id]
    assert reread(first.id).state is state
    assert not offers_of(first)
    assert pending_offer(second).rep_id == office.ben.id


def test_who_goes_out_again_in_that_moment_is_offered_nothing(app, clock, monkeypatch):
    office = Office()
    [lead] = queue_of(office, clock, 1)
    choose = coming_back._longest_waiting

    def choose_and_leave(rep_id, now):
        lead_id = choose(rep_id, now)
        monkeypatch.setattr(coming_back, "_longest_waiting", choose)
        set_presence(office.ben.id, state="out", now=now)
        return lead_id

    monkeypatch.setattr(coming_back, "_longest_waiting", choose_and_leave)
    set_presence(office.ben.id, state="available", now=clock.now())

    assert reread(lead.id).state is LeadState.QUEUED
    assert not offers_of(lead)


def test_of_many_who_look_for_him_at_once_one_offers_him_one_lead(app, clock):
    office = Office()
    leads = queue_of(office, clock, 3)
    set_presence(office.ben.id, state="available", now=clock.now())
    clock.advance(301)
    advance_lead(leads[0].id, clock.now())  # Ben was silent
    barrier, now = Barrier(6), clock.now()
    db.session.remove()

    def look(_number):
        with app.app_context():
            barrier.wait(30)
            offer_waiting(office.ben.id, now)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look, range(6)))

    assert [len(offers_of(lead)) for lead in leads] == [1, 1, 0]
    assert pending_offer(leads[1]).rep_id == office.ben.id


def test_a_late_accept_and_a_return_at_the_same_moment_leave_one_owner_and_no_other_offer(app, clock):
    office = Office(tries=1, claim_seconds=60)
    leads = [make_lead() for _ in range(6)]
    late = [offers_of(lead)[0].id for lead in leads]
    clock.advance(60)
    for lead in leads:
        advance_lead(lead.id, clock.now())
    back = [make_rep(f"Back {number}") for number in range(6)]
    with transaction():
        places = [Membership(team_id=office.plumbing.id, rep_id=rep.id, joined_at=clock.now()) for rep in back]
        db.session.add_all(places)
    barrier, now = Barrier(12), clock.advance(1)
    db.session.remove()

    def accept(offer_id):
        with app.app_context():
            barrier.wait(30)
            accept_offer(offer_id, now=now)

    def come_back(rep):
        with app.app_context():
            barrier.wait(30)
            offer_waiting(rep.id, now)

    with ThreadPoolExecutor(12) as pool:
        accepted, returned = pool.map(accept, late), pool.map(come_back, back)
        list(accepted), list(returned)

    for lead in leads:
        assert reread(lead.id).owner_id in (office.ana.id, office.ben.id)
        assert OfferOutcome.PENDING not in [offer.outcome for offer in offers_of(lead)]
