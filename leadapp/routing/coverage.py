"""The proof that leads will be answered: for the days to come, where one ends that arrives then, asked of the decision
itself.

Rules need no proof of their own: whoever they name, a lead that he cannot take falls through to a team's chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from leadapp.routing.decide import after_hours, decide
from leadapp.routing.eligibility import is_away
from leadapp.routing.hours import changes, is_open
from leadapp.routing.oncall import handovers
from leadapp.routing.outlook import Outlook
from leadapp.routing.past import Away
from leadapp.routing.values import (
    AfterHours,
    Because,
    Hold,
    Lead,
    Offer,
    Queue,
    Refusal,
    Rep,
    Snapshot,
    Team,
)

DAYS = 14


class Ends(StrEnum):
    """Where a lead ends. Every way but the first is a hole."""

    WITH_SOMEBODY = "with_somebody"  # who is there, and whose phone works
    NOBODY_ON_CALL = "nobody_on_call"  # the team is closed, and nobody of its rota is there: it is woken
    UNREACHABLE = "unreachable"  # with the fallback or who stands in, who has no working phone
    AWAY = "away"  # with the fallback, who is not there, and nobody else is
    LAST_RESORT = "last_resort"  # with an owner of the business, because no named fallback is there


@dataclass(frozen=True, slots=True)
class Facts:
    """Who there is. What the reps have declared stands in `absences` alone; of several at one moment the last listed
    counts. Nobody's hands are full: how many leads come nobody knows."""

    teams: Mapping[str, Team]
    reps: Mapping[str, Rep]
    default_team_id: str
    absences: Sequence[Away] = ()


class End(NamedTuple):
    """`rep_id` gets a lead that nobody could be asked for. `refused` are those who were passed over, and why; `waits`:
    it is held until the team opens, and what is said holds for then."""

    ends: Ends
    rep_id: str | None = None
    refused: tuple[tuple[str, Refusal], ...] = ()
    waits: bool = False

    @property
    def is_hole(self) -> bool:
        return self.ends is not Ends.WITH_SOMEBODY


_COVERED = End(Ends.WITH_SOMEBODY)
_IN_THE_CHAIN = (Because.TURN, Because.EVERYBODY, Because.PERSON)


class Stretch(NamedTuple):
    """A time, in UTC, in which the same becomes of every lead of a team."""

    start: datetime
    end: datetime
    is_open: bool
    ordinary: End
    urgent: End


@dataclass(frozen=True, slots=True)
class Hole:
    """A time in which leads of the team would not end with somebody who is there. `urgent`: True = only urgent ones,
    False = only the others, None = all."""

    team_id: str
    start: datetime
    end: datetime
    urgent: bool | None
    is_open: bool
    ends: Ends
    rep_id: str | None
    refused: tuple[tuple[str, Refusal], ...]


@dataclass(frozen=True, slots=True)
class TeamCoverage:
    """`stretches` follow each other without a gap, from now to the end of the days."""

    team_id: str
    stretches: tuple[Stretch, ...]
    holes: tuple[Hole, ...]


def coverage(facts: Facts, now: datetime, days: int = DAYS) -> list[TeamCoverage]:
    """For each team, what becomes in the next days of an ordinary and of an urgent lead, and the holes."""
    end = now + timedelta(days=days)
    proof = _Proof(facts, now, end)
    return [_of_team(team, proof) for team in facts.teams.values()]


def _of_team(team: Team, proof: _Proof) -> TeamCoverage:
    ends = [(moment, proof.at(team, moment)) for moment in proof.moments(team)]
    merged = [next(same) for _what, same in groupby(ends, key=lambda one: one[1])]
    until = [*(moment for moment, _what in merged[1:]), proof.until]
    stretches = [Stretch(moment, stop, *what) for (moment, what), stop in zip(merged, until, strict=True)]
    return TeamCoverage(team.id, tuple(stretches), tuple(_holes(team, stretches, proof.until)))


class _Proof:
    """Asks the decision at each moment at which anything changes, unless whoever makes it end well is still there."""

    def __init__(self, facts: Facts, start: datetime, until: datetime) -> None:
        self.until = until
        self._facts, self._start = facts, start
        self._outlook = Outlook(facts.reps, facts.absences, start, until)
        self._sureties: dict[tuple[str, bool, bool], tuple[str, object]] = {}

    def moments(self, team: Team) -> list[datetime]:
        """The start, and every later one at which the team's decisions may become others."""
        found = {self._start, *self._outlook.absence_edges}
        found.update(changes(team.hours, team.time_zone, self._start, self.until))
        if team.on_call:
            found.update(handovers(team.on_call, team.time_zone, self._start, self.until))
        for rep_id in _asked_by_shift(team):
            found.update(self._outlook.shift_edges(rep_id))
        return sorted(found)

    def at(self, team: Team, moment: datetime) -> tuple[bool, End, End]:
        """Whether the team is open, and where an ordinary and an urgent lead that arrive then end."""
        opened = is_open(team.hours, team.time_zone, moment)
        return opened, self._end(team, False, moment, opened), self._end(team, True, moment, opened)

    def _end(self, team: Team, urgent: bool, moment: datetime, opened: bool) -> End:
        case = (team.id, urgent, opened)
        surety = self._sureties.get(case)
        if surety and self._outlook.standing(surety[0], moment) == surety[1]:
            return _COVERED
        facts = self._facts
        lead = Lead(id="", received_at=moment, urgent=urgent, source_team_id=team.id)
        snapshot = Snapshot(lead, facts.teams, self._outlook.reps(moment), facts.default_team_id)
        decision = decide(snapshot, moment)
        if isinstance(decision, Hold):
            return self._end(team, urgent, decision.until, True)._replace(waits=True)
        end, rep_id = end_of(decision, snapshot, moment), _surety(decision, team)
        if rep_id and not end.is_hole:
            self._sureties[case] = rep_id, self._outlook.standing(rep_id, moment)
        return end


