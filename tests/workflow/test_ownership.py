from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Contact, Membership, Message, Turn
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState
from leadapp.workflow.errors import Conflict, Invalid, NotFound, Taken
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead, take_queued
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


def taken_lead(clock, **fields):
    lead = make_lead(**fields)
    accept_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id)


def test_a_person_decides_whose_it_is_and_the_offer_is_withdrawn(app, clock):
    office = Office()
    lead = make_lead()

    assign_lead(lead.id, office.ben.id, now=clock.now(), actor_id=office.mia.id)

    lead = reread(lead.id)
    assert (lead.state, lead.owner_id, lead.accountable_id) == (LeadState.CLAIMED, office.ben.id, office.ben.id)
    assert [offer.outcome for offer in offers_of(lead)] == ["withdrawn"]


def test_the_last_of_two_people_who_decide_stands(app, clock):
    office = Office()
    lead = taken_lead(clock)

    assign_lead(lead.id, office.ben.id, now=clock.now())
    assign_lead(lead.id, office.mia.id, now=clock.now())

    assert reread(lead.id).owner_id == office.mia.id


def test_automation_never_replaces_whom_a_person_chose(app, clock):
    office = Office(claim_seconds=60, contact_seconds=60)
    lead = make_lead()
    assign_lead(lead.id, office.ben.id, now=clock.now())

    for _ in range(5):
        advance_lead(lead.id, clock.advance(61))

    assert reread(lead.id).owner_id == office.ben.id


def test_nobody_can_be_given_a_lead_who_does_not_work_here(app, clock):
    Office()
    lead = make_lead()

    with pytest.raises(Invalid):
        assign_lead(lead.id, "nobody", now=clock.now())

    assert reread(lead.id).state is LeadState.OFFERED


def test_an_unknown_lead_is_not_found(app, clock):
    office = Office()

    with pytest.raises(NotFound):
        assign_lead("nothing", office.ana.id, now=clock.now())


def test_a_lead_handed_back_is_never_offered_to_the_same_rep_again(app, clock):
    office = Office(claim_seconds=60, tries=5)
    lead = taken_lead(clock)

    release_lead(lead.id, reason="cannot make it", now=clock.now())

    assert pending_offer(lead).rep_id == office.ben.id
    advance_lead(lead.id, clock.advance(61))
    assert reread(lead.id).state is LeadState.QUEUED
    assert "handed it back: cannot make it" in str(lead_shape(lead.id)["timeline"])


def test_a_lead_nobody_took_cannot_be_handed_back(app, clock):
    Office()

    with pytest.raises(Conflict):
        release_lead(make_lead().id, reason="?", now=clock.now())


def test_the_first_human_contact_stops_the_clock_and_makes_the_relationship(app, clock):
    office = Office()
    lead = taken_lead(clock, phone="415 555 0123")

    record_contact(lead.id, kind="call", result="talked", now=clock.advance(90))

    lead = reread(lead.id)
    assert (lead.state, lead.contacted_at, lead.next_due_at) == (LeadState.CONTACTED, clock.now(), None)
    assert db.session.get(Contact, lead.contact_id).owner_id == office.ana.id


def test_a_returning_customer_goes_to_the_rep_who_has_worked_with_them_and_uses_no_turn(app, clock):
    office = Office()
    first = taken_lead(clock, phone="415 555 0123")
    record_contact(first.id, kind="call", now=clock.now())
    close_lead(first.id, outcome="won", now=clock.now())
    make_lead()

    again = make_lead(phone="+1 415-555-0123")

    assert again.accountable_id == office.ana.id
    assert again.why["sentence"] == "Ana has worked with this customer before."
    assert db.session.query(Turn).filter_by(lead_id=again.id).count() == 0


def test_a_contact_in_the_future_is_taken_as_now(app, clock):
    Office()
    lead = taken_lead(clock)
    later = clock.advance(1000)
    clock.advance(-1000)

    record_contact(lead.id, kind="visit", now=clock.now(), at=later)

    assert reread(lead.id).contacted_at == clock.now()


def test_nobody_can_have_reached_a_customer_whose_lead_nobody_took(app, clock):
    Office()

    with pytest.raises(Conflict, match="Take it first"):
        record_contact(make_lead().id, kind="call", now=clock.now())


