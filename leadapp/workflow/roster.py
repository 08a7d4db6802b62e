"""Who there is: the business, its teams, their members and rules, read once per operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, select, update

from leadapp.extensions import db
from leadapp.models import Business, Membership, Rep, Rule, Team
from leadapp.routing import values
from leadapp.workflow.locks import lock_routing

Seat = tuple[str, str]  # team and rep


@dataclass(slots=True)
class Roster:
    """Rows to read, never to change. `teams` are those in use; `reps` are all there ever were.

    Whose turn it is, by contrast, moves with every decision: `members` and `virtual_times` (by team) are what the last
    one left, and `write_turns` stores it.
    """

    business: Business
    teams: Mapping[str, Team]
    reps: Mapping[str, Rep]
    rules: Sequence[Rule]
    members: dict[Seat, values.Member]
    virtual_times: dict[str, float]
    _moved: set[Seat] = field(default_factory=set)
    _moved_teams: set[str] = field(default_factory=set)

    def names(self) -> dict[str, str]:
        """What everybody and everything in it is called, by id."""
        named: tuple[Iterable[Rep | Team | Rule], ...] = (self.reps.values(), self.teams.values(), self.rules)
        return {thing.id: thing.name for things in named for thing in things}

    def move_turns(self, decision: values.Offer, now: datetime) -> None:
        """What the offer costs those who are asked; the next decision on this roster sees it."""
        team_id, turn = decision.team_id, decision.turn
        starts = turn.starts if turn else {}
        for rep_id in {*decision.rep_ids, *starts}:
            if member := self.members.get((team_id, rep_id)):
                start = starts.get(rep_id, member.virtual_start)
                asked_at = now if rep_id in decision.rep_ids else member.last_offer_at
                self.members[team_id, rep_id] = replace(member, virtual_start=start, last_offer_at=asked_at)
                self._moved.add((team_id, rep_id))
        if turn:
            self.virtual_times[team_id] = turn.virtual_time
            self._moved_teams.add(team_id)

    def write_turns(self) -> None:
        """Stores what the decisions moved: the rotation's state is stored, never derived from the newest lead."""
        connection = db.session.connection()
        if self._moved:
            connection.execute(_MOVE_MEMBERS, [_place(seat, self.members[seat]) for seat in sorted(self._moved)])
        if self._moved_teams:
            times = [{"of_team": id_, "time": self.virtual_times[id_]} for id_ in sorted(self._moved_teams)]
            connection.execute(_MOVE_TEAMS, times)
        self._moved.clear()
        self._moved_teams.clear()


def lock_roster() -> Roster:
    """The roster under the routing lock: turns read here are nobody else's until the transaction ends."""
    lock_routing()
    return read_roster()


def read_roster() -> Roster:
    """The roster for a question that writes nothing."""
    teams = {team.id: team for team in _rows(_TEAMS)}
    return Roster(
        business=_rows(_BUSINESS)[0],
        teams=teams,
        reps={rep.id: rep for rep in _rows(_REPS)},
        rules=_rows(_RULES),
        members={(member.team_id, member.rep_id): member_facts(member) for member in _rows(_MEMBERS)},
        virtual_times={team.id: team.virtual_time for team in teams.values()},
    )


def member_facts(member: Membership) -> values.Member:
    """A membership as routing sees it."""
    return values.Member(member.rep_id, member.weight, member.virtual_start, member.last_offer_at)


def default_team(teams: Iterable[Team]) -> Team:
    """The team for leads that no rule took: the one marked, else the first made."""
    return min(teams, key=lambda team: (not team.is_default, team.id))


# Of the tables and not of the classes: plain rows with the same attributes cost a third of tracked objects.
_BUSINESS = select(Business.__table__)
_TEAMS = select(Team.__table__).where(Team.retired_at.is_(None)).order_by(Team.id)
_MEMBERS = select(Membership.__table__)
_REPS = select(Rep.__table__)
_RULES = select(Rule.__table__).where(Rule.enabled, Rule.retired_at.is_(None)).order_by(Rule.position, Rule.id)
_MOVE_MEMBERS = (
    update(cast(Table, Membership.__table__))
    .where(Membership.team_id == bindparam("of_team"), Membership.rep_id == bindparam("of_rep"))
    .values(virtual_start=bindparam("start"), last_offer_at=bindparam("asked_at"))
)
_MOVE_TEAMS = (
    update(cast(Table, Team.__table__)).where(Team.id == bindparam("of_team")).values(virtual_time=bindparam("time"))
)


def _place(seat: Seat, member: values.Member) -> dict[str, Any]:
    team_id, rep_id = seat
    return {"of_team": team_id, "of_rep": rep_id, "start": member.virtual_start, "asked_at": member.last_offer_at}


def _rows(statement: Select[Any]) -> Sequence[Any]:
    return db.session.connection().execute(statement).all()
