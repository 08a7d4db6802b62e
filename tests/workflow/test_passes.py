from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Turn
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState, OfferOutcome, TurnKind
from leadapp.workflow.errors import Conflict, NotFound, Taken
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.passes import take_pass_back
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


def shape(lead):
    """What of the lead may not differ after an undo."""
    found = lead_shape(lead.id)
    names = ("state", "accountable", "owner", "next_due_at", "why")
    return {name: found[name] for name in names} | {"to do": [task for task in found["tasks"] if not task["done_at"]]}


def passed(lead, clock):
    offer = pending_offer(lead)
    pass_offer(offer.id, now=clock.advance(5))
    return offer


def test_a_pass_that_is_taken_back_leaves_all_as_it_was(app, clock):
    office = Office()
    lead = make_lead()
    before = shape(lead)
    offer = passed(lead, clock)
    assert reread(lead.id).accountable_id == office.ben.id

    take_pass_back(offer.id, now=clock.advance(3), actor_id=office.ana.id)

    assert shape(lead) == before
    assert pending_offer(lead).id == offer.id
    assert [o.outcome for o in offers_of(lead) if o.rep_id == office.ben.id] == [OfferOutcome.WITHDRAWN]
    assert "Ana took the pass back." in [row["text"] for row in lead_shape(lead.id)["timeline"]]


def test_whoever_was_asked_instead_has_his_turn_back(app, clock):
    office = Office()
    offer = passed(make_lead(), clock)

    take_pass_back(offer.id, now=clock.advance(3), actor_id=office.ana.id)

    kinds = [turn.kind for turn in db.session.query(Turn).filter_by(rep_id=office.ben.id)]
    assert kinds.count(TurnKind.USED) == kinds.count(TurnKind.GIVEN_BACK) == 1


def test_also_out_of_the_queue(app, clock):
    office = Office()
    lead = make_lead()
    passed(lead, clock)
    bens = passed(lead, clock)
    assert reread(lead.id).state is LeadState.QUEUED

    take_pass_back(bens.id, now=clock.advance(3), actor_id=office.ben.id)

    lead = reread(lead.id)
    assert (lead.state, lead.accountable_id, lead.next_due_at) == (LeadState.OFFERED, office.ben.id, bens.expires_at)


def test_taking_it_back_twice_is_once(app, clock):
    office = Office()
    lead = make_lead()
    offer = passed(lead, clock)

    for _ in range(2):
        take_pass_back(offer.id, now=clock.advance(1), actor_id=office.ana.id)

    assert [row["text"] for row in lead_shape(lead.id)["timeline"]].count("Ana took the pass back.") == 1


def test_nobody_takes_a_lead_back_from_whoever_has_accepted_it(app, clock):
    office = Office()
    lead = make_lead()
    offer = passed(lead, clock)
    accept_offer(pending_offer(lead).id, now=clock.now())

    with pytest.raises(Taken):
        take_pass_back(offer.id, now=clock.now(), actor_id=office.ana.id)

    assert reread(lead.id).owner_id == office.ben.id


def test_whoever_was_asked_instead_wins_if_he_accepts_all_the_same(app, clock):
    office = Office()
    lead = make_lead()
    offer = passed(lead, clock)
    bens = pending_offer(lead)
    take_pass_back(offer.id, now=clock.advance(1), actor_id=office.ana.id)

    accept_offer(bens.id, now=clock.now())

    assert reread(lead.id).owner_id == office.ben.id


def test_it_is_too_late_once_the_time_to_accept_is_over(app, clock):
    office = Office()
    offer = passed(make_lead(), clock)
    clock.advance(3_600)

    with pytest.raises(Conflict, match="too late"):
        take_pass_back(offer.id, now=clock.now(), actor_id=office.ana.id)


def test_who_has_gone_away_is_not_asked_again(app, clock):
    office = Office()
    offer = passed(make_lead(), clock)
    set_presence(office.ana.id, state="busy", now=clock.now(), actor_id=office.ana.id)

    with pytest.raises(Conflict, match="away"):
        take_pass_back(offer.id, now=clock.now(), actor_id=office.ana.id)


def test_no_such_offer(app, clock):
    office = Office()

    with pytest.raises(NotFound):
        take_pass_back("nothing", now=clock.now(), actor_id=office.ana.id)
