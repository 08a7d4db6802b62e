"""Finds what a configuration names, or says which field is wrong."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Business, Contact, Rep, Rule, Source, Team
from leadapp.workflow.errors import Conflict, Invalid, NotFound

Retirable = TypeVar("Retirable", Team, Rule, Source, Contact)


def business() -> Business:
    """The business itself. Raises Conflict before it has been set up."""
    found = db.session.get(Business, 1)
    if found is None:
        raise Conflict("There is no business yet: run `leadapp setup` first. Nothing was changed.")
    return found


def existing(table: type[Retirable], row_id: str) -> Retirable:
    """The row, also when it is retired. Raises NotFound."""
    found = db.session.get(table, row_id)
    if found is None:
        raise NotFound(table.__name__.lower())
    return found


def in_use(table: type[Retirable], row_id: str) -> Retirable:
    """The row, to be changed. Raises NotFound, or Conflict when it is retired."""
    found = existing(table, row_id)
    if found.retired_at is not None:
        raise Conflict(
            f"This {table.__name__.lower()} is retired: it can be read and no longer changed. Nothing was changed."
        )
    return found


def reps_with_role(*roles: str) -> list[Rep]:
    """Active reps who have one of the roles, the longest known first."""
    active = db.session.scalars(select(Rep).where(Rep.active).order_by(Rep.id))
    return [rep for rep in active if rep.has_role(*roles)]


def active_rep(rep_id: str | None, field: str) -> Rep | None:
    """The active rep that `field` names. Raises Invalid."""
    rep = db.session.get(Rep, rep_id) if rep_id else None
    if rep_id and (rep is None or not rep.active):
        raise Invalid((field, f"There is no active rep {rep_id}."))
    return rep


def active_team(team_id: str | None, field: str) -> Team | None:
    """The team in use that `field` names. Raises Invalid."""
    team = db.session.get(Team, team_id) if team_id else None
    if team_id and (team is None or team.retired_at is not None):
        raise Invalid((field, f"There is no team {team_id} in use."))
    return team
