"""Rules: made, changed, retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Rule
from leadapp.routing.rules import problems
from leadapp.routing.values import Condition
from leadapp.transaction import transaction
from leadapp.workflow.configuration.lookup import active_rep, active_team, existing, in_use
from leadapp.workflow.errors import Invalid


def create_rule(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a rule and returns its id. Without a position it comes last."""
    with transaction():
        return put_rule(None, values, now=now)


def change_rule(rule_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given; `when` and `then` are replaced whole."""
    with transaction():
        put_rule(rule_id, values, now=now)


def retire_rule(rule_id: str, *, now: datetime) -> None:
    """Takes a rule out of use; leads it has placed stay where they are."""
    with transaction():
        rule = existing(Rule, rule_id)
        rule.retired_at = rule.retired_at or now


def put_rule(rule_id: str | None, values: Mapping[str, Any], *, now: datetime) -> str:
    """Changes the rule of this id, or makes one, in the running transaction; returns its id."""
    rule = in_use(Rule, rule_id) if rule_id else Rule(id=new_id(), created_at=now, conditions=[])
    if rule_id is None:
        rule.position = _last_position() + 1
    _apply(rule, values)
    db.session.add(rule)
    return rule.id


def _apply(rule: Rule, values: Mapping[str, Any]) -> None:
    for field in ("name", "position", "enabled"):
        if field in values:
            setattr(rule, field, values[field])
    if "when" in values:
        rule.conditions = _checked(values["when"])
    if "then" in values:
        then = values["then"]
        team, rep = active_team(then.get("team"), "then.team"), active_rep(then.get("rep"), "then.rep")
        if not (team or rep or then.get("urgent")):
            raise Invalid(("then", "Name a team, a rep, or urgent: true; the rule would do nothing."))
        rule.team_id, rule.rep_id = team.id if team else None, rep.id if rep else None
        rule.urgent = bool(then.get("urgent"))


def _checked(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = ((index, problems(Condition(c["field"], c["op"], c.get("value")))) for index, c in enumerate(conditions))
    if errors := [
        (f"when.{index}.value", f"{problem[0].upper()}{problem[1:]}.") for index, problem in found if problem
    ]:
        raise Invalid(*errors)
    return conditions


def _last_position() -> int:
    return db.session.scalar(select(func.max(Rule.position)).where(Rule.retired_at.is_(None))) or 0
