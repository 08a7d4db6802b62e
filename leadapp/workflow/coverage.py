"""The proof that leads of the next days will be answered, by the set-up and the absences as they are stored. Reads
only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadapp.routing.coverage import Facts, Hole, TeamCoverage, coverage
from leadapp.routing.past import Away
from leadapp.routing.values import Presence
from leadapp.workflow.rehearsal import absences_between
from leadapp.workflow.roster import Roster, default_team, read_roster

#: A lead may wait for an opening that is this far off.
_FARTHEST = timedelta(days=380)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of each team in use, by name, and of what."""

    facts: Facts
    teams: Sequence[TeamCoverage]

    @property
    def holes(self) -> list[Hole]:
        """Of all teams, in the order in which they begin."""
        return sorted((hole for team in self.teams for hole in team.holes), key=lambda hole: hole.start)


def prove_coverage(now: datetime) -> Proof:
    """Where leads of each team would end in the next 14 days, and where nobody would answer."""
    roster = read_roster()
    if not roster.teams:
        return Proof(Facts({}, {}, ""), ())
    by_name = sorted(roster.team_facts.values(), key=lambda team: (team.name, team.id))
    facts = Facts(
        teams={team.id: team for team in by_name},
        reps=roster.rep_facts,
        default_team_id=default_team(roster.teams.values()).id,
        absences=_absences(roster, now),
    )
    return Proof(facts, coverage(facts, now))


def _absences(roster: Roster, now: datetime) -> tuple[Away, ...]:
    known = absences_between(now, now + _FARTHEST)
    return (*_shown_alone(roster, {away.rep_id for away in known}, now), *known)


def _shown_alone(roster: Roster, listed: set[str], now: datetime) -> Iterator[Away]:
    """What a rep's row shows and no absence says: the decision goes by the row."""
    for rep in roster.rep_facts.values():
        if rep.presence is not Presence.AVAILABLE and rep.id not in listed:
            yield Away(rep.id, rep.presence, rep.presence_from or now, rep.presence_until, rep.cover_id)