@pytest.mark.parametrize("outcome", ["spam", "duplicate"])
def test_junk_gives_the_turn_back(app, clock, outcome):
    office = Office()
    lead = make_lead()
    assert lead.accountable_id == office.ana.id

    close_lead(lead.id, outcome=outcome, reason="robot", now=clock.now())

    assert db.session.get(Membership, (office.plumbing.id, office.ana.id), populate_existing=True).virtual_start == 0
    kinds = [turn.kind for turn in db.session.query(Turn).filter_by(lead_id=lead.id).order_by(Turn.id)]
    assert kinds == ["used", "given_back"]


def test_closing_twice_the_same_way_is_closing_once(app, clock):
    Office()
    lead = taken_lead(clock)

    close_lead(lead.id, outcome="won", now=clock.now())
    close_lead(lead.id, outcome="won", now=clock.now())

    assert [row["kind"] for row in lead_shape(lead.id)["timeline"]].count("closed") == 1


def test_a_lead_closed_one_way_is_not_closed_another(app, clock):
    Office()
    lead = taken_lead(clock)
    close_lead(lead.id, outcome="won", now=clock.now())

    with pytest.raises(Conflict):
        close_lead(lead.id, outcome="lost", now=clock.now())


def test_taking_a_queued_lead_never_takes_it_from_whoever_was_faster(app, clock):
    office = Office(claim_seconds=60, tries=1)
    lead = make_lead()
    late = pending_offer(lead)
    advance_lead(lead.id, clock.advance(60))
    accept_offer(late.id, now=clock.now())

    with pytest.raises(Taken):
        take_queued(lead.id, office.mia.id, now=clock.now())

    assert reread(lead.id).owner_id == office.ana.id


def test_the_fallback_takes_a_queued_lead(app, clock):
    office = Office(claim_seconds=60, tries=1)
    lead = make_lead()
    advance_lead(lead.id, clock.advance(60))

    take_queued(lead.id, office.mia.id, now=clock.now())
    take_queued(lead.id, office.mia.id, now=clock.now())

    assert (reread(lead.id).state, reread(lead.id).owner_id) == (LeadState.CLAIMED, office.mia.id)


def test_who_has_left_takes_no_lead_from_the_queue(app, clock):
    office = Office(claim_seconds=60, tries=1)
    lead = make_lead()
    advance_lead(lead.id, clock.advance(60))
    retire_rep(office.ben.id, now=clock.now())

    with pytest.raises(Conflict, match="no longer works here"):
        take_queued(lead.id, office.ben.id, now=clock.now())

    assert reread(lead.id).accountable_id == office.mia.id


def test_an_offer_that_was_accepted_and_handed_back_is_over(app, clock):
    office = Office()
    lead = make_lead()
    offer = pending_offer(lead)
    accept_offer(offer.id, now=clock.now())
    release_lead(lead.id, reason="too far", now=clock.now())

    with pytest.raises(Conflict, match="handed this lead back"):
        accept_offer(offer.id, now=clock.now())

    assert reread(lead.id).accountable_id == office.ben.id


def test_while_the_fallback_is_away_his_cover_hears_of_a_customer_nobody_called(app, clock):
    office = Office(contact_seconds=600)
    set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)
    lead = taken_lead(clock)

    advance_lead(lead.id, clock.advance(600))

    told = db.session.query(Message.rep_id).filter(Message.cause.startswith("overdue:")).all()
    assert {rep_id for (rep_id,) in told} == {office.ana.id, office.olivia.id}


def test_a_lead_of_an_absent_owner_can_be_handed_back(app, clock):
    office = Office()
    first = make_lead(phone="+14155550123")
    accept_offer(pending_offer(first).id, now=clock.now())
    record_contact(first.id, kind="call", now=clock.now())
    close_lead(first.id, outcome="won", now=clock.now())
    set_presence(office.ana.id, state="out", now=clock.now())
    again = make_lead(phone="+14155550123")
    accept_offer(pending_offer(again).id, now=clock.now())

    release_lead(again.id, reason="too far", now=clock.now())

    assert reread(again.id).accountable_id == office.mia.id