def _surety(decision: Offer | Queue, team: Team) -> str | None:
    """By whom alone it is sure that every lead ends well while he stays as he is and the team open, or closed: whoever
    else is asked in the chain can be asked, too, and nobody comes before the team's own fallback behind it."""
    if isinstance(decision, Offer):
        return decision.rep_ids[0] if decision.why.because in _IN_THE_CHAIN else None
    return team.fallback_id if decision.accountable_id == team.fallback_id else None


def end_of(decision: Offer | Queue, snapshot: Snapshot, now: datetime) -> End:
    """Where the lead ends by this decision. Whoever has no shifts is there while
    the team is open; while it is closed and somebody is to be on call, only who is on call, or covers for them, is."""
    team, reps = snapshot.teams[decision.team_id], snapshot.reps
    refused = tuple((one.rep_id, one.reason) for one in decision.why.considered if one.reason)
    closed = not is_open(team.hours, team.time_zone, now)
    if closed and after_hours(team, urgent=decision.urgent) is AfterHours.ON_CALL:
        by_duty = decision.why.because is Because.ON_CALL
        return _COVERED if by_duty else End(Ends.NOBODY_ON_CALL, None, _of_rota(refused, team))
    if isinstance(decision, Offer):
        return _COVERED
    rep = reps.get(decision.accountable_id)
    if rep is None or is_away(rep, now):
        return End(Ends.AWAY, decision.accountable_id, refused)
    if decision.why.is_last_resort:
        return End(Ends.LAST_RESORT, rep.id, refused)
    return _COVERED if rep.reachable else End(Ends.UNREACHABLE, rep.id, refused)


def _of_rota(refused: tuple[tuple[str, Refusal], ...], team: Team) -> tuple[tuple[str, Refusal], ...]:
    listed = team.on_call.get("reps")
    named = set(listed) if isinstance(listed, (list, tuple)) else set()
    return tuple(one for one in refused if one[0] in named)


def _asked_by_shift(team: Team) -> tuple[str, ...]:
    """Whose shifts count: the members', and those of whoever the chains ask by name."""
    steps = (*team.policy.steps, *team.urgent_policy.steps)
    named = (step.rep_id for step in steps if step.rep_id)
    return tuple(dict.fromkeys([*(member.rep_id for member in team.members), *named]))


def _holes(team: Team, stretches: Sequence[Stretch], until: datetime) -> Iterator[Hole]:
    """In the order of their starts. What waits for an opening is no hole of its own where the opening is one."""
    ordinary = _runs(team, stretches, lambda stretch: stretch.ordinary, False, until)
    urgent = _runs(team, stretches, lambda stretch: stretch.urgent, True, until)
    both = {_unlike(hole): hole for hole in ordinary} | {_unlike(hole): hole for hole in urgent}
    alike = {_unlike(hole) for hole in ordinary} & {_unlike(hole) for hole in urgent}
    found = [replace(hole, urgent=None) if key in alike else hole for key, hole in both.items()]
    yield from sorted([*found], key=lambda hole: (hole.start, hole.urgent or False))


def _runs(
    team: Team, stretches: Sequence[Stretch], end_in: Callable[[Stretch], End], urgent: bool, until: datetime
) -> list[Hole]:
    """Who is passed over may change within a hole."""
    found: list[Hole] = []
    for _what, run in groupby(stretches, key=lambda stretch: end_in(stretch)._replace(refused=())):
        same = list(run)
        end, start, stop = end_in(same[0]), same[0].start, same[-1].end
        if not end.is_hole or (end.waits and stop < until):
            continue
        refused = dict(one for stretch in reversed(same) for one in end_in(stretch).refused)
        opened = any(stretch.is_open for stretch in same)
        found.append(Hole(team.id, start, stop, urgent, opened, end.ends, end.rep_id, tuple(refused.items())))
    return found


def _unlike(hole: Hole) -> object:
    return (hole.start, hole.end, hole.ends, hole.rep_id, hole.refused)
