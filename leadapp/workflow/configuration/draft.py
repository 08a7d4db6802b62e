"""A draft of the set-up: saved as it would be, by the same checks, read, and taken back again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Rep, Rule, Team
from leadapp.transaction import taken_back
from leadapp.workflow.configuration.reps import put_rep
from leadapp.workflow.configuration.rules import put_rule
from leadapp.workflow.configuration.teams import put_team
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.locks import lock_rep, lock_routing
from leadapp.workflow.roster import Roster, read_roster

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What would change; None leaves it as it is. Each item holds the fields of its resource: with an `id` it changes
    that one, without it is new. `rules` are all there would be, in the order in which they would be tried (a `position`
    moves one); teams and reps that are not listed stay. A rep or a team may be named by its name where an id would
    stand, as whatever is new must be; of namesakes, only the id will do."""

    rules: Sequence[Values] | None = None
    teams: Sequence[Values] | None = None
    reps: Sequence[Values] | None = None

    @property
    def is_empty(self) -> bool:
        return self.rules is None and not self.teams and not self.reps


@dataclass(frozen=True, slots=True)
class Drafted:
    """The roster as it is and as the draft would make it; `new` are the ids of what there is in the draft alone."""

    present: Roster
    drafted: Roster
    new: frozenset[str] = frozenset()


def drafted_roster(draft: Draft, *, now: datetime) -> Drafted:
    """Stores nothing. Raises Invalid as saving would, each field with its place in the draft ("rules.2.then.team")."""
    if draft.is_empty:
        present = read_roster()
        return Drafted(present, present)
    with taken_back():
        for rep_id in sorted(str(item["id"]) for item in draft.reps or () if item.get("id")):
            lock_rep(rep_id)
        lock_routing()  # before any other row: a lead that is stored meanwhile takes its locks in this order, too
        present = read_roster()
        new = _apply(draft, present, now)
        db.session.flush()
        return Drafted(present, read_roster(), new)


def _apply(draft: Draft, present: Roster, now: datetime) -> frozenset[str]:
    """Teams name reps, reps name teams, and rules name both: so people come first, and join their teams later."""
    reps, teams = draft.reps or (), draft.teams or ()
    people = [_put_person(place, item, now) for place, item in _placed("reps", reps)]
    new_reps = {str(item["name"]): rep.id for item, rep in zip(reps, people, strict=True) if not item.get("id")}
    named_reps = _by_name(rep for rep in present.reps.values() if rep.active) | new_reps
    new_teams, named_teams = dict[str, str](), _by_name(present.teams.values())
    for place, item in _placed("teams", teams):
        with _naming(place):
            team_id = put_team(item.get("id"), _fields(_with_reps(item, named_reps)), now=now)
        if not item.get("id"):
            new_teams[str(item["name"])] = named_teams[str(item["name"])] = team_id
    for (place, item), rep in zip(_placed("reps", reps), people, strict=True):
        _place_person(place, item, rep, named_teams, now)
    rules = [] if draft.rules is None else _put_rules(draft.rules, named_teams, named_reps, now)
    return frozenset((*new_reps.values(), *new_teams.values(), *rules))


def _by_name(things: Iterable[Rep | Team]) -> dict[str, str]:
    """The ids of those whose name is nobody else's."""
    things = list(things)
    often = Counter(thing.name for thing in things)
    return {thing.name: thing.id for thing in things if often[thing.name] == 1}


def _put_person(place: str, item: Values, now: datetime) -> Rep:
    at_first = {name: value for name, value in _fields(item).items() if name not in ("teams", "active")}
    if item.get("active") is True:
        at_first["active"] = True
    with _naming(place):
        return put_rep(item.get("id"), at_first, now=now)


def _place_person(place: str, item: Values, rep: Rep, named_teams: Mapping[str, str], now: datetime) -> None:
    """Puts the rep in his teams or out of the company, when the teams of the draft and their fallbacks are there."""
    values: dict[str, Any] = {}
    if "teams" in item:
        values["teams"] = [{**at, "team": named_teams.get(at["team"], at["team"])} for at in item["teams"]]
    if item.get("active") is False:
        values["active"] = False
    if values:
        with _naming(place):
            put_rep(rep.id, values, now=now)
        rep.active = rep.active and "active" not in values


def _put_rules(
    rules: Sequence[Values], named_teams: Mapping[str, str], named_reps: Mapping[str, str], now: datetime
) -> list[str]:
    """Takes out the rules that are not listed, and returns the ids of those that are new."""
    listed = {item["id"] for item in rules if item.get("id")}
    for rule in db.session.scalars(select(Rule).where(Rule.retired_at.is_(None))):
        if rule.id not in listed:
            rule.retired_at = now
    positions, new = _positions(rules), []
    for index, (place, item) in enumerate(_placed("rules", rules)):
        values = _fields(item) | {"position": positions[index]}
        if then := item.get("then"):
            team, rep = then.get("team"), then.get("rep")
            values["then"] = {**then, "team": named_teams.get(team, team), "rep": named_reps.get(rep, rep)}
        with _naming(place):
            rule_id = put_rule(item.get("id"), values, now=now)
        if rule_id not in listed:
            new.append(rule_id)
    return new


def _positions(rules: Sequence[Values]) -> list[int]:
    """Places from 0 on: as listed, but a rule that names its position goes there, and takes those after it along."""
    named, last = [], 0
    for index, item in enumerate(rules):
        last = item.get("position", last)
        named.append((last, index))
    places = {index: place for place, (_named, index) in enumerate(sorted(named))}
    return [places[index] for index in range(len(rules))]


def _with_reps(team: Values, named: Mapping[str, str]) -> dict[str, Any]:
    """The team's values with ids where reps of the draft stand by their names."""
    values = dict(team)
    if values.get("fallback"):
        values["fallback"] = named.get(values["fallback"], values["fallback"])
    if (values.get("on_call") or {}).get("reps"):
        values["on_call"] = {**values["on_call"], "reps": [named.get(rep, rep) for rep in values["on_call"]["reps"]]}
    for chain in ("chain", "urgent_chain"):
        if values.get(chain):
            values[chain] = [
                {**step, "rep": named.get(step["rep"], step["rep"])} if step.get("rep") else step
                for step in values[chain]
            ]
    return values


def _fields(item: Values) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "id"}


def _placed(kind: str, items: Sequence[Values]) -> Iterator[tuple[str, Values]]:
    return ((f"{kind}.{index}", item) for index, item in enumerate(items))


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Says of what is wrong where in the draft it stands."""
    try:
        yield
    except Invalid as error:
        raise Invalid(*((f"{place}.{field}", message) for field, message in error.errors)) from None
    except NotFound as missing:
        raise Invalid((f"{place}.id", f"There is no {missing} with this id. Leave it out for a new one.")) from None
    except Conflict as conflict:
        raise Invalid((f"{place}.id", str(conflict))) from None
