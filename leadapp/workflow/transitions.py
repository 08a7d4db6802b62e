"""Moves a lead from state to state: the one place that assigns `lead.state`."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, update
from sqlalchemy.orm.attributes import set_committed_value

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.lifecycle import LeadEvent, may_go_back, next_state
from leadapp.routing.said import said
from leadapp.routing.values import LeadState
from leadapp.workflow.errors import Conflict

_LEADS = cast(Table, Lead.__table__)


def start(lead: Lead, event: LeadEvent, **changes: Any) -> None:
    """Moves a lead that is not stored yet: nobody else can have seen it."""
    for name, value in changes.items():
        setattr(lead, name, value)
    lead.state = next_state(lead.state, event)


def transition(lead: Lead, event: LeadEvent, **changes: Any) -> None:
    """Moves the lead if it is still in the state we saw, together with `changes`, and ends any lease on it.

    Raises IllegalTransition when the table does not allow it, Conflict when somebody was faster.
    """
    _move(lead, next_state(lead.state, event), changes)


def go_back(lead: Lead, state: LeadState, **changes: Any) -> None:
    """Moves the lead back into the state that a person's decision took it out of, if that may be taken back and it is
    still in the state we saw. Raises Conflict."""
    if not may_go_back(lead.state, state):
        raise _somebody_was_faster()
    _move(lead, state, changes)


def _move(lead: Lead, state: LeadState, changes: dict[str, Any]) -> None:
    changes |= {"state": state, "leased_until": None}
    if lead.before_decision is not None:  # it cannot be taken back any more
        changes["before_decision"] = None
    statement = update(_LEADS).where(_LEADS.c.id == lead.id, _LEADS.c.state == lead.state).values(**changes)
    if db.session.connection().execute(statement).rowcount != 1:
        raise _somebody_was_faster()
    for name, value in changes.items():
        set_committed_value(lead, name, value)


def _somebody_was_faster() -> Conflict:
    return Conflict(said("Somebody else has just changed this lead. Nothing was done; look at it again."))
