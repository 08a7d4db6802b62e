"""Two rehearsals of the same leads compared: what moved, whose turn merely shifted, and who has how much to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leadapp.routing.explain import refusal_words, sentence
from leadapp.routing.past import Outcome
from leadapp.routing.wall_clock import local_day


@dataclass(frozen=True, slots=True)
class Move:
    """A lead that could not have gone where it went before."""

    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Load:
    """Leads put before one rep, in all and by the day there."""

    rep_id: str
    before: int
    after: int
    days: tuple[tuple[date, int, int], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A rule of the draft that could not look at `leads` because the field was blank; `moved` of them moved."""

    rule_id: str
    field: str
    leads: int
    moved: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a draft changes. `nobody` is who reached nobody before and after, `waiting` who was held at the end."""

    leads: int
    moves: tuple[Move, ...]
    turns_shifted: int
    nobody: tuple[int, int]
    waiting: tuple[int, int]
    loads: tuple[Load, ...]
    blanks: tuple[Blank, ...]


def compare(before: Sequence[Outcome], after: Sequence[Outcome], rep_ids: Iterable[str], time_zone: str) -> Comparison:
    """`before` and `after` are of the same leads in the same order. Days are of `time_zone`; loads are of `rep_ids`
    and of whoever else was given anything, by id.

    A lead has moved when in the draft it could not have gone where it went: it has another team, another kind of
    decision (a turn, the owner, a rule, held, nobody, ...), or a rep who could not have got it. Whoever merely has
    another turn of the same rotation has not moved, nor has a returning customer whose first lead was such a one: else
    one new rule would move every later lead of the rotation.
    """
    moves: dict[str, Move] = {}
    shifted = 0
    for one, other in zip(before, after, strict=True):
        if _has_moved(one, other, moves):
            moves[one.lead_id] = Move(one, other)
        elif one.rep_id != other.rep_id:
            shifted += 1
    return Comparison(
        leads=len(before),
        moves=tuple(moves.values()),
        turns_shifted=shifted,
        nobody=(_count(one.reached_nobody for one in before), _count(one.reached_nobody for one in after)),
        waiting=(_count(one.is_waiting for one in before), _count(one.is_waiting for one in after)),
        loads=tuple(_loads(before, after, rep_ids, time_zone)),
        blanks=tuple(_blanks(after, moves)),
    )


def because(move: Move, names: Mapping[str, str]) -> str:
    """Why the lead moved, in plain words: where it goes now, and what keeps it from where it went."""
    before, after = move.before, move.after
    parts = []
    if after.was_held and not before.was_held:
        parts.append("It waits until the team opens.")
    elif before.was_held and not after.was_held:
        parts.append("It no longer waits until the team opens.")
    refused = dict(after.refused).get(before.rep_id)
    if refused is not None and before.rep_id in names:
        parts.append(f"{names[before.rep_id]} {refusal_words(refused)}.")
    return " ".join((*parts, sentence(after.why, names)))


def _has_moved(before: Outcome, after: Outcome, moves: Mapping[str, Move]) -> bool:
    if before.why.team_id != after.why.team_id or before.was_held != after.was_held:
        return True
    if before.known_to != after.known_to:  # relationships that the rehearsals themselves have made
        return any(bond in moves for bond in (*before.bonds, *after.bonds))
    return _kind(before) != _kind(after) or before.rep_id not in after.able


def _kind(outcome: Outcome) -> str:
    return "nobody" if outcome.reached_nobody else outcome.why.because.value


def _count(holds: Iterable[bool]) -> int:
    return sum(holds)


def _loads(
    before: Sequence[Outcome], after: Sequence[Outcome], rep_ids: Iterable[str], time_zone: str
) -> Iterator[Load]:
    now, then = _by_day(before, time_zone), _by_day(after, time_zone)
    for rep_id in sorted({*rep_ids, *now, *then}):
        his_now, his_then = now.get(rep_id, Counter()), then.get(rep_id, Counter())
        days = tuple((day, his_now[day], his_then[day]) for day in sorted({*his_now, *his_then}))
        yield Load(rep_id, his_now.total(), his_then.total(), days)


def _by_day(outcomes: Iterable[Outcome], time_zone: str) -> dict[str, Counter[date]]:
    found: dict[str, Counter[date]] = {}
    for outcome in outcomes:
        if outcome.given_to:
            found.setdefault(outcome.given_to, Counter())[local_day(time_zone, outcome.at)] += 1
    return found


def _blanks(outcomes: Iterable[Outcome], moves: Mapping[str, Move]) -> Iterator[Blank]:
    leads: Counter[tuple[str, str]] = Counter()
    moved: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        leads.update(outcome.blanks)
        if outcome.lead_id in moves:
            moved.update(outcome.blanks)
    for blank, count in leads.most_common():
        yield Blank(*blank, leads=count, moved=moved[blank])
