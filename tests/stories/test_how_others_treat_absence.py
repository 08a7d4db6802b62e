"""How other routers treat people who are away, by what their users complain of: asks 12 to 18 and 25, each named after
the failure.

Of ask 16 this tests what becomes of the lead: to look for holes in the rota before a lead falls into one is not the
business of routing.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Rule
from leadapp.routing.values import AfterHours
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import make_lead, pending_offer
from tests.stories.crew import DAY, HOUR, MINUTE, Crew

DANA = "+14155550123"


def customer_of_ana(crew):
    """Ana has worked with Dana, and that is done."""
    first = make_lead(phone=DANA)
    assert crew.asked(first) == ["Ana"]
    crew.take(first)
    record_contact(first.id, kind="call", now=crew.now)
    close_lead(first.id, outcome="won", now=crew.now)


def test_who_has_left_receives_no_lead_by_any_way(app, clock):
    """Ask 12: terminated and inactive staff still receive leads."""
    crew = Crew(clock)
    customer_of_ana(crew)
    boilers = {"name": "Boilers", "position": 1, "created_at": clock.now()}
    with transaction():
        is_boiler = [{"field": "service", "op": "is", "value": "Boiler"}]
        db.session.add(Rule(**boilers, conditions=is_boiler, rep_id=crew.id_of("Ana")))
    claimed, waiting = make_lead(), make_lead(service="Boiler")
    accept_offer(pending_offer(claimed).id, now=clock.now())

    retire_rep(crew.id_of("Ana"), now=clock.now())

    leads = [claimed, waiting, make_lead(phone=DANA), make_lead(service="Boiler"), make_lead(), make_lead()]
    assert [crew.holder(lead) for lead in leads] == ["Ben"] * 6


def test_being_away_needs_no_edit_of_a_rule(app, clock):
    """Ask 13: assign by shift, with an away button that the agent presses himself."""
    crew = Crew(clock)
    crew.changes("Ben", shifts={"sun": [["12:00", "18:00"]]})
    assert crew.get_leads(2) == ["Ana", "Ana"]

    clock.advance(2 * HOUR)  # it is past noon
    crew.goes("Ana", "busy", until=clock.now() + timedelta(minutes=30))

    assert crew.get_leads(3) == ["Ben", "Ben", "Ben"]
    clock.advance(30 * MINUTE)
    assert "Ana" in crew.get_leads(2)


def test_my_leads_go_to_whom_i_name_while_i_am_away_and_what_i_hold_is_let_go(app, clock):
    """Ask 14: "assign tickets to this person while I am away", and release what I already hold."""
    crew = Crew(clock, "Carla")
    customer_of_ana(crew)
    offered = next(lead for lead in iter(make_lead, None) if crew.holder(lead) == "Ana")
    claimed = make_lead()
    assign_lead(claimed.id, crew.id_of("Ana"), now=clock.now())

    change = set_presence(crew.id_of("Ana"), state="out", cover_id=crew.id_of("Carla"), now=clock.now())
    again = make_lead(phone=DANA)

    assert again.why["sentence"] == "Carla covers for Ana, who has worked with this customer."
    assert crew.holder(offered) != "Ana"
    assert (crew.holder(claimed), change.still_claimed) == ("Ana", 1)
    release_lead(claimed.id, reason="I am away", now=clock.now())
    assert crew.holder(claimed) != "Ana"


def test_a_chain_of_covers_does_not_break(app, clock):
    """Ask 15: A covered by B covered by C loses A's work."""
    crew = Crew(clock, "Carla")
    customer_of_ana(crew)
    crew.goes("Ben", "out", cover="Carla")
    crew.goes("Ana", "out", cover="Ben")

    again = make_lead(phone=DANA)

    assert again.why["sentence"] == "Carla covers for Ana, who has worked with this customer."
    assert crew.asked(again) == ["Carla"]


