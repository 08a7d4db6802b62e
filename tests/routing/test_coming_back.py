"""Who is free again takes what has waited longest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.coming_back import longest_waiting, offer_on_return
from leadapp.routing.decide import decide
from leadapp.routing.explain import sentence
from leadapp.routing.values import Because, Lead, Presence, Progress, Queue
from tests.routing.facts import CLOSED_TODAY, NAMES, NOON, USUAL, cast, snapshot, team


def queued(minutes_ago=0, *, id="lead", team_id="plumbing", asked=(), barred=(), **facts):
    progress = Progress(team_id, USUAL, len(USUAL.steps), 0, frozenset(asked), frozenset(barred))
    one = snapshot(progress=progress, **facts)
    lead = Lead(id=id, received_at=NOON - timedelta(minutes=minutes_ago), fields=one.lead.fields)
    return type(one)(lead, one.teams, one.reps, one.default_team_id, one.rules, one.progress)


def test_the_lead_that_has_waited_longest_comes_first():
    waiting = [queued(5, id="b"), queued(50, id="a"), queued(20, id="c")]

    assert longest_waiting(waiting, "ben", NOON) == "a"


def test_one_that_he_cannot_be_offered_is_left_to_others():
    waiting = [
        queued(50, id="asked", asked=["ben"]),
        queued(40, id="handed-back", barred=["ben"]),
        queued(30, id="elsewhere", team_id="drains"),
        queued(20, id="his"),
    ]

    assert longest_waiting(waiting, "ben", NOON) == "his"


def test_he_has_the_claim_clock_of_the_team_and_it_costs_neither_turn_nor_try():
    offer = offer_on_return(queued(), "ben", NOON)

    assert (offer.rep_ids, offer.accountable_id, offer.turn) == (("ben",), "ben", None)
    assert offer.expires_at == NOON + timedelta(seconds=300)
    assert sentence(offer.why, NAMES) == "Ben is back and takes the lead that has waited longest."


def test_when_he_passes_or_is_silent_the_lead_is_back_in_the_queue():
    offer = offer_on_return(queued(), "ben", NOON)
    progress = Progress("plumbing", offer.policy, offer.step, offer.tries, frozenset({"ben"}))

    decision = decide(snapshot(progress=progress), NOON)

    assert isinstance(decision, Queue)
    assert decision.why.because is Because.NOBODY_TOOK_IT


@pytest.mark.parametrize(
    "facts",
    [
        {"presence": Presence.OUT},
        {"presence": Presence.BUSY},
        {"active": False},
        {"reachable": False},
        {"shifts": CLOSED_TODAY},
        {"max_open": 2, "open_count": 2},
    ],
)
def test_who_cannot_be_asked_is_not(facts):
    assert offer_on_return(queued(reps=cast(ben=facts)), "ben", NOON) is None


def test_who_lacks_the_skill_is_not_asked():
    skilled = cast(ana={"services": ("drains",)}, ben={"services": ("boilers",)})

    assert offer_on_return(queued(reps=skilled, lead={"fields": {"service": "Drains"}}), "ben", NOON) is None
    assert offer_on_return(queued(reps=skilled, lead={"fields": {"service": "Drains"}}), "ana", NOON)


def test_who_is_not_in_the_team_is_not_asked():
    assert offer_on_return(queued(), "mia", NOON) is None
    assert offer_on_return(queued(), "nobody", NOON) is None


@given(st.permutations([queued(27, id="first"), queued(27, id="second"), queued(9, id="a"), queued(3, id="b")]))
def test_the_order_in_which_the_queue_is_read_changes_nothing(waiting):
    assert longest_waiting(waiting, "ben", NOON) == "first"


def test_a_member_nobody_knows_of_keeps_the_others_from_nothing():
    assert longest_waiting([queued(reps={"ben": cast()["ben"]})], "ben", NOON) == "lead"


def test_nobody_waits_in_a_team_that_is_no_more():
    assert offer_on_return(queued(team_id="gone"), "ben", NOON) is None
    assert longest_waiting([], "ben", NOON) is None
    assert offer_on_return(snapshot(team("ben")), "ben", NOON) is None
