"""The table of transitions."""

import pytest

from leadapp.routing.lifecycle import IllegalTransition, LeadEvent, next_state, states_before
from leadapp.routing.values import OPEN, UNTAKEN, LeadState


@pytest.mark.parametrize("state", sorted(UNTAKEN))
@pytest.mark.parametrize(
    ("event", "target"), [("offer", "offered"), ("hold", "held"), ("queue", "queued"), ("accept", "claimed")]
)
def test_automation_and_acceptance_move_a_lead_nobody_has(state, event, target):
    assert next_state(state, LeadEvent(event)) == target


@pytest.mark.parametrize("event", [LeadEvent.OFFER, LeadEvent.HOLD, LeadEvent.QUEUE, LeadEvent.ACCEPT])
@pytest.mark.parametrize("state", ["claimed", "contacted", "closed"])
def test_automation_and_acceptance_never_move_a_taken_lead(state, event):
    with pytest.raises(IllegalTransition):
        next_state(LeadState(state), event)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_person_may_assign_and_close_any_open_lead(state):
    assert next_state(state, LeadEvent.ASSIGN) is LeadState.CLAIMED
    assert next_state(state, LeadEvent.CLOSE) is LeadState.CLOSED


@pytest.mark.parametrize("state", [LeadState.CLAIMED, LeadState.CONTACTED])
def test_the_owner_may_release_and_contact(state):
    assert next_state(state, LeadEvent.RELEASE) is LeadState.NEW
    assert next_state(state, LeadEvent.CONTACT) is LeadState.CONTACTED


@pytest.mark.parametrize("event", list(LeadEvent))
def test_nothing_happens_to_a_closed_lead(event):
    with pytest.raises(IllegalTransition, match=f"{event} cannot happen to a lead that is closed"):
        next_state(LeadState.CLOSED, event)


def test_states_before_agrees_with_the_table():
    for event in LeadEvent:
        for state in LeadState:
            try:
                next_state(state, event)
            except IllegalTransition:
                assert state not in states_before(event)
            else:
                assert state in states_before(event)
