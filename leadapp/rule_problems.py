"""Why a stored rule cannot be followed, as a sentence for the owner."""

from __future__ import annotations

from leadapp.facts import rule_facts
from leadapp.models import Rep, Rule, Team
from leadapp.routing.rules import problem_of
from leadapp.routing.said import Said, said


def rule_problem(rule: Rule, team: Team | None, rep: Rep | None) -> Said | None:
    """What is wrong with a rule that is in use; None if nothing is. `team` and `rep` are those it names, as they are
    now."""
    broken = problem_of(rule_facts(rule))
    if broken:
        return said("The rule {rule} is skipped: {problem}.", rule=rule.name, problem=broken)
    return target_problem(rule, team, rep)


def target_problem(rule: Rule, team: Team | None, rep: Rep | None) -> Said | None:
    """What is wrong with where the rule sends leads; one that has lost only its team or only its rep is followed."""
    who = rep.name if rep else said("a rep")
    team = team if team and team.retired_at is None else None
    rep = rep if rep and rep.active else None
    lacks_team, lacks_rep = bool(rule.team_id) and not team, bool(rule.rep_id) and not rep
    if lacks_rep and team:
        return said(
            "The rule {rule} names {name}, who no longer works here: its leads go to {team} in turn. Name somebody"
            " else.",
            rule=rule.name,
            name=who,
            team=team.name,
        )
    if lacks_team and rep:
        return said(
            "The rule {rule} names a team that is retired: its leads still go to {name}. Name another.",
            rule=rule.name,
            name=rep.name,
        )
    if lacks_rep:
        return said(
            "The rule {rule} is skipped: it names {name}, who no longer works here. Name somebody else.",
            rule=rule.name,
            name=who,
        )
    return (
        said("The rule {rule} is skipped: its team is retired. Name another.", rule=rule.name) if lacks_team else None
    )
