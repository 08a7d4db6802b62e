"""The ledger of turns, and what a team does about turns that were missed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Membership, Turn
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import close_lead
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer


def lines(rep):
    turns = db.session.scalars(select(Turn).where(Turn.rep_id == rep.id).order_by(Turn.id))
    return [(turn.kind.value, turn.reason) for turn in turns]


def kinds(rep):
    return [kind for kind, _reason in lines(rep)]


def place(office, rep):
    return db.session.get_one(Membership, (office.plumbing.id, rep.id), populate_existing=True)


def test_a_turn_that_is_used_was_earned(app, clock):
    office = Office()

    make_lead()
    make_lead()

    assert kinds(office.ana) == ["earned", "used", "earned"]
    assert kinds(office.ben) == ["earned", "used", "earned"]


def test_who_is_on_a_job_when_his_turn_comes_reads_that_it_cost_him_nothing(app, clock):
    office = Office()
    make_lead()
    set_presence(office.ben.id, state="busy", now=clock.now())

    make_lead()
    make_lead()

    assert lines(office.ben)[1:] == [
        ("skipped", "It was your turn, but you were on a job. Ana was asked; it cost you nothing.")
    ]


def test_who_joins_reads_that_he_is_level(app, clock):
    office = Office()
    make_lead()

    carla = create_rep(
        {"name": "Carla", "email": "carla@example.com", "teams": [{"team": office.plumbing.id}]}, now=clock.now()
    )

    turn = db.session.scalar(select(Turn).where(Turn.rep_id == carla))
    assert (turn.kind, turn.reason) == ("earned", "You joined, level with the others.")


def test_who_leaves_a_team_with_a_turn_in_hand_and_joins_again_has_the_one_turn_of_whoever_joins(app, clock):
    office = Office()
    make_lead()
    make_lead()
    change_rep(office.ana.id, {"teams": []}, now=clock.now())

    change_rep(office.ana.id, {"teams": [{"team": office.plumbing.id}]}, now=clock.now())

    assert lines(office.ana)[-3:] == [
        ("earned", "Your turn came round."),
        ("skipped", "You left the team before this turn came."),
        ("earned", "You joined, level with the others."),
    ]


def test_junk_gives_the_turn_back_once(app, clock):
    office = Office()
    lead = make_lead()

    close_lead(lead.id, outcome="spam", now=clock.now())
    close_lead(lead.id, outcome="spam", now=clock.now())

    assert lines(office.ana)[-1] == ("given_back", "The lead was spam.")
    assert kinds(office.ana).count("given_back") == 1
    assert make_lead().accountable_id == office.ana.id


@pytest.mark.parametrize(("missed", "then"), [("level", "Carla"), ("keep", "Ana")])
def test_a_pass_uses_the_turn_unless_the_team_keeps_it(app, clock, missed, then):
    office = Office()
    create_rep(
        {"name": "Carla", "email": "carla@example.com", "teams": [{"team": office.plumbing.id}]}, now=clock.now()
    )
    change_team(office.plumbing.id, {"rejoin": {"passed": missed}}, now=clock.now())
    lead = make_lead()
    pass_offer(pending_offer(lead).id, now=clock.now())  # Ben is asked for it now, and uses his turn

    following = make_lead()

    assert following.why["sentence"] == f"{then}'s turn in Plumbing."
    assert ("given_back" in kinds(office.ana)) == (missed == "keep")


def test_a_kept_turn_that_is_junk_in_the_end_is_given_back_once(app, clock):
    office = Office()
    change_team(office.plumbing.id, {"rejoin": {"passed": "keep"}}, now=clock.now())
    lead = make_lead()
    pass_offer(pending_offer(lead).id, now=clock.now())

    close_lead(lead.id, outcome="spam", now=clock.now())

    assert kinds(office.ana).count("given_back") == 1
    assert kinds(office.ben).count("given_back") == 1


@pytest.mark.parametrize("missed", ["level", "keep"])
def test_who_comes_back_is_level_or_next_as_the_team_says(app, clock, missed):
    office = Office()
    create_rep(
        {"name": "Carla", "email": "carla@example.com", "teams": [{"team": office.plumbing.id}]}, now=clock.now()
    )
    change_team(office.plumbing.id, {"rejoin": {"out": missed}}, now=clock.now())
    make_lead()
    set_presence(office.ana.id, state="out", now=clock.now())
    for _ in range(6):
        make_lead()
    set_presence(office.ana.id, state="available", now=clock.now())

    back = [make_lead().accountable_id for _ in range(6)]

    assert back.count(office.ana.id) == (3 if missed == "keep" else 2)
    assert (back[0] == office.ana.id) == (missed == "keep")


def test_turns_to_catch_up_come_so_many_an_hour(app, clock):
    office = Office()
    change_team(office.plumbing.id, {"rejoin": {"at_capacity": "catch_up", "catch_up_per_hour": 2}}, now=clock.now())
    change_rep(office.ana.id, {"max_open": 1}, now=clock.now())
    first = make_lead()
    accept_offer(pending_offer(first).id, now=clock.now())
    for _ in range(4):
        make_lead()
    owed = place(office, office.ana).turns_to_catch_up
    close_lead(first.id, outcome="won", now=clock.now())
    clock.advance(60)

    extra = [make_lead() for _ in range(6)]

    assert owed >= 2
    caught_up = [turn for turn in lines(office.ana) if turn == ("used", "You were offered a lead, to catch up.")]
    assert len(caught_up) == 1
    assert place(office, office.ana).turns_to_catch_up == owed - 1
    assert len([lead for lead in extra if offers_of(lead)[0].rep_id == office.ana.id]) == 4

    clock.advance(1800)
    for _ in range(4):
        make_lead()

    assert place(office, office.ana).turns_to_catch_up == owed - 2
