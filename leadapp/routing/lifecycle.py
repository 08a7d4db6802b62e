"""The one table of what may happen to a lead: (state, event) -> state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from leadapp.routing.values import OPEN, UNTAKEN, LeadState


class LeadEvent(StrEnum):
    OFFER = "offer"
    HOLD = "hold"
    QUEUE = "queue"
    ACCEPT = "accept"
    ASSIGN = "assign"
    RELEASE = "release"
    CONTACT = "contact"
    CLOSE = "close"


class IllegalTransition(Exception):
    """`event` cannot happen to a lead that is `state`."""

    def __init__(self, state: LeadState, event: LeadEvent) -> None:
        super().__init__(f"{event.value} cannot happen to a lead that is {state.value}")
        self.state = state
        self.event = event


_TAKEN = frozenset({LeadState.CLAIMED, LeadState.CONTACTED})

_FROM_AND_TO: Mapping[LeadEvent, tuple[frozenset[LeadState], LeadState]] = {
    LeadEvent.OFFER: (UNTAKEN, LeadState.OFFERED),
    LeadEvent.HOLD: (UNTAKEN, LeadState.HELD),
    LeadEvent.QUEUE: (UNTAKEN, LeadState.QUEUED),
    LeadEvent.ACCEPT: (UNTAKEN, LeadState.CLAIMED),
    # Whoever is given the lead has not spoken to the customer yet, so a contacted lead goes back to claimed.
    LeadEvent.ASSIGN: (OPEN, LeadState.CLAIMED),
    LeadEvent.RELEASE: (_TAKEN, LeadState.NEW),
    LeadEvent.CONTACT: (_TAKEN, LeadState.CONTACTED),
    LeadEvent.CLOSE: (OPEN, LeadState.CLOSED),
}

TRANSITIONS: Mapping[tuple[LeadState, LeadEvent], LeadState] = MappingProxyType(
    {(state, event): target for event, (states, target) in _FROM_AND_TO.items() for state in states}
)


#: What a person's decision makes of a lead, and what it may go back to when the decision is taken back.
_GOES_BACK = frozenset(
    (_FROM_AND_TO[decision][1], state) for decision in (LeadEvent.ASSIGN, LeadEvent.CLOSE) for state in OPEN
)


def may_go_back(state: LeadState, before: LeadState) -> bool:
    """Whether a lead that a person's decision has brought into `state` may be what it was before it again."""
    return (state, before) in _GOES_BACK


def next_state(state: LeadState, event: LeadEvent) -> LeadState:
    """The state after `event`; raises IllegalTransition where the table has no entry."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransition(state, event) from None


def states_before(event: LeadEvent) -> frozenset[LeadState]:
    """The states in which `event` may happen: the guard of a conditional update."""
    return _FROM_AND_TO[event][0]
