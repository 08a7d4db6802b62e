"""Teams: made, changed, retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import AlarmKind, Lead, Membership, Rep, Rule, Source, Team
from leadapp.routing.policy import validate_chain
from leadapp.routing.values import AfterHours, Ask, LeadState, TeamMode
from leadapp.transaction import board_changed, transaction, wake_later
from leadapp.workflow.alarms import clear_alarms
from leadapp.workflow.configuration.lookup import active_rep, business, existing, in_use
from leadapp.workflow.configuration.timetable import check_hours, check_on_call
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.locks import lock_routing
from leadapp.workflow.roster import default_team

_PLAIN = (
    "name", "time_zone", "country", "hours", "on_call", "claim_seconds", "urgent_claim_seconds", "tries",
    "contact_seconds", "repeat_seconds", "merge_seconds",
)  # fmt: skip
_CHOICES = {"mode": TeamMode, "urgent_mode": TeamMode, "after_hours": AfterHours, "urgent_after_hours": AfterHours}
#: What says when the team is open, and what happens to a lead while it is not.
_DECIDE_HOURS = {"hours", "time_zone", "after_hours", "urgent_after_hours", "on_call"}
#: Each chain, and the simple settings that it stands for.
_CHAINS = {"chain": ("mode", "claim_seconds"), "urgent_chain": ("urgent_mode", "urgent_claim_seconds")}


def create_team(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a team and returns its id. Without a fallback it gets the business's."""
    with transaction():
        return put_team(None, values, now=now)


def change_team(team_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given. A lead that is under way keeps the chain it started with."""
    with transaction():
        lock_routing()  # whatever was decided by what is changed here is stored when this has it
        put_team(team_id, values, now=now)
    if not _DECIDE_HOURS.isdisjoint(values):
        _look_again(team_id, now)


def retire_team(team_id: str, *, now: datetime) -> None:
    """Takes a team out of use; leads that wait for its opening go by the rules again. Raises Invalid for the default
    team and for one that a rule or a source names."""
    with transaction():
        lock_routing()  # whatever was decided by this team is stored when this has it
        team = existing(Team, team_id)
        if team.retired_at is not None:
            return
        _refuse_default(team)
        _refuse_named(team)
        team.retired_at = now
        clear_alarms(AlarmKind.TEAM_EMPTY, AlarmKind.LAST_RESORT, about=team.id, now=now)
        board_changed()
    _look_again(team_id, now)


def put_team(team_id: str | None, values: Mapping[str, Any], *, now: datetime) -> str:
    """Changes the team of this id, or makes one, in the running transaction; returns its id."""
    team = in_use(Team, team_id) if team_id else _new_team(now)
    _apply(team, values, now)
    return team.id


def _new_team(now: datetime) -> Team:
    ours = business()
    place = {"time_zone": ours.time_zone, "fallback_id": ours.fallback_id}
    return Team(id=new_id(), created_at=now, ladder={}, rejoin={}, **place)


def _apply(team: Team, values: Mapping[str, Any], now: datetime) -> None:
    if values.get("hours"):
        check_hours(values["hours"], "hours", zone=values.get("time_zone") or team.time_zone, now=now)
    check_on_call(values.get("on_call") or {}, "on_call")
    for field in _PLAIN:
        if field in values:
            setattr(team, field, values[field])
    for field, kind in _CHOICES.items():
        if field in values:
            setattr(team, field, kind(values[field]) if values[field] else None)
    for chain in _CHAINS:
        _apply_chain(team, chain, values)
    for field in ("ladder", "rejoin"):
        if field in values:
            setattr(team, field, getattr(team, field) | values[field])
    if "fallback" in values:
        fallback = active_rep(values["fallback"], "fallback")
        team.fallback_id = fallback.id if fallback else business().fallback_id
        clear_alarms(AlarmKind.LAST_RESORT, now=now)
    _apply_default(team, values.get("default"))
    board_changed()


def _look_again(team_id: str, now: datetime) -> None:
    """Leads that wait for the team's opening are decided again now, and so are the shifts of its members."""
    with transaction():
        held = (Lead.team_id == team_id) & (Lead.state == LeadState.HELD)
        if db.session.execute(update(Lead).where(held).values(next_due_at=now).returning(Lead.id)).all():
            wake_later("advance_due", at=now)
    with transaction():
        members = select(Membership.rep_id).where(Membership.team_id == team_id)
        db.session.execute(update(Rep).where(Rep.id.in_(members), Rep.active).values(next_change_at=now))


def _apply_chain(team: Team, name: str, values: Mapping[str, Any]) -> None:
    """A chain given says what mode, tries and seconds read as; those given without a chain end the one there was."""
    mode, seconds = _CHAINS[name]
    chain = values.get(name)
    if not chain:
        if any(field in values for field in (name, mode, seconds, "tries")):
            setattr(team, name, None)
        return
    if errors := validate_chain(chain, name):
        raise Invalid(*errors)
    for index, step in enumerate(chain):
        active_rep(step.get("rep"), f"{name}.{index}.rep")
    first = next((step for step in chain if step["ask"] == Ask.ROTATION), chain[0])
    setattr(team, name, chain)
    setattr(team, mode, TeamMode.BROADCAST if first["ask"] == Ask.EVERYBODY else TeamMode.ROTATION)
    setattr(team, seconds, first["seconds"])
    if name == "chain":
        team.tries = first.get("tries") or 1


def _apply_default(team: Team, wanted: bool | None) -> None:
    if wanted:
        db.session.execute(update(Team).where(Team.id != team.id, Team.is_default).values(is_default=False))
    if wanted is not None:
        team.is_default = wanted
    db.session.add(team)
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict("Another team has just been made the default. Nothing was changed.") from None


def _refuse_default(team: Team) -> None:
    if default_team(db.session.scalars(select(Team).where(Team.retired_at.is_(None)))).id == team.id:
        raise Invalid(
            (
                "default",
                f"{team.name} gets the leads that no rule took: make another team the default first, then retire it.",
            )
        )


def _refuse_named(team: Team) -> None:
    for table in (Rule, Source):
        named = db.session.scalar(select(table.name).where(table.team_id == team.id, table.retired_at.is_(None)))
        if named:
            raise Invalid(
                (
                    "team",
                    f"The {table.__name__.lower()} {named} sends leads to {team.name}: change it first, then retire.",
                )
            )
