"""How other routers lose leads on the way, by what their users complain of: asks 19 to 24 and 26, each named after the
failure.

Of ask 26 it is not tested who may hand leads to whom, which is a matter of roles, but that nobody does it unseen.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from leadapp.extensions import db
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.errors import Taken
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, release_lead, take_queued
from tests.builders import make_lead, offers_of, pending_offer, reread
from tests.stories.crew import MINUTE, Crew


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
    assert set(crew.told(lead)) == {"Mia"}


def test_two_assigners_at_once_move_a_lead_once(app, clock):
    """Ask 21: two assigners race, and one conversation is assigned dozens of times."""
    crew = Crew(clock, "Carla", claim_seconds=60, tries=3)
    lead = make_lead()
    lead_id, now = lead.id, clock.advance(60)

    at_once(app, *[lambda: advance_lead(lead_id, now)] * 6)

    assert crew.asked(lead) == ["Ana", "Ben"]
    assert crew.timeline(lead).count("expired") == 1


def test_a_click_and_the_clock_at_once_leave_one_owner(app, clock):
    """Ask 21 too: a manual click races the automation, and "Assigned to X" repeats."""
    crew = Crew(clock, "Carla", claim_seconds=60, tries=3)
    lead, ben, mia = make_lead(), crew.id_of("Ben"), crew.id_of("Mia")
    lead_id, now = lead.id, clock.advance(60)

    at_once(
        app,
        *[lambda: assign_lead(lead_id, ben, now=now, actor_id=mia)] * 3,
        *[lambda: advance_lead(lead_id, now)] * 3,
    )

    assert (reread(lead.id).state, crew.holder(lead)) == (LeadState.CLAIMED, "Ben")
    assert crew.timeline(lead).count("assigned") == 1
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
        assert crew.timeline(lead).count("rang") == rings

    take_queued(lead.id, crew.id_of("Mia"), now=clock.now())
    crew.waits(120)
    assert crew.timeline(lead).count("rang") == 30


def test_the_only_rep_there_passes_and_the_lead_is_not_stuck(app, clock):
    """Ask 24: with one rep available a declined item is never offered again until he goes offline and back."""
    crew = Crew(clock, repeat_seconds=60)
    crew.goes("Ben", "out")
    lead = make_lead()
    to_ana = pending_offer(lead)

    pass_offer(to_ana.id, reason="on the roof", now=clock.now())

    assert (reread(lead.id).state, crew.holder(lead)) == (LeadState.QUEUED, "Mia")
    crew.waits(60)
    assert crew.timeline(lead).count("rang") == 1
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


def at_once(app, *actions):
    """All of them in the same moment, each in a thread of its own; whatever one of them raises is raised here."""
    barrier = Barrier(len(actions))

    def act(action):
        with app.app_context():
            barrier.wait(30)
            action()

    db.session.rollback()  # what it has read so far may be the past by then
    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(act, actions))
