"""Somebody goes away with an offer in hand: it moves at once, and nobody who is away is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState, TeamMode
from leadapp.transaction import transaction
from leadapp.workflow.configuration.reps import change_rep
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.errors import Invalid
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer, reread


def test_going_out_moves_a_pending_offer_at_once_and_leaves_claimed_leads_to_hand_over(app, clock):
    office = Office()
    claimed = make_lead()
    accept_offer(pending_offer(claimed).id, now=clock.now())
    make_lead()
    waiting = make_lead()
    assert reread(waiting.id).accountable_id == office.ana.id

    change = set_presence(office.ana.id, state="out", now=clock.now(), until=clock.now() + timedelta(hours=8))

    assert (change.offers_moved, change.still_claimed) == (1, 1)
    assert pending_offer(waiting).rep_id == reread(waiting.id).accountable_id == office.ben.id
    assert offers_of(waiting)[0].outcome == "withdrawn"
    assert reread(claimed.id).owner_id == office.ana.id


def test_when_everybody_is_away_a_lead_goes_to_the_fallback_at_once(app, clock):
    office = Office()
    set_presence(office.ana.id, state="out", now=clock.now())
    set_presence(office.ben.id, state="busy", now=clock.now(), until=clock.now() + timedelta(minutes=30))

    lead = make_lead()

    assert (lead.state, lead.accountable_id) == (LeadState.QUEUED, office.mia.id)
    reasons = {c["rep"]["name"]: c["reason"] for c in lead.why["considered"]}
    assert reasons == {"Ana": "out", "Ben": "busy"}


def test_a_job_that_ends_by_its_time_needs_nobody_to_press_anything(app, clock):
    office = Office()
    set_presence(office.ana.id, state="busy", now=clock.now(), until=clock.now() + timedelta(minutes=30))
    assert make_lead().accountable_id == office.ben.id
    assert make_lead().accountable_id == office.ben.id

    clock.advance(1801)

    assert make_lead().accountable_id == office.ana.id


def test_an_absence_that_begins_later_leaves_todays_offers_alone(app, clock):
    office = Office()
    lead = make_lead()

    change = set_presence(
        office.ana.id,
        state="out",
        now=clock.now(),
        start=clock.now() + timedelta(hours=2),
        until=clock.now() + timedelta(hours=9),
    )

    assert change.offers_moved == 0
    assert pending_offer(lead).rep_id == office.ana.id


def test_who_comes_back_joins_level_instead_of_getting_a_flood(app, clock):
    office = Office()
    set_presence(office.ana.id, state="out", now=clock.now())
    for _ in range(6):
        make_lead()
    set_presence(office.ana.id, state="available", now=clock.now())

    next_four = [make_lead().accountable_id for _ in range(4)]

    assert sorted(next_four[:2]) == sorted([office.ana.id, office.ben.id])
    assert next_four.count(office.ana.id) == 2


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"state": "out", "until": timedelta(hours=-1)}, "until"),
        ({"state": "out", "cover": "Ana"}, "cover"),
        ({"state": "out", "cover": "nobody"}, "cover"),
        ({"state": "asleep"}, "state"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(app, clock, nonsense, field):
    office = Office()
    cover = {"Ana": office.ana.id, None: None}.get(nonsense.get("cover"), "no-such-id")
    until = clock.now() + nonsense["until"] if "until" in nonsense else None

    with pytest.raises(Invalid) as caught:
        set_presence(office.ana.id, state=nonsense["state"], now=clock.now(), until=until, cover_id=cover)

    assert caught.value.errors[0][0] == field
    assert make_lead().accountable_id == office.ana.id


def test_covers_in_a_circle_are_refused(app, clock):
    office = Office()
    set_presence(office.ben.id, state="out", now=clock.now(), cover_id=office.ana.id)

    with pytest.raises(Invalid, match="circle"):
        set_presence(office.ana.id, state="out", now=clock.now(), cover_id=office.ben.id)


def test_whoever_leaves_the_company_leaves_no_lead_behind(app, clock):
    office = Office()
    claimed = make_lead()
    accept_offer(pending_offer(claimed).id, now=clock.now())

    retire_rep(office.ana.id, now=clock.now())

    lead = reread(claimed.id)
    assert lead.owner_id is None
    assert lead.accountable_id == office.ben.id


def test_a_queued_lead_leaves_a_fallback_who_goes_away(app, clock):
    office = Office(claim_seconds=60, tries=1)
    lead = make_lead()
    advance_lead(lead.id, clock.advance(60))
    assert reread(lead.id).accountable_id == office.mia.id

    set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)

    assert (reread(lead.id).state, reread(lead.id).accountable_id) == (LeadState.QUEUED, office.olivia.id)


@pytest.mark.parametrize("goes", ["out", "away for good"])
def test_somebody_who_is_there_answers_for_a_lead_that_everybody_is_asked_about(app, clock, goes):
    office = Office(mode=TeamMode.BROADCAST)
    lead = make_lead()
    assert lead.accountable_id == office.mia.id

    if goes == "out":
        set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)
    else:
        change_team(office.plumbing.id, {"fallback": office.olivia.id}, now=clock.now())
        change_rep(office.mia.id, {"active": False}, now=clock.now())

    lead = reread(lead.id)
    assert (lead.state, lead.accountable_id) == (LeadState.OFFERED, office.olivia.id)
    assert [offer.outcome.value for offer in offers_of(lead)] == ["pending", "pending"]


def test_a_rep_nobody_can_reach_is_said_to_have_heard_nothing(app, clock):
    office = Office()
    with transaction():
        office.ana.email = None

    lead = make_lead()

    texts = [row["text"] for row in lead_shape(lead.id)["timeline"]]
    assert "Ana was not told: there is no phone number, e-mail or device to reach them by." in texts
