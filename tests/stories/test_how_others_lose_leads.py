"""How other routers lose leads, by what their users complain of: asks 12 to 26, each named after the failure.

Of ask 16 this tests what becomes of the lead; finding holes in the rota before a lead does is not part of routing. Of
ask 26, who may hand leads to whom is a matter of roles; here it is that nobody does it unseen.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from leadapp.extensions import db
from leadapp.models import Message, Rep, Rule
from leadapp.queries.configuration import rep_shapes
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.errors import Taken
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead, take_queued
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import make_lead, offers_of, pending_offer, reread
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
    waiting, claimed = make_lead(), make_lead()
    assign_lead(claimed.id, crew.id_of("Ana"), now=clock.now())
    assign_lead(waiting.id, crew.id_of("Carla"), now=clock.now())
    release_lead(waiting.id, reason="too far", now=clock.now())
    offered = next(lead for lead in (make_lead() for _ in range(4)) if crew.holder(lead) == "Ana")

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
    assert shown(crew, "Ana")["cover"]["name"] == "Ben"

    clock.advance(7 * DAY)

    assert (shown(crew, "Ana")["presence"], shown(crew, "Ana")["cover"]) == ("available", None)
    assert crew.asked(make_lead(phone=DANA)) == ["Ana"]


def test_a_closed_app_is_no_absence(app, clock):
    """Ask 17: on a phone the agent is offline the moment another app opens, and everything lands unassigned."""
    crew = Crew(clock, tries=1)
    for _day in range(3):  # nothing is heard of anybody
        make_lead()
        crew.waits(DAY)

    assert crew.get_leads(2) == ["Ben", "Ana"]
    assert shown(crew, "Ana")["presence"] == "available"


def test_silence_moves_the_lead_and_each_move_starts_the_clock_anew(app, clock):
    """Ask 19: if the assignee does not answer in X minutes, move it, and restart the timer on each move."""
    crew = Crew(clock, "Carla", claim_seconds=300, tries=3)
    lead = make_lead()

    for name, late in (("Ben", 0), ("Carla", 45)):
        crew.waits(300 + late)
        assert crew.holder(lead) == name
        assert pending_offer(lead).expires_at == clock.now() + timedelta(seconds=300)
        assert crew.asked(lead)[-1] == name


def test_a_step_with_nobody_takes_no_time_and_does_not_become_everybody(app, clock):
    """Ask 20: a step with nobody on call waits out its full delay, or falls back to everyone silently."""
    crew = Crew(clock, "Carla")
    chain = [
        {"ask": "rotation", "tries": 2, "seconds": 300},
        {"ask": "person", "rep": crew.id_of("Olivia"), "seconds": 600},
    ]
    change_team(crew.team_id, {"chain": chain}, now=clock.now())
    for name in ("Ana", "Ben", "Carla", "Olivia"):
        crew.goes(name, "out")

    lead = make_lead()

    assert (lead.state, crew.holder(lead), crew.asked(lead)) == (LeadState.QUEUED, "Mia", [])
    assert lead.why["sentence"] == "Nobody in Plumbing could take it; Mia gets it."
    assert {rep.name for rep in told(lead)} == {"Mia"}


def test_two_assigners_at_once_move_a_lead_once(app, clock):
    """Ask 21: two assigners race, and one conversation is assigned dozens of times."""
    crew = Crew(clock, "Carla", claim_seconds=60, tries=3)
    lead = make_lead()
    now = clock.advance(60)

    at_once(app, *[lambda: advance_lead(lead.id, now)] * 6)

    assert crew.asked(lead) == ["Ana", "Ben"]
    assert kinds(lead).count("expired") == 1


def test_a_click_and_the_clock_at_once_leave_one_owner(app, clock):
    """Ask 21 too: a manual click races the automation, and "Assigned to X" repeats."""
    crew = Crew(clock, "Carla", claim_seconds=60, tries=3)
    lead, ben, mia = make_lead(), crew.id_of("Ben"), crew.id_of("Mia")
    now = clock.advance(60)

    at_once(
        app,
        *[lambda: assign_lead(lead.id, ben, now=now, actor_id=mia)] * 3,
        *[lambda: advance_lead(lead.id, now)] * 3,
    )

    assert (reread(lead.id).state, crew.holder(lead)) == (LeadState.CLAIMED, "Ben")
    assert kinds(lead).count("assigned") == 1
    assert "pending" not in [offer.outcome for offer in offers_of(lead)]


def test_automation_does_not_override_whom_a_person_chose_and_a_second_picker_hears_who_has_it(app, clock):
    """Ask 22: auto-assign overrides a manual choice; several agents pick the same ticket."""
    crew = Crew(clock, claim_seconds=60, contact_seconds=60, repeat_seconds=60)
    lead = make_lead()
    to_ana = pending_offer(lead)
    assign_lead(lead.id, crew.id_of("Ben"), now=clock.now(), actor_id=crew.id_of("Mia"))

    for _ in range(5):
        crew.waits(61)

    with pytest.raises(Taken, match="Ben"):
        accept_offer(to_ana.id, now=clock.now())
    with pytest.raises(Taken, match="Ben"):
        take_queued(lead.id, crew.id_of("Mia"), now=clock.now())
    assert crew.holder(lead) == "Ben"


def test_the_fallback_is_rung_until_somebody_reacts_not_five_times(app, clock):
    """Ask 23: repeat until somebody reacts; the repeats end after five."""
    crew = Crew(clock, claim_seconds=60, tries=1, repeat_seconds=120)
    lead = make_lead()
    crew.waits(60)

    for rings in range(1, 31):
        crew.waits(120)
        assert kinds(lead).count("rang") == rings

    take_queued(lead.id, crew.id_of("Mia"), now=clock.now())
    crew.waits(120)
    assert kinds(lead).count("rang") == 30


def test_the_only_rep_there_passes_and_the_lead_is_not_stuck(app, clock):
    """Ask 24: with one rep available a declined item is never offered again until he goes offline and back."""
    crew = Crew(clock, repeat_seconds=60)
    crew.goes("Ben", "out")
    lead = make_lead()
    to_ana = pending_offer(lead)

    pass_offer(to_ana.id, reason="on the roof", now=clock.now())

    assert (reread(lead.id).state, crew.holder(lead)) == (LeadState.QUEUED, "Mia")
    crew.waits(60)
    assert kinds(lead).count("rang") == 1
    accept_offer(to_ana.id, now=clock.now())
    assert crew.holder(lead) == "Ana"


def test_nobody_reassigns_unseen(app, clock):
    """Ask 26: reps re-assign among themselves without oversight."""
    crew = Crew(clock)
    lead = make_lead()
    for giver, taker in (("Mia", "Ben"), ("Ben", "Ana"), ("Ana", "Ben")):
        clock.advance(MINUTE)
        assign_lead(lead.id, crew.id_of(taker), now=clock.now(), actor_id=crew.id_of(giver))
    release_lead(lead.id, reason="not mine", now=clock.now(), actor_id=crew.id_of("Mia"))

    by_people = [row for row in lead_shape(lead.id)["timeline"] if row["kind"] in ("assigned", "released")]

    assert [(row["actor"]["name"], row["text"]) for row in by_people] == [
        ("Mia", "Given to Ben."),
        ("Ben", "Given to Ana."),
        ("Ana", "Given to Ben."),
        ("Mia", "Ben handed it back: not mine"),
    ]


def shown(crew, name):
    """The rep as the API shows him."""
    [shape] = rep_shapes([db.session.get_one(Rep, crew.id_of(name), populate_existing=True)], crew.now)
    return shape


def kinds(lead):
    return [row["kind"] for row in lead_shape(lead.id)["timeline"]]


def told(lead):
    return db.session.query(Rep).join(Message, Message.rep_id == Rep.id).filter(Message.lead_id == lead.id).all()


def at_once(app, *actions):
    """All of them in the same moment, each in a thread of its own; whatever one of them raises is raised here."""
    barrier = Barrier(len(actions))

    def act(action):
        with app.app_context():
            barrier.wait(30)
            action()

    db.session.rollback()  # else SQLite's reader would see the past
    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(act, actions))
