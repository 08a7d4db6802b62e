"""A hole in the coverage in one sentence, and what would close it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from leadapp.routing.coverage import Ends, Facts, Hole
from leadapp.routing.explain import refusal_words
from leadapp.routing.said import Said, said, strung
from leadapp.routing.values import Refusal

_NAMED = 3
_ALL: dict[Refusal, Said] = {
    Refusal.OUT: said("everybody is away"),
    Refusal.BUSY: said("everybody is on a job"),
    Refusal.OFF_SHIFT: said("everybody is off shift"),
    Refusal.UNREACHABLE: said("nobody has a working phone"),
    Refusal.INACTIVE: said("nobody is in the team"),
}


class Fix(StrEnum):
    """What would close a hole."""

    COVER = "cover"  # for a rep who is away
    PHONE = "phone"  # of a rep whom nothing reaches
    FALLBACK = "fallback"  # another for the team
    ON_CALL = "on_call"  # somebody for the team


@dataclass(frozen=True, slots=True)
class Offered:
    """A fix; `about` is the id of the rep, or of the team."""

    fix: Fix
    about: str


def what_is_wrong(hole: Hole, facts: Facts) -> Said:
    """Why nobody would answer, as the end of a sentence, without its full stop."""
    if hole.ends is Ends.NOBODY_ON_CALL:
        return _nobody_on_call(hole, facts)
    return said("{nobody}, and {behind}", nobody=_nobody(hole, facts), behind=_behind(hole, facts))


def fixes(hole: Hole, facts: Facts) -> list[Offered]:
    """The nearest first, none twice."""
    return list(dict.fromkeys(_fixes(hole, facts)))


def _fixes(hole: Hole, facts: Facts) -> Iterator[Offered]:
    team = facts.teams[hole.team_id]
    match hole.ends:
        case Ends.NOBODY_ON_CALL:
            yield Offered(Fix.ON_CALL, team.id)
        case Ends.UNREACHABLE if hole.rep_id:
            yield Offered(Fix.PHONE, hole.rep_id)
            yield Offered(Fix.FALLBACK, team.id)
        case _:
            if _works_here(team.fallback_id, facts):
                yield Offered(Fix.COVER, team.fallback_id)
            yield Offered(Fix.FALLBACK, team.id)
    for rep_id, reason in hole.refused[:_NAMED]:
        if reason is Refusal.UNREACHABLE:
            yield Offered(Fix.PHONE, rep_id)
        elif reason is Refusal.OUT and hole.ends is Ends.NOBODY_ON_CALL:
            yield Offered(Fix.COVER, rep_id)


def _nobody(hole: Hole, facts: Facts) -> Said:
    reasons = {reason for _rep_id, reason in hole.refused}
    if not reasons:
        return _ALL[Refusal.INACTIVE]
    if len(reasons) == 1 and hole.refused[0][1] in _ALL:
        return _ALL[hole.refused[0][1]]
    return said("nobody can be asked ({reasons})", reasons=_reasons(hole, facts))


def _nobody_on_call(hole: Hole, facts: Facts) -> Said:
    if not hole.refused:
        return said("it is closed and nobody is on call, so that the whole team would be woken")
    return said(
        "it is closed and nobody on call is there ({reasons}), so that the whole team would be woken",
        reasons=_reasons(hole, facts),
    )


def _reasons(hole: Hole, facts: Facts) -> Said:
    named = [strung(" ", (_name(rep_id, facts), refusal_words(why))) for rep_id, why in hole.refused[:_NAMED]]
    left = len(hole.refused) - _NAMED
    if left > 0:
        named.append(said("and 1 other") if left == 1 else said("and {count} others", count=left))
    return strung(", ", named)


def _behind(hole: Hole, facts: Facts) -> Said:
    team = facts.teams[hole.team_id]
    fallback, rep = _name(team.fallback_id, facts), _name(hole.rep_id, facts)
    match hole.ends:
        case Ends.UNREACHABLE if hole.rep_id == team.fallback_id:
            return said("{name}, the fallback, has no working phone", name=rep)
        case Ends.UNREACHABLE:
            return said("{name}, who stands in for {fallback}, has no working phone", name=rep, fallback=fallback)
        case Ends.LAST_RESORT:
            words = said("{fallback}, the fallback, is away and nobody who is there covers", fallback=fallback)
            return said("{words}; only {name} is left, as the last resort", words=words, name=rep)
        case _:
            return said("{fallback}, the fallback, is away, and so is everybody who could stand in", fallback=fallback)


def _works_here(rep_id: str, facts: Facts) -> bool:
    return rep_id in facts.reps and facts.reps[rep_id].active


def _name(rep_id: str | None, facts: Facts) -> str:
    rep = facts.reps.get(rep_id or "")
    return rep.name if rep else said("a colleague")
