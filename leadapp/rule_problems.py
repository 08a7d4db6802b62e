"""Why a stored rule cannot be followed, as a sentence for the owner."""

from __future__ import annotations

from leadapp.facts import rule_facts
from leadapp.models import Rep, Rule, Team
from leadapp.routing.rules import problem_of


def rule_problem(rule: Rule, team: Team | None, rep: Rep | None) -> str | None:
    """What is wrong with a rule that is in use; None if nothing is. `team` and `rep` are those it names, as they are
    now."""
    broken = problem_of(rule_facts(rule))
    return f"The rule {rule.name} is skipped: {broken}." if broken else target_problem(rule, team, rep)


def target_problem(rule: Rule, team: Team | None, rep: Rep | None) -> str | None:
    """What is wrong with where the rule sends leads; one that has lost only its team or only its rep is followed."""
    gone = f"{rep.name if rep else 'a rep'}, who no longer works here"
    team = team if team and team.retired_at is None else None
    rep = rep if rep and rep.active else None
    lacks_team, lacks_rep = bool(rule.team_id) and not team, bool(rule.rep_id) and not rep
    if lacks_rep and team:
        return f"The rule {rule.name} names {gone}: its leads go to {team.name} in turn. Name somebody else."
    if lacks_team and rep:
        return f"The rule {rule.name} names a team that is retired: its leads still go to {rep.name}. Name another."
    if lacks_rep:
        return f"The rule {rule.name} is skipped: it names {gone}. Name somebody else."
    return f"The rule {rule.name} is skipped: its team is retired. Name another." if lacks_team else None
