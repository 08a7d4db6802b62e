"""Moves a lead from state to state: the one place that assigns `lead.state`."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, update
from sqlalchemy.orm.attributes import set_committed_value

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.routing.lifecycle import LeadEvent, next_state
from leadapp.routing.said import said
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
    changes |= {"state": next_state(lead.state, event), "leased_until": None}
    statement = update(_LEADS).where(_LEADS.c.id == lead.id, _LEADS.c.state == lead.state).values(**changes)
    if db.session.connection().execute(statement).rowcount != 1:
        raise Conflict(said("Somebody else has just changed this lead. Nothing was done; look at it again."))
    for name, value in changes.items():
        set_committed_value(lead, name, value)
