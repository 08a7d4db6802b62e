"""Who there is: the business, its teams, their members and rules, read once per operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Business, Membership, Rep, Rule, Team
from leadapp.workflow.locks import lock_routing


@dataclass(frozen=True, slots=True)
class Roster:
    """`teams` are those in use; `members` is keyed by team and rep; `reps` are all there ever were."""

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
    return _read(lock_routing())


def read_roster() -> Roster:
    """The roster for a question that writes nothing."""
    return _read(db.session.scalars(select(Business)).one())


def default_team(teams: Iterable[Team]) -> Team:
    """The team for leads that no rule took: the one marked, else the first made."""
    return min(teams, key=lambda team: (not team.is_default, team.id))


def _read(business: Business) -> Roster:
    fresh = {"populate_existing": True}
    teams = db.session.scalars(_TEAMS, execution_options=fresh).all()
    members = db.session.scalars(_MEMBERS, execution_options=fresh).all()
    return Roster(
        business=business,
        teams={team.id: team for team in teams},
        members={(member.team_id, member.rep_id): member for member in members},
        reps={rep.id: rep for rep in db.session.scalars(_REPS)},
        rules=db.session.scalars(_RULES).all(),
    )


_TEAMS = select(Team).where(Team.retired_at.is_(None)).order_by(Team.id)
_MEMBERS = select(Membership)
_REPS = select(Rep)
_RULES = select(Rule).where(Rule.enabled, Rule.retired_at.is_(None)).order_by(Rule.position, Rule.id)
