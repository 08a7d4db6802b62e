"""Tells the owners of rules that cannot be followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from leadapp.models import AlarmKind, Lead, Rep, Rule, Team
from leadapp.routing.values import Why
from leadapp.rule_problems import rule_problem, target_problem
from leadapp.workflow.alarms import raise_alarm
from leadapp.workflow.roster import Roster


def raise_rule_alarms(why: Why, lead: Lead, roster: Roster, now: datetime) -> None:
    """For the rules that this lead could not follow, and for the one it could follow only in part."""
    skipped = [(rule, rule_problem(rule, *_named(rule, roster))) for rule in _rules(roster, *why.skipped_rules)]
    followed = [(rule, target_problem(rule, *_named(rule, roster))) for rule in _rules(roster, why.rule_id or "")]
    for rule, problem in (*skipped, *followed):
        if problem:
            raise_alarm(AlarmKind.RULE_SKIPPED, rule.id, problem, lead, roster, now)


def _rules(roster: Roster, *rule_ids: str) -> Iterator[Rule]:
    return (roster.rule_rows[rule_id] for rule_id in rule_ids if rule_id in roster.rule_rows)


def _named(rule: Rule, roster: Roster) -> tuple[Team | None, Rep | None]:
    return roster.teams.get(rule.team_id or ""), roster.reps.get(rule.rep_id or "")