def test_a_cover_is_neither_shown_nor_asked_after_the_end_date(app, clock):
    """Ask 15 too: the cover is still shown when the absence is over."""
    crew = Crew(clock)
    customer_of_ana(crew)
    crew.goes("Ana", "out", cover="Ben", until=clock.now() + timedelta(days=7))
    assert crew.shown("Ana")["cover"]["name"] == "Ben"

    clock.advance(7 * DAY)

    assert (crew.shown("Ana")["presence"], crew.shown("Ana")["cover"]) == ("available", None)
    assert crew.asked(make_lead(phone=DANA)) == ["Ana"]


def test_who_is_on_leave_and_still_on_the_rota_leaves_no_lead_unheard(app, clock):
    """Ask 16: people on leave are still on the rota, and only they are told."""
    crew = Crew(clock, hours={"mon": [["08:00", "17:00"]]}, after_hours=AfterHours.ON_CALL)
    rota = {"reps": [crew.id_of("Ana"), crew.id_of("Ben")], "handover": "mon 08:00", "from": "2026-11-16"}
    change_team(crew.team_id, {"on_call": rota}, now=clock.now())
    on_duty = make_lead()
    assert crew.holder(on_duty) == "Ana"
    crew.goes("Ana", "out", start=clock.now() + timedelta(hours=1), until=clock.now() + timedelta(days=5))

    crew.waits(HOUR)
    late_at_night = make_lead()

    assert (crew.holder(on_duty), crew.holder(late_at_night)) == ("Ben", "Ben")
    assert late_at_night.why["sentence"] == "Plumbing is closed; Ana is on call and not free, so Ben is asked."
    assert crew.told(late_at_night) == ["Ben"]


def test_a_closed_app_is_no_absence(app, clock):
    """Ask 17: on a phone the agent is offline the moment another app opens, and everything lands unassigned."""
    crew = Crew(clock, tries=1)
    for _day in range(3):  # nothing is heard of anybody
        make_lead()
        crew.waits(DAY)

    assert crew.get_leads(2) == ["Ben", "Ana"]
    assert crew.shown("Ana")["presence"] == "available"


@pytest.mark.parametrize("how", ["by his own word", "when his time is up"])
def test_who_comes_back_is_offered_the_oldest_lead_before_any_new_one(app, clock, how):
    """Ask 18: when someone comes back, the oldest waiting item must go first, not the next new one."""
    crew = Crew(clock)
    crew.goes("Ben", "out")
    crew.goes("Ana", "out", until=clock.now() + timedelta(hours=1))
    oldest = make_lead()
    clock.advance(MINUTE)
    older = make_lead()

    if how == "by his own word":
        crew.is_back("Ana")
    else:
        crew.waits(HOUR)
    new = make_lead()

    assert [crew.asked(lead) for lead in (oldest, older, new)] == [["Ana"], [], ["Ana"]]
    crew.take(oldest)
    crew.take(new)
    crew.waits(1)
    assert crew.asked(older) == ["Ana"], "and the next as soon as his hands are free"


@pytest.mark.parametrize("starts", [0, HOUR], ids=["now", "as planned"])
def test_unaccepted_work_does_not_stay_with_a_rep_who_goes_busy(app, clock, starts):
    """Ask 25: unaccepted work stays "indefinitely" with a rep who went busy, unless a time-out is set."""
    crew = Crew(clock, claim_seconds=8 * HOUR)
    unaccepted, accepted = make_lead(), make_lead()
    assign_lead(accepted.id, crew.id_of("Ana"), now=clock.now())
    assert crew.holder(unaccepted) == "Ana"

    crew.goes("Ana", "busy", start=clock.now() + timedelta(seconds=starts), until=clock.now() + timedelta(hours=6))
    crew.waits(starts)

    assert (crew.asked(unaccepted), crew.holder(unaccepted)) == (["Ana", "Ben"], "Ben")
    assert crew.holder(accepted) == "Ana", "what she took is hers"
