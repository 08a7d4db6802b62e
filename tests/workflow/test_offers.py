from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.models import Offer, Task
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState, OfferOutcome, TaskKind, TeamMode
from leadapp.transaction import transaction
from leadapp.workflow.errors import Conflict, NotFound, Taken
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import close_lead, release_lead
from tests.builders import Office, make_lead, make_rep, make_team, offers_of, pending_offer, reread


def kinds(lead):
    return [row["kind"] for row in lead_shape(lead.id)["timeline"]]


def open_tasks(lead):
    return [(task.kind, task.rep_id) for task in db.session.query(Task).filter_by(lead_id=lead.id, done_at=None)]


def test_accepting_makes_the_rep_owner_and_starts_the_contact_clock(app, clock):
    office = Office(contact_seconds=600)
    lead = make_lead()

    accept_offer(pending_offer(lead).id, now=clock.now())

    lead = reread(lead.id)
    assert (lead.state, lead.owner_id, lead.claimed_at) == (LeadState.CLAIMED, office.ana.id, clock.now())
    assert (lead.next_due_at - clock.now()).total_seconds() == 600
    assert open_tasks(lead) == [(TaskKind.CONTACT, office.ana.id)]


def test_accepting_twice_is_accepting_once(app, clock):
    Office()
    lead = make_lead()
    offer = pending_offer(lead)

    accept_offer(offer.id, now=clock.now())
    accept_offer(offer.id, now=clock.advance(5))

    assert kinds(lead).count("accepted") == 1


def test_the_loser_is_told_who_has_it_and_since_when(app, clock):
    office = Office(mode=TeamMode.BROADCAST)
    lead = make_lead()
    anas, bens = sorted(offers_of(lead), key=lambda offer: offer.rep_id != office.ana.id)
    accept_offer(bens.id, now=clock.now())

    with pytest.raises(Taken) as caught:
        accept_offer(anas.id, now=clock.advance(4))

    assert (caught.value.rep_id, caught.value.rep_name) == (office.ben.id, "Ben")
    assert reread(lead.id).owner_id == office.ben.id
    assert db.session.get(Offer, anas.id).outcome is OfferOutcome.WITHDRAWN


def test_in_a_broadcast_the_fallback_is_accountable_and_a_pass_leaves_the_others_asked(app, clock):
    office = Office(mode=TeamMode.BROADCAST)
    lead = make_lead()
    assert lead.accountable_id == office.mia.id
    anas = next(offer for offer in offers_of(lead) if offer.rep_id == office.ana.id)

    pass_offer(anas.id, now=clock.now())

    assert pending_offer(lead).rep_id == office.ben.id
    assert reread(lead.id).state is LeadState.OFFERED
    assert open_tasks(lead) == [(TaskKind.ACCEPT, office.ben.id)]


def test_the_offers_of_all_others_end_with_their_tasks_and_each_says_so(app, clock):
    office = Office(mode=TeamMode.BROADCAST)
    lead = make_lead()
    anas, bens = sorted(offers_of(lead), key=lambda offer: offer.rep_id != office.ana.id)

    accept_offer(anas.id, now=clock.now())

    shape = lead_shape(lead.id)
    assert {offer["rep"]["name"]: offer["outcome"] for offer in shape["offers"]} == {
        "Ana": "accepted",
        "Ben": "withdrawn",
    }
    assert [row["text"] for row in shape["timeline"] if row["kind"] == "withdrawn"] == [
        "The offer to Ben was withdrawn: Ana took it."
    ]
    assert open_tasks(lead) == [(TaskKind.CONTACT, office.ana.id)]
    assert db.session.query(Task).filter_by(offer_id=bens.id).one().done_at == clock.now()


def test_a_pass_moves_the_lead_on_in_the_same_breath(app, clock):
    office = Office()
    lead = make_lead()

    pass_offer(pending_offer(lead).id, now=clock.now(), reason="too far")

    assert pending_offer(lead).rep_id == reread(lead.id).accountable_id == office.ben.id
    passed = next(row for row in lead_shape(lead.id)["timeline"] if row["kind"] == "passed")
    assert passed["text"] == "Ana passed: too far."
    assert passed["actor"]["name"] == "Ana"


def test_passing_again_changes_nothing(app, clock):
    Office()
    lead = make_lead()
    offer = pending_offer(lead)

    pass_offer(offer.id, now=clock.now())
    pass_offer(offer.id, now=clock.now())

    assert kinds(lead).count("passed") == 1


def test_an_accepted_lead_cannot_be_passed(app, clock):
    Office()
    lead = make_lead()
    offer = pending_offer(lead)
    accept_offer(offer.id, now=clock.now())

    with pytest.raises(Conflict, match="hand it back"):
        pass_offer(offer.id, now=clock.now())


def test_a_closed_lead_cannot_be_accepted(app, clock):
    Office()
    lead = make_lead()
    offer = pending_offer(lead)
    close_lead(lead.id, outcome="spam", now=clock.now())

    with pytest.raises(Conflict, match="closed"):
        accept_offer(offer.id, now=clock.now())


def test_an_unknown_offer_is_not_found(app, clock):
    Office()

    with pytest.raises(NotFound):
        accept_offer("nothing", now=clock.now())


def test_a_lead_handed_back_can_be_accepted_by_the_next(app, clock):
    office = Office()
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.now())
    release_lead(lead.id, reason="too far", now=clock.now())

    accept_offer(pending_offer(lead).id, now=clock.now())

    assert reread(lead.id).owner_id == office.ben.id


def test_of_fifty_who_accept_at_once_exactly_one_wins(app, clock):
    office = Office()
    crowd = [make_rep(f"Rep {number}") for number in range(10)]
    with transaction():
        office.plumbing.is_default = False
    make_team("Crowd", crowd, office.mia, mode=TeamMode.BROADCAST, is_default=True)
    lead = make_lead()
    offer_ids = [offer.id for offer in offers_of(lead)] * 5
    barrier, now = Barrier(len(offer_ids)), clock.now()
    db.session.remove()

    def claim(offer_id):
        with app.app_context():
            barrier.wait(30)
            try:
                accept_offer(offer_id, now=now)
            except Taken as taken:
                return taken.rep_id
            return db.session.get(Offer, offer_id).rep_id

    with ThreadPoolExecutor(len(offer_ids)) as pool:
        winners = set(pool.map(claim, offer_ids))

    assert winners == {reread(lead.id).owner_id}
    assert kinds(lead).count("accepted") == 1


def test_the_database_itself_refuses_a_second_pending_offer_to_the_same_rep(app, clock):
    Office()
    lead = make_lead()
    offer = pending_offer(lead)
    copy = {"lead_id": lead.id, "rep_id": offer.rep_id, "team_id": offer.team_id, "offered_at": clock.now()}

    with pytest.raises(IntegrityError), transaction():
        db.session.add(Offer(**copy, expires_at=clock.now()))


def test_the_database_itself_refuses_a_taken_lead_without_an_owner(app, clock):
    Office()
    lead = make_lead()

    with pytest.raises(IntegrityError), transaction():
        lead.state = LeadState.CLAIMED
