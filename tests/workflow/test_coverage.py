"""The proof of coverage, from what is stored."""

from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Business
from leadapp.routing.coverage import Ends
from leadapp.routing.coverage_words import what_is_wrong
from leadapp.transaction import transaction
from leadapp.workflow.coverage import prove_coverage
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import Office, make_business, make_rep, make_team

DAY = timedelta(days=1)


@pytest.fixture
def office(app, clock) -> Office:
    return make_business()


def out(rep, clock, start, end, **more):
    now = clock.now()
    set_presence(rep.id, state="out", now=now, start=now + start, until=now + end, **more)


def test_a_business_that_is_all_there_is_covered(office, clock):
    assert prove_coverage(clock.now()).holes == []


def test_planned_absences_make_a_hole_where_they_meet(office, clock):
    out(office.ana, clock, DAY, 5 * DAY)
    out(office.ben, clock, 3 * DAY, 8 * DAY)
    out(office.mia, clock, 2 * DAY, 4 * DAY)

    [hole] = prove_coverage(clock.now()).holes

    assert (hole.start, hole.end) == (clock.now() + 3 * DAY, clock.now() + 4 * DAY)
    assert hole.ends is Ends.LAST_RESORT


def test_a_cover_closes_the_hole(office, clock):
    out(office.ana, clock, DAY, 5 * DAY)
    out(office.ben, clock, DAY, 5 * DAY)
    out(office.mia, clock, DAY, 5 * DAY, cover_id=office.olivia.id)

    assert prove_coverage(clock.now()).holes == []


def test_an_absence_that_was_dropped_counts_for_nothing(office, clock):
    for rep in (office.ana, office.ben, office.mia):
        out(rep, clock, DAY, 5 * DAY)
        set_presence(rep.id, state="available", now=clock.now())

    assert prove_coverage(clock.now()).holes == []


def test_a_fallback_without_a_working_phone_is_a_hole_where_nobody_else_is(office, clock):
    make_team("Drains", [], office.mia)
    with transaction():
        db.session.merge(office.mia).reachable = False

    proof = prove_coverage(clock.now())
    [hole] = proof.holes

    assert proof.facts.teams[hole.team_id].name == "Drains"
    assert what_is_wrong(hole, proof.facts) == "nobody is in the team, and Mia, the fallback, has no working phone"


def test_what_only_the_row_of_a_rep_says_counts(office, clock):
    """As the decision goes by it."""
    ida = make_rep("Ida", presence="out", presence_until=clock.now() + DAY)
    make_team("Drains", [], ida)
    with transaction():
        db.session.merge(office.mia).reachable = False

    [hole] = prove_coverage(clock.now()).holes

    assert (hole.start, hole.end) == (clock.now(), clock.now() + DAY)


def test_whoever_has_left_is_not_there(office, clock):
    for rep in (office.ana, office.ben):
        retire_rep(rep.id, now=clock.now())
    with transaction():
        db.session.merge(office.mia).reachable = False

    proof = prove_coverage(clock.now())

    assert what_is_wrong(proof.holes[0], proof.facts).startswith("nobody is in the team")


def test_without_a_team_there_is_nothing_to_prove(app, clock):
    olivia = make_rep("Olivia", roles=["owner"])
    with transaction():
        db.session.add(Business(id=1, name="New", fallback_id=olivia.id))

    assert prove_coverage(clock.now()).holes == []
