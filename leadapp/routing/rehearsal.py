"""Leads of the past go once more through a set-up, with a clock, and nothing happens: who would have got what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from leadapp.routing.decide import decide
from leadapp.routing.past import Away, Outcome, Past, SetUp
from leadapp.routing.rotation import come_back, missed_for, team_after
from leadapp.routing.values import (
    Because,
    Considered,
    Hold,
    Member,
    Offer,
    Presence,
    Progress,
    Queue,
    Refusal,
    Rep,
    Snapshot,
    Team,
)

T = TypeVar("T")

_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_NEW = Progress()


def rehearse(
    set_up: SetUp,
    leads: Iterable[Past],
    absences: Sequence[Away] = (),
    *,
    until: datetime | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Outcome]:
    """What becomes of every lead, in the order in which they came in (those of one moment by id).

    The first who is asked is taken to accept at once; of several who are asked together, whoever was given nothing for
    longest. Of several absences of a rep at one moment the last listed counts. Held leads go at opening, the oldest
    first; those that open after `until`, if that is given, are left waiting. The same facts give the same outcomes.
    `progress` is told after each lead. Raises NoTeam when there is no team.
    """
    run = _Run(set_up, absences)
    in_order = sorted(leads, key=lambda past: past.turn)
    for past in in_order:
        run.go_on_until(past.lead.received_at)
        run.route(past, past.lead.received_at)
        progress(1)
    run.go_on_until(until or _FOR_EVER)
    return [run.outcomes[past.lead.id] for past in in_order]


class _Kind(IntEnum):
    """What happens at one moment happens in this order."""

    PRESENCE = 1
    FREE = 2
    REACHED = 3
    OPENING = 4


class _Run:
    """The office at one moment of the rehearsal, and what is to happen in it by itself."""

    def __init__(self, set_up: SetUp, absences: Sequence[Away]) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self._set_up = set_up
        self._teams = {team.id: _level(team) for team in set_up.teams.values()}
        self._reps = {rep.id: _fresh(rep) for rep in set_up.reps.values()}
        self._teams_of = _teams_by_member(set_up.teams.values())
        self._absences: dict[str, list[Away]] = defaultdict(list)
        self._owners: dict[str, tuple[str, str]] = {}
        self._to_come: list[tuple[datetime, _Kind, tuple[datetime, str], int, Callable[[datetime], None]]] = []
        self._numbers = count()
        self._last_given: dict[str, int] = {}
        self._seen: dict[Any, Any] = {}
        for away in absences:
            if away.rep_id in self._reps:
                self._expect(away)

    def go_on_until(self, moment: datetime) -> None:
        """Lets happen what is to happen by then."""
        while self._to_come and self._to_come[0][0] <= moment:
            at, *_order, happen = heappop(self._to_come)
            happen(at)

    def route(self, past: Past, at: datetime, progress: Progress = _NEW, *, was_held: bool = False) -> None:
        owner_id, holder_id, bonds = self._known_to(past)
        lead = past.lead
        if bonds:
            lead = replace(lead, contact_owner_id=owner_id, holder_id=holder_id)
        rules = self._set_up.rules
        decision = decide(
            Snapshot(lead, self._teams, self._reps, self._set_up.default_team_id, rules, progress),
            at,
        )
        why = decision.why
        outcome = Outcome(
            lead_id=lead.id,
            at=at,
            rep_id=self._taker(decision) if isinstance(decision, Offer) else decision.accountable_id,
            why=replace(why, considered=()),
            able=self._once(_able(decision)),
            refused=self._once(tuple((one.rep_id, one.reason) for one in why.considered if one.reason)),
            was_held=was_held or isinstance(decision, Hold),
            reached_nobody=isinstance(decision, Queue),
            is_waiting=isinstance(decision, Hold),
            known_to=(owner_id, holder_id),
            bonds=bonds,
            blanks=self._once(tuple((blank.rule_id, blank.field) for blank in why.blanks)),
        )
        self.outcomes[lead.id] = outcome
        if isinstance(decision, Hold):
            self._hold(past, decision)
        elif isinstance(decision, Offer):
            self._give(past, decision, outcome.rep_id, at)

    def _hold(self, past: Past, hold: Hold) -> None:
        progress = Progress(policy=hold.policy)
        self._later(hold.until, _Kind.OPENING, past.turn, lambda at: self.route(past, at, progress, was_held=True))

    def _taker(self, offer: Offer) -> str:
        """Of several who are asked at once, whoever was given nothing for longest."""
        return min(offer.rep_ids, key=lambda rep_id: self._last_given.get(rep_id, -1))

    def _give(self, past: Past, offer: Offer, rep_id: str, at: datetime) -> None:
        self._last_given[rep_id] = next(self._numbers)
        self._teams[offer.team_id] = team_after(self._teams[offer.team_id], offer, at)
        if self._reps[rep_id].max_open is not None:
            took = past.took if past.took is not None else timedelta(seconds=offer.policy.contact_seconds)
            self._count(rep_id, 1)
            self._later(at + max(took, timedelta(0)), _Kind.FREE, past.turn, lambda _at: self._count(rep_id, -1))
        contact_id, lead_id = past.contact_id, past.lead.id
        if contact_id and past.reached_at and past.lead.contact_owner_id is None:
            reached_at = max(past.reached_at, at)
            self._later(
                reached_at, _Kind.REACHED, past.turn, lambda _at: self._keep_relationship(contact_id, rep_id, lead_id)
            )

    def _known_to(self, past: Past) -> tuple[str | None, str | None, tuple[str, ...]]:
        """Whose contact the lead is from, who holds the lead it is linked to, and by which leads of the rehearsal."""
        owner_id, holder_id, bonds = past.lead.contact_owner_id, past.lead.holder_id, list[str]()
        if owner_id is None and past.contact_id in self._owners:
            owner_id, bond = self._owners[past.contact_id]
            bonds.append(bond)
        if linked := self.outcomes.get(past.linked_id or ""):
            holder_id = linked.given_to
            bonds.append(linked.lead_id)
        return owner_id, holder_id, tuple(bonds)

    def _keep_relationship(self, contact_id: str, rep_id: str, lead_id: str) -> None:
        self._owners.setdefault(contact_id, (rep_id, lead_id))

    def _count(self, rep_id: str, change: int) -> None:
        rep = self._reps[rep_id]
        self._reps[rep_id] = replace(rep, open_count=rep.open_count + change)

    def _expect(self, away: Away) -> None:
        self._absences[away.rep_id].append(away)
        for moment in (away.starts_at, away.ends_at):
            if moment is not None:
                change = partial(self._change_presence, away.rep_id)
                self._later(moment, _Kind.PRESENCE, (moment, away.rep_id), change)

    def _change_presence(self, rep_id: str, at: datetime) -> None:
        standing = [away for away in self._absences[rep_id] if away.starts_at <= at < (away.ends_at or _FOR_EVER)]
        away = standing[-1] if standing else None
        rep = self._reps[rep_id]
        self._reps[rep_id] = replace(
            rep,
            presence=away.state if away else Presence.AVAILABLE,
            cover_id=away.cover_id if away else None,
        )
        if rep.presence is Presence.OUT and away is None:
            for team_id in self._teams_of.get(rep_id, ()):
                self._teams[team_id] = _rejoined(self._teams[team_id], rep_id)

    def _later(
        self, moment: datetime, kind: _Kind, turn: tuple[datetime, str], happen: Callable[[datetime], None]
    ) -> None:
        """`turn` orders what is of one kind at one moment."""
        heappush(self._to_come, (moment, kind, turn, next(self._numbers), happen))

    def _once(self, value: T) -> T:
        """The equal value that was there before: thousands of leads meet the same few people."""
        seen: T = self._seen.setdefault(value, value)
        return seen


def _level(team: Team) -> Team:
    members = tuple(Member(member.rep_id, member.weight, turns_in_hand=1) for member in team.members)
    return replace(team, members=members, virtual_time=0.0)


def _fresh(rep: Rep) -> Rep:
    """Nobody knows any more when a phone could not be reached, so all could be."""
    here = replace(rep, presence=Presence.AVAILABLE, presence_from=None, presence_until=None, cover_id=None)
    return replace(here, reachable=True, open_count=0)


def _teams_by_member(teams: Iterable[Team]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for team in teams:
        for member in team.members:
            found[member.rep_id].append(team.id)
    return found


def _rejoined(team: Team, rep_id: str) -> Team:
    missed = missed_for(Refusal.OUT, team.rejoin)
    members = (
        come_back(member, team.virtual_time, missed) if member.rep_id == rep_id else member for member in team.members
    )
    return replace(team, members=tuple(members))


def _able(decision: Offer | Hold | Queue) -> frozenset[str]:
    if not isinstance(decision, Offer):
        return frozenset((decision.accountable_id,))
    if decision.why.because is not Because.TURN:
        return frozenset(decision.rep_ids)
    return frozenset(one.rep_id for one in decision.why.considered if _could_take_it(one))


def _could_take_it(one: Considered) -> bool:
    return one.verdict != "skipped"
