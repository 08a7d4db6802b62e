"""A lead comes in and nobody answers: it goes from rep to rep and then rings the fallback until somebody takes it."""

from __future__ import annotations

from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState
from leadapp.workflow.escalation import advance_due_leads
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, record_contact
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


def sweep(clock):
    """What the clock in worker.py does each second."""
    while advance_due_leads(clock.now(), 10):
        pass


def kinds(lead):
    return [row["kind"] for row in lead_shape(lead.id)["timeline"]]


def test_silence_moves_the_lead_to_the_next_rep_then_rings_the_fallback_until_taken(app, clock):
    office = Office(claim_seconds=300, tries=2, repeat_seconds=120)
    lead = make_lead(name="Dana", phone="(415) 555-0123", message="My kitchen tap drips")
    assert pending_offer(lead).rep_id == lead.accountable_id == office.ana.id

    clock.advance(299)
    sweep(clock)
    assert reread(lead.id).accountable_id == office.ana.id

    clock.advance(1)
    sweep(clock)
    lead = reread(lead.id)
    assert (lead.state, lead.accountable_id) == (LeadState.OFFERED, office.ben.id)

    clock.advance(300)
    sweep(clock)
    lead = reread(lead.id)
    assert (lead.state, lead.accountable_id) == (LeadState.QUEUED, office.mia.id)
    assert [offer.outcome.value for offer in offers_of(lead)] == ["expired", "expired"]

    for rings in (1, 2, 3):
        clock.advance(120)
        sweep(clock)
        assert kinds(lead).count("rang") == rings

    assign_lead(lead.id, office.mia.id, now=clock.now(), actor_id=office.mia.id)
    lead = reread(lead.id)
    assert (lead.state, lead.owner_id) == (LeadState.CLAIMED, office.mia.id)

    clock.advance(120)
    sweep(clock)
    assert kinds(lead).count("rang") == 3


def test_a_late_accept_of_a_lead_that_nobody_has_taken_yet_wins(app, clock):
    office = Office(claim_seconds=60, tries=1)
    lead = make_lead()
    first = pending_offer(lead)

    clock.advance(61)
    sweep(clock)
    assert reread(lead.id).state is LeadState.QUEUED
    accept_offer(first.id, now=clock.now())

    assert reread(lead.id).owner_id == office.ana.id


def test_accepted_is_not_contacted(app, clock):
    office = Office(contact_seconds=600)
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.now())

    clock.advance(600)
    sweep(clock)
    lead = reread(lead.id)
    assert (lead.state, lead.owner_id) == (LeadState.CLAIMED, office.ana.id)
    assert kinds(lead)[-1] == "rang"

    record_contact(lead.id, kind="call", result="talked", now=clock.now())
    lead = reread(lead.id)
    assert (lead.state, lead.next_due_at) == (LeadState.CONTACTED, None)
