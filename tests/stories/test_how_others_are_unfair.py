"""How other routers share leads badly, by what their users complain of: asks 1 to 11, each named after the failure.

Of ask 10 only half applies: there are no limits by the day here. A limit is what somebody may have open at one time,
and a lead for which everybody is at his limit is with the fallback at once (ask 9).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from leadapp.capture.lead import from_fields
from leadapp.routing.decide import decide
from leadapp.routing.values import AfterHours, LeadState, Rep
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.intake import store_together
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact
from leadapp.workflow.preview import preview_lead
from tests.builders import make_lead, reread
from tests.routing.facts import snapshot, team
from tests.stories.crew import DAY, Crew

PHONE = "+14155550123"


def test_back_from_vacation_is_level_not_flooded(app, clock):
    """Ask 1: whoever is back from vacation gets more leads than the rest, in an order nobody can foresee."""
    crew = Crew(clock, "Carla")
    crew.get_leads(4)
    crew.goes("Ana", "out")
    clock.advance(14 * DAY)
    crew.get_leads(21)
    crew.is_back("Ana")

    first, second, third = (crew.get_leads(3) for _ in range(3))

    assert sorted(first) == ["Ana", "Ben", "Carla"]
    assert first == second == third, "in the same order each time round"


def test_adding_or_removing_one_member_resets_nobodys_turns(app, clock):
    """Ask 2: one owner is added to the list or taken from it, and every count begins anew."""
    crew = Crew(clock, "Carla")
    crew.get_leads(4)
    before = crew.places()

    crew.changes("Carla", teams=[])
    crew.joins("Dora")

    assert {name: crew.places()[name] for name in ("Ana", "Ben", "team")} == {
        name: before[name] for name in ("Ana", "Ben", "team")
    }
    assert crew.get_leads(1) == ["Ben"], "Ana has had two turns, Ben one"


@pytest.mark.parametrize("state", ["busy", "out"])
def test_coming_back_is_not_the_end_of_the_line(app, clock, state):
    """Ask 3: anyone who returns from unavailable is put at the end of the queue."""
    crew = Crew(clock, "Carla")
    crew.goes("Ana", state)
    assert crew.get_leads(1) == ["Ben"]
    crew.is_back("Ana")

    following = crew.get_leads(3)

    assert following.index("Ana") < following.index("Ben")


def test_turns_of_the_absent_do_not_all_fall_on_one_backup(app, clock):
    """Ask 4: the turns of inactive members all go to one shared backup and skew the split."""
    crew = Crew(clock, "Carla", "Dora")
    crew.goes("Dora", "out", cover="Ben")

    assert Counter(crew.get_leads(12)) == {"Ana": 4, "Ben": 4, "Carla": 4}


def test_what_is_no_turn_does_not_move_the_rotation(app, clock):
    """Ask 5: putting one case on hold moved the rotation; only what counts may count."""
    crew = Crew(clock, "Carla")
    dana = make_lead(phone=PHONE)
    before = crew.places()

    preview_lead(from_fields({"message": "Hello"}, country="US", now=clock.now()), now=clock.now())
    make_lead(phone=PHONE, message="It is me again")
    assign_lead(dana.id, crew.id_of("Mia"), now=clock.now())
    assign_lead(dana.id, crew.id_of("Ben"), now=clock.now())
    record_contact(dana.id, kind="call", now=clock.now())
    close_lead(dana.id, outcome="won", now=clock.now())
    crew.take(make_lead(phone=PHONE, message="And another tap"))

    assert crew.places() == before


def test_a_new_member_does_not_receive_everything_until_level(app, clock):
    """Ask 6: who is new is so far behind that he gets lead after lead, unless he is given fake credits."""
    crew = Crew(clock)
    crew.get_leads(30)

    crew.joins("Carla")

    assert Counter(crew.get_leads(9)) == {"Ana": 3, "Ben": 3, "Carla": 3}


@pytest.mark.parametrize("outcome", ["spam", "duplicate"])
def test_junk_does_not_use_up_a_turn(app, clock, outcome):
    """Ask 7: no-shows use up a turn."""
    crew = Crew(clock)
    junk = make_lead()
    assert crew.asked(junk) == ["Ana"]
    close_lead(junk.id, outcome=outcome, now=clock.now())

    real = crew.get_leads(4)

    assert real == ["Ana", "Ben", "Ana", "Ben"]


def test_the_first_picks_can_be_explained_later(app, clock):
    """Ask 8: the manager asks why the first three picks were out of order, and nobody can say."""
    crew = Crew(clock, "Carla")
    crew.goes("Ben", "busy")
    leads = [make_lead() for _ in range(3)]
    for lead in leads:
        crew.take(lead)

    crew.is_back("Ben")
    crew.goes("Ana", "out")
    clock.advance(30 * DAY)

    explained = [(reread(lead.id).why["sentence"], verdicts(reread(lead.id))["Ben"]) for lead in leads]
    assert explained == [
        ("Ana's turn in Plumbing.", "busy"),
        ("Carla's turn in Plumbing.", "busy"),
        ("Ana's turn in Plumbing.", "busy"),
    ]


def test_leads_that_come_in_all_at_once_do_not_all_go_to_one(app, clock):
    """Ask 8 too: a bulk insert gives everything to one person."""
    crew = Crew(clock, "Carla")
    forms = [from_fields({"message": f"Form {number}"}, country="US", now=clock.now()) for number in range(9)]

    stored = store_together([Capture(form, clock.now()) for form in forms])

    assert [crew.holder(reread(each.lead_id)) for each in stored] == ["Ana", "Ben", "Carla"] * 3


def test_nobody_gets_more_than_the_others_although_limits_are_set(app, clock):
    """Ask 9: limits are set and one agent gets more than the others."""
    crew = Crew(clock, "Carla")
    for name in ("Ana", "Ben", "Carla"):
        crew.changes(name, max_open=2)
    taken = [make_lead() for _ in range(3)]
    for lead in taken:
        crew.take(lead)
        taken += [make_lead()] if len(taken) < 6 else []

    one_too_many = make_lead()

    assert Counter(crew.holder(lead) for lead in taken) == {"Ana": 2, "Ben": 2, "Carla": 2}
    assert (one_too_many.state, crew.holder(one_too_many)) == (LeadState.QUEUED, "Mia")
    assert verdicts(one_too_many) == dict.fromkeys(("Ana", "Ben", "Carla"), "at_capacity")


def test_a_gap_in_capacity_does_not_come_again_every_month(app, clock):
    """Ask 10: capacity is set to nothing for a holiday, and thirty days later the gap repeats."""
    crew = Crew(clock)
    crew.changes("Ana", max_open=1)
    holiday = make_lead()
    crew.take(holiday)
    assert set(crew.get_leads(10)) == {"Ben"}
    record_contact(holiday.id, kind="call", now=clock.now())
    crew.changes("Ana", max_open=None)

    for _month in range(3):
        assert Counter(crew.get_leads(6)) == {"Ana": 3, "Ben": 3}
        clock.advance(30 * DAY)


def test_in_a_weekday_rota_nobody_is_left_without_a_shift():
    """Ask 11: a rota that skips weekends and counts days: 4 people of 14 never get a shift."""
    people = {f"p{number:02}": Rep(f"p{number:02}", f"Person {number}") for number in range(14)}
    rota = {"reps": list(people), "handover": "mon 08:00", "from": "2026-01-05"}
    weekdays = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    plumbing = team(*people, hours=weekdays, after_hours=AfterHours.ON_CALL, on_call=rota)
    monday_night = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
    weeknights = [monday_night + timedelta(weeks=week, days=day) for week in range(14) for day in range(5)]

    nights = Counter(decide(snapshot(plumbing, reps=people), night).accountable_id for night in weeknights)

    assert nights == dict.fromkeys(people, 5)


def verdicts(lead):
    """Who was passed over for this lead, and why."""
    return {one["rep"]["name"]: one["reason"] for one in lead.why["considered"] if one["verdict"] == "skipped"}
