"""Who there is: the business, its teams, their members and rules, read once per operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from leadapp import facts
from leadapp.extensions import db
from leadapp.models import Business, Lead, Membership, PushSubscription, Rep, Rule, Team
from leadapp.routing import values
from leadapp.routing.rotation import team_after
from leadapp.routing.urgency import UrgentWords
from leadapp.routing.values import LeadState
from leadapp.rows import read_rows
from leadapp.workflow.blanks import write_blanks
from leadapp.workflow.locks import lock_routing
from leadapp.workflow.urgency import urgent_words
from leadapp.workflow.writing import change

Seat = tuple[str, str]  # team and rep
Blanks = dict[values.Blank, tuple[int, datetime]]  # how many leads, and when the last one
Turns = tuple[dict[str, values.Team], set[Seat], Blanks]


@dataclass
class Roster:
    """Rows to read, never to change. `teams` are those in use; `reps` are all there ever were; `devices` are the ids of
    the phones and browsers that ring for each rep who has any.

    Whose turn it is, by contrast, moves with every decision: `team_facts` is what the last one left, and `write_turns`
    stores it.
    """

    business: Business
    teams: Mapping[str, Team]
    reps: Mapping[str, Rep]
    rules: Sequence[Rule]
    devices: Mapping[str, Sequence[str]]
    team_facts: dict[str, values.Team]
    _moved: set[Seat] = field(default_factory=set)
    _blanks: Blanks = field(default_factory=dict)

    @cached_property
    def rep_facts(self) -> Mapping[str, values.Rep]:
        reps = self.reps.values()
        counts = _claimed_counts() if any(rep.max_open for rep in reps) else {}
        zones = self._home_zones()
        usual = self.business.time_zone
        return {rep.id: facts.rep_facts(rep, counts.get(rep.id, 0), zones.get(rep.id, usual)) for rep in reps}

    @cached_property
    def rule_facts(self) -> tuple[values.Rule, ...]:
        return _facts_of(self.rules)

    @property
    def urgent_words(self) -> UrgentWords:
        """The phrases that make a lead urgent."""
        return urgent_words(self.business.urgency_revision)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What everybody and everything in it is called, by id."""
        named: tuple[Iterable[Rep | Team | Rule], ...] = (self.reps.values(), self.teams.values(), self.rules)
        return {thing.id: thing.name for things in named for thing in things}

    @property
    def owners(self) -> Sequence[Rep]:
        """The active people who own the business: whoever is told when something is wrong with how it is set up."""
        return [rep for rep in self.reps.values() if rep.active and "owner" in rep.roles]

    def _home_zones(self) -> Mapping[str, str]:
        """The zone of each member's first team."""
        later_first = reversed(list(self.teams.values()))
        return {member.rep_id: team.time_zone for team in later_first for member in self.team_facts[team.id].members}

    def move_turns(self, decision: values.Offer, now: datetime) -> None:
        """What the offer costs those who are asked; the next decision on this roster sees it."""
        before = self.team_facts[decision.team_id]
        after = self.team_facts[before.id] = team_after(before, decision, now)
        both = zip(before.members, after.members, strict=True)
        self._moved |= {(before.id, member.rep_id) for was, member in both if member is not was}

    @cached_property
    def rule_rows(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def count_blanks(self, blanks: Iterable[values.Blank], now: datetime) -> None:
        """One more lead that these rules could not match because the field was blank."""
        for blank in blanks:
            self._blanks[blank] = self._blanks.get(blank, (0, now))[0] + 1, now

    def turns(self) -> Turns:
        """Whose turn it is now, and what was counted; `take_back` makes it so again."""
        return dict(self.team_facts), set(self._moved), dict(self._blanks)

    def take_back(self, turns: Turns) -> None:
        self.team_facts, self._moved, self._blanks = turns

    def write_turns(self) -> None:
        """Stores what the decisions moved: the rotation's state is stored, never derived from the newest lead. What
        was counted goes with it."""
        if self._blanks:
            write_blanks(self._blanks)
            self._blanks.clear()
        moved = {team_id: self.team_facts[team_id] for team_id in sorted({team_id for team_id, _rep_id in self._moved})}
        if not moved:
            return
        members = [(team, member) for team in moved.values() for member in team.members]
        places = [_place(team, member) for team, member in members if (team.id, member.rep_id) in self._moved]
        change(Membership, places)
        change(Team, [{"id": team.id, "virtual_time": team.virtual_time} for team in moved.values()])
        self._moved.clear()


def lock_roster() -> Roster:
    """The roster under the routing lock: turns read here are nobody else's until the transaction ends."""
    lock_routing()
    return read_roster()


def read_roster() -> Roster:
    """The roster for a question that writes nothing."""
    businesses, teams, members, reps, rules, devices = read_rows(_BUSINESS, _TEAMS, _MEMBERS, _REPS, _RULES, DEVICES)
    members_of, devices_of = defaultdict(list), defaultdict(list)
    for member in members:
        members_of[member.team_id].append(member)
    for device in devices:
        devices_of[device.rep_id].append(device.id)
    return Roster(
        business=businesses[0],
        teams={team.id: team for team in teams},
        reps={rep.id: rep for rep in reps},
        rules=rules,
        devices=devices_of,
        team_facts={team.id: facts.team_facts(team, members_of[team.id]) for team in teams},
    )


def _facts_of(rules: Sequence[Rule]) -> tuple[values.Rule, ...]:
    """The rules as routing sees them, the very same while no rule has been changed: what routing and the search for
    near misses have made ready of them stays good from one request to the next."""
    global _last_rules
    rows, made = _last_rules
    if rows != rules:
        made = tuple(facts.rule_facts(rule) for rule in rules)
        _last_rules = rules, made
    return made


_last_rules: tuple[Sequence[Rule], tuple[values.Rule, ...]] = ((), ())


def default_team(teams: Iterable[Team]) -> Team:
    """The team for leads that no rule took: the one marked, else the first made."""
    return min(teams, key=lambda team: (not team.is_default, team.id))


_BUSINESS = select(Business.__table__)
_TEAMS = select(Team.__table__).where(Team.retired_at.is_(None)).order_by(Team.id)
_MEMBERS = select(Membership.__table__)
_REPS = select(Rep.__table__)
_RULES = select(Rule.__table__).where(Rule.enabled, Rule.retired_at.is_(None)).order_by(Rule.position, Rule.id)
_DEVICE = PushSubscription.__table__.c
#: The phones and browsers that ring.
DEVICES = select(_DEVICE.id, _DEVICE.rep_id).where(_DEVICE.removed_at.is_(None)).order_by(_DEVICE.id)


def _place(team: values.Team, member: values.Member) -> dict[str, Any]:
    """Of a membership, what routing moves."""
    return {
        "team_id": team.id,
        "rep_id": member.rep_id,
        "virtual_start": member.virtual_start,
        "last_offer_at": member.last_offer_at,
        "turns_in_hand": member.turns_in_hand,
        "turns_to_catch_up": member.turns_to_catch_up,
        "catches_up_at": member.catches_up_at,
    }


def _claimed_counts() -> dict[str, int]:
    """Leads claimed and not yet contacted, by owner."""
    counted = select(Lead.owner_id, func.count()).where(Lead.state == LeadState.CLAIMED).group_by(Lead.owner_id)
    return {owner_id: count for owner_id, count in db.session.execute(counted) if owner_id}
