"""What is due together is done together: each lead as if it were alone, and nobody rung more than need be."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Event, Message
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.workflow import escalation
from leadapp.workflow.escalation import advance_due_leads
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


def test_offers_that_run_out_together_each_go_to_the_next_in_turn(app, clock):
    office = Office(claim_seconds=60)
    leads = [make_lead() for _ in range(4)]
    first_asked = [pending_offer(lead).rep_id for lead in leads]
    clock.advance(60)

    assert advance_due_leads(clock.now(), 10) == 4

    then_asked = [pending_offer(lead).rep_id for lead in leads]
    other = {office.ana.id: office.ben.id, office.ben.id: office.ana.id}
    assert then_asked == [other[rep_id] for rep_id in first_asked]
    assert [offers_of(lead)[0].outcome for lead in leads] == [OfferOutcome.EXPIRED] * 4


def test_at_most_as_many_as_asked_for_are_advanced_the_longest_due_first(app, clock):
    Office(claim_seconds=60)
    older = make_lead()
    clock.advance(1)
    newer = make_lead()
    clock.advance(60)

    assert advance_due_leads(clock.now(), 1) == 1

    assert len(offers_of(older)) == 2
    assert len(offers_of(newer)) == 1


def test_nothing_due_is_nothing_done(app, clock):
    Office(claim_seconds=60)
    make_lead()
    clock.advance(59)

    assert advance_due_leads(clock.now(), 10) == 0


def test_the_fallback_is_rung_once_for_all_that_ring_again_at_the_same_moment(app, clock):
    office = Office(claim_seconds=60, urgent_claim_seconds=60, tries=1, repeat_seconds=120)
    leads = [make_lead(message="A pipe burst and it is flooding"), make_lead(), make_lead()]
    clock.advance(60)
    advance_due_leads(clock.now(), 10)
    rung = messages_to(office.mia)
    assert len(rung) == 3, "the first ring names each lead"

    clock.advance(120)
    assert advance_due_leads(clock.now(), 10) == 3

    [together] = messages_to(office.mia)[3:]
    assert together.data["title"] == "URGENT, nobody has taken 3 leads"
    assert "The oldest waits 3 min" in together.body
    assert [rings_of(lead) for lead in leads] == [1, 1, 1]
    assert all(reread(lead.id).state is LeadState.QUEUED for lead in leads)


def test_one_lead_that_rings_alone_is_named(app, clock):
    office = Office(claim_seconds=60, urgent_claim_seconds=60, tries=1, repeat_seconds=120)
    make_lead(service="Slow drain")
    for seconds in (60, 120):
        clock.advance(seconds)
        advance_due_leads(clock.now(), 10)

    assert ["Slow drain" in message.body for message in messages_to(office.mia)] == [True, True]


def test_when_one_of_them_fails_none_is_advanced(app, clock, monkeypatch):
    Office(claim_seconds=60)
    leads = [make_lead(), make_lead()]
    clock.advance(60)
    route = escalation.route_with

    def stumble(roster, lead, *args, **options):
        if lead.id == leads[1].id:
            raise ValueError("poisoned")
        route(roster, lead, *args, **options)

    monkeypatch.setattr(escalation, "route_with", stumble)
    with pytest.raises(ValueError):
        advance_due_leads(clock.now(), 10)

    assert [len(offers_of(lead)) for lead in leads] == [1, 1]


def messages_to(rep):
    return db.session.query(Message).filter_by(rep_id=rep.id).order_by(Message.id).all()


def rings_of(lead):
    return db.session.query(Event).filter_by(lead_id=lead.id, kind="rang").count()
