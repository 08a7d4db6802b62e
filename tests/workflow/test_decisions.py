from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Message, Turn
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import CallResult, LeadState, OfferOutcome, TurnKind
from leadapp.workflow.calls import record_call
from leadapp.workflow.decisions import take_decision_back
from leadapp.workflow.errors import Conflict
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


@pytest.fixture
def office(app):
    return Office()


def shape(lead):
    """What of the lead may not differ after a decision was taken back."""
    found = lead_shape(lead.id)
    names = (
        "state",
        "accountable",
        "owner",
        "next_due_at",
        "claimed_at",
        "contacted_at",
        "closed_at",
        "outcome",
        "why",
    )
    to_do = [task for task in found["tasks"] if not task["done_at"]]
    asked = [offer for offer in found["offers"] if offer["outcome"] == "pending"]
    return {name: found[name] for name in names} | {"to do": to_do, "asked": asked}


def offered(office, clock):
    return make_lead()


def queued(office, clock):
    lead = make_lead()
    for _ in range(2):
        clock.advance(301)
        advance_lead(lead.id, clock.now())
    return lead


def claimed(office, clock):
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.advance(5))
    return lead


def contacted(office, clock):
    lead = claimed(office, clock)
    record_contact(lead.id, kind="call", now=clock.advance(5))
    return lead


EVERY_STATE = pytest.mark.parametrize("some_lead", [offered, queued, claimed, contacted])


@EVERY_STATE
def test_a_lead_that_was_taken_over_is_put_back_as_it_was(office, clock, some_lead):
    lead = some_lead(office, clock)
    before = shape(lead)
    mark = assign_lead(lead.id, office.olivia.id, now=clock.advance(5), actor_id=office.olivia.id)
    assert reread(lead.id).owner_id == office.olivia.id

    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.olivia.id)

    assert shape(lead) == before
    assert "Olivia took that back: it is as it was before." in [row["text"] for row in lead_shape(lead.id)["timeline"]]


@EVERY_STATE
@pytest.mark.parametrize("outcome", ["won", "spam"])
def test_a_lead_that_was_closed_is_opened_as_it_was(office, clock, some_lead, outcome):
    lead = some_lead(office, clock)
    before = shape(lead)
    mark = close_lead(lead.id, outcome=outcome, now=clock.advance(5), actor_id=office.mia.id)

    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    assert shape(lead) == before


def test_a_turn_that_was_given_back_for_junk_is_used_again(office, clock):
    lead = claimed(office, clock)
    mark = close_lead(lead.id, outcome="spam", now=clock.advance(5))

    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    kinds = [turn.kind for turn in db.session.query(Turn).filter_by(rep_id=office.ana.id, lead_id=lead.id)]
    assert kinds == [TurnKind.USED, TurnKind.GIVEN_BACK, TurnKind.USED]


def test_whoever_was_asked_is_rung_again(office, clock):
    lead = make_lead()
    mark = assign_lead(lead.id, office.mia.id, now=clock.advance(5), actor_id=office.mia.id)

    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    offer = pending_offer(lead)
    causes = {message.cause for message in db.session.query(Message).filter_by(rep_id=office.ana.id, offer_id=offer.id)}
    assert len(causes) == 2
    assert accept_offer(offer.id, now=clock.advance(5))
    assert reread(lead.id).owner_id == office.ana.id


def test_who_has_gone_out_meanwhile_is_not_asked_again_and_the_lead_moves_on(office, clock):
    lead = make_lead()
    mark = assign_lead(lead.id, office.mia.id, now=clock.advance(5), actor_id=office.mia.id)
    set_presence(office.ana.id, state="out", now=clock.advance(5))

    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    assert pending_offer(lead).rep_id == office.ben.id
    assert [offer.outcome for offer in offers_of(lead)] == [OfferOutcome.WITHDRAWN, OfferOutcome.PENDING]


def test_an_offer_that_would_have_run_out_meanwhile_is_not_made_again(office, clock):
    lead = make_lead()
    mark = close_lead(lead.id, outcome="lost", now=clock.advance(5), actor_id=office.mia.id)

    take_decision_back(lead.id, mark, now=clock.advance(3_600), actor_id=office.mia.id)

    assert pending_offer(lead).rep_id == office.ben.id


def logs_a_voicemail(lead, office, now):
    record_call(lead.id, CallResult.VOICEMAIL, now=now, actor_id=office.mia.id)


def gives_it_to_ben(lead, office, now):
    assign_lead(lead.id, office.ben.id, now=now, actor_id=office.mia.id)


def closes_it(lead, office, now):
    close_lead(lead.id, outcome="won", now=now)


@pytest.mark.parametrize("something", [logs_a_voicemail, gives_it_to_ben, closes_it])
def test_a_decision_stands_once_more_has_happened(office, clock, something):
    lead = claimed(office, clock)
    mark = assign_lead(lead.id, office.mia.id, now=clock.advance(5), actor_id=office.mia.id)
    something(lead, office, clock.advance(5))
    now = shape(lead)

    with pytest.raises(Conflict, match="More has happened"):
        take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    assert shape(lead) == now


def test_a_decision_is_taken_back_once(office, clock):
    lead = claimed(office, clock)
    mark = close_lead(lead.id, outcome="won", now=clock.advance(5))
    take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    with pytest.raises(Conflict):
        take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)


def test_nothing_is_put_back_on_somebody_who_has_left(office, clock):
    lead = claimed(office, clock)
    mark = close_lead(lead.id, outcome="won", now=clock.advance(5))
    retire_rep(office.ana.id, now=clock.advance(5))

    with pytest.raises(Conflict, match="Ana no longer works here"):
        take_decision_back(lead.id, mark, now=clock.advance(5), actor_id=office.mia.id)

    assert reread(lead.id).state is LeadState.CLOSED
