"""What happens to a lead while its team is closed, and what is said about it."""

from __future__ import annotations

import pytest

from leadapp.routing.decide import decide
from leadapp.routing.explain import sentence
from leadapp.routing.values import AfterHours, Because, Hold, Offer, Presence, Progress, Refusal
from tests.routing.facts import CLOSED_TODAY, NAMES, NOON, URGENT, cast, snapshot, team

OUT = {"presence": Presence.OUT}
URGENT_LEAD = {"urgent": True}
ROTA = {"reps": ["ben", "carla", "ana"], "from": "2026-11-23", "handover": "mon 00:00"}


def closed(after_hours, *members, **facts):
    return team(*(members or ("ana", "ben")), hours=CLOSED_TODAY, after_hours=after_hours, **facts)


@pytest.mark.parametrize(
    ("after_hours", "urgent_after_hours", "expected"),
    [
        (AfterHours.HOLD, None, Because.TURN),
        (AfterHours.ROUTE, None, Because.TURN),
        (AfterHours.ON_CALL, None, Because.ON_CALL),
        (AfterHours.HOLD, AfterHours.HOLD, Because.CLOSED),
        (AfterHours.ROUTE, AfterHours.HOLD, Because.CLOSED),
        (AfterHours.HOLD, AfterHours.ON_CALL, Because.ON_CALL),
        (AfterHours.ON_CALL, AfterHours.ROUTE, Because.TURN),
    ],
)
def test_urgent_leads_have_their_own_answer_and_without_one_are_never_held(after_hours, urgent_after_hours, expected):
    one = closed(after_hours, urgent_after_hours=urgent_after_hours, on_call=ROTA)

    assert decide(snapshot(one, lead=URGENT_LEAD), NOON).why.because is expected


def test_the_answer_for_urgent_leads_is_for_no_other():
    one = closed(AfterHours.ROUTE, urgent_after_hours=AfterHours.HOLD)

    assert isinstance(decide(snapshot(one), NOON), Offer)


def test_a_held_lead_that_turned_urgent_goes_on_at_once_on_the_urgent_clock():
    decision = decide(snapshot(closed(AfterHours.HOLD), lead=URGENT_LEAD, progress=Progress()), NOON)

    assert isinstance(decision, Offer)
    assert decision.policy == URGENT


def test_a_held_lead_that_turned_urgent_stays_where_urgent_leads_are_held_too():
    one = closed(AfterHours.HOLD, urgent_after_hours=AfterHours.HOLD)

    assert isinstance(decide(snapshot(one, lead=URGENT_LEAD, progress=Progress()), NOON), Hold)


class TestOnCall:
    def asked(self, **absent):
        return decide(snapshot(closed(AfterHours.ON_CALL, on_call=ROTA), reps=cast(**absent)), NOON)

    def test_the_cover_of_whoever_is_away_comes_before_the_next_of_the_rota(self):
        assert self.asked(ben=OUT | {"cover_id": "mia"}).rep_ids == ("mia",)

    def test_the_next_of_the_rota_stands_in_when_neither_is_there(self):
        decision = self.asked(ben=OUT | {"cover_id": "mia"}, mia=OUT)

        assert (decision.rep_ids, decision.why.because) == (("carla",), Because.ON_CALL)
        assert [(one.rep_id, one.reason) for one in decision.why.considered] == [
            ("ben", Refusal.OUT),
            ("mia", Refusal.OUT),
            ("carla", None),
        ]

    def test_it_is_said_who_should_have_been_asked(self):
        expected = "Plumbing is closed; Ben is on call and not free, so Carla is asked."

        assert sentence(self.asked(ben=OUT).why, NAMES) == expected

    def test_who_is_off_shift_is_on_call_all_the_same(self):
        assert self.asked(ben=OUT, carla={"shifts": CLOSED_TODAY}).rep_ids == ("carla",)

    def test_when_nobody_on_call_is_free_it_is_routed_as_if_open_and_says_so(self):
        one = closed(AfterHours.ON_CALL, "ana", "mia", on_call={"reps": ["ben", "carla"]})

        decision = decide(snapshot(one, reps=cast(ben=OUT, carla=OUT)), NOON)

        assert decision.rep_ids == ("ana",)
        assert sentence(decision.why, NAMES) == "Ana's turn in Plumbing; nobody on call is free."
        assert {one.rep_id: one.reason for one in decision.why.considered}["carla"] is Refusal.OUT

    def test_a_known_customer_whose_rep_is_not_on_call_still_hears_why(self):
        one = closed(AfterHours.ON_CALL, on_call={"reps": ["carla"]})

        decision = decide(snapshot(one, reps=cast(carla=OUT), lead={"contact_owner_id": "ben"}), NOON)

        assert decision.rep_ids == ("ben",)
        assert sentence(decision.why, NAMES) == "Ben has worked with this customer before; nobody on call is free."

    def test_a_rota_without_anybody_is_not_spoken_of(self):
        decision = decide(snapshot(closed(AfterHours.ON_CALL)), NOON)

        assert sentence(decision.why, NAMES) == "Ana's turn in Plumbing."
