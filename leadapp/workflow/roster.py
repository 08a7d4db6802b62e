"""Who there is: the business, its teams, their members and rules, read once per operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from leadapp.extensions import db
from leadapp.models import Business, Membership, Rep, Rule, Team
from leadapp.workflow.locks import lock_routing


@dataclass(frozen=True, slots=True)
class Roster:
    """Rows to read, never to change. `teams` are those in use; `members` is keyed by team and rep; `reps` are all
    there ever were."""

    business: Business
    teams: Mapping[str, Team]
    members: Mapping[tuple[str, str], Membership]
    reps: Mapping[str, Rep]
    rules: Sequence[Rule]

    def names(self) -> dict[str, str]:
        """What everybody and everything in it is called, by id."""
        named: tuple[Iterable[Rep | Team | Rule], ...] = (self.reps.values(), self.teams.values(), self.rules)
        return {thing.id: thing.name for things in named for thing in things}


def lock_roster() -> Roster:
    """The roster under the routing lock: turns read here are nobody else's until the transaction ends."""
    lock_routing()
    return read_roster()


def read_roster() -> Roster:
    """The roster for a question that writes nothing."""
    return Roster(
        business=_rows(_BUSINESS)[0],
        teams={team.id: team for team in _rows(_TEAMS)},
        members={(member.team_id, member.rep_id): member for member in _rows(_MEMBERS)},
        reps={rep.id: rep for rep in _rows(_REPS)},
        rules=_rows(_RULES),
    )


def default_team(teams: Iterable[Team]) -> Team:
    """The team for leads that no rule took: the one marked, else the first made."""
    return min(teams, key=lambda team: (not team.is_default, team.id))


# Of the tables and not of the classes: plain rows with the same attributes cost a third of tracked objects.
_BUSINESS = select(Business.__table__)
_TEAMS = select(Team.__table__).where(Team.retired_at.is_(None)).order_by(Team.id)
_MEMBERS = select(Membership.__table__)
_REPS = select(Rep.__table__)
_RULES = select(Rule.__table__).where(Rule.enabled, Rule.retired_at.is_(None)).order_by(Rule.position, Rule.id)


def _rows(statement: Select[Any]) -> Sequence[Any]:
    return db.session.connection().execute(statement).all()
