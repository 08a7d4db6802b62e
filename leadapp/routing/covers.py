"""Who stands in for somebody who is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from leadapp.routing.eligibility import AWAY, refusals
from leadapp.routing.values import Rep, Snapshot, Team


def covers(rep_id: str | None, reps: Mapping[str, Rep]) -> Iterator[Rep]:
    """The rep's cover, the cover's cover and so on; a loop or a rep who is gone ends it."""
    seen = {rep_id}
    rep = reps.get(rep_id) if rep_id else None
    while rep is not None and rep.cover_id not in seen:
        seen.add(rep.cover_id)
        rep = reps.get(rep.cover_id) if rep.cover_id else None
        if rep is not None:
            yield rep


def first_cover(rep_id: str, reps: Mapping[str, Rep], can_take: Callable[[Rep], bool]) -> Rep | None:
    """The nearest cover who can take the lead."""
    return next(filter(can_take, covers(rep_id, reps)), None)


def fallback_of(team: Team, snapshot: Snapshot, now: datetime) -> str:
    """The named human who gets what nobody took: the team's fallback, his cover while he is away, and always somebody.

    Away is out or inactive; a fallback who is busy or off shift is rung all the same. If no cover is there either, the
    default team's fallback or his cover gets it; if they are away too, the first who still works here.
    """
    default = snapshot.teams.get(snapshot.default_team_id, team)
    for rep_id in (team.fallback_id, default.fallback_id):
        rep = snapshot.reps.get(rep_id)
        if rep is None:
            continue
        if _is_there(rep, now):
            return rep.id
        cover = first_cover(rep.id, snapshot.reps, lambda candidate: _is_there(candidate, now))
        if cover is not None:
            return cover.id
    named = (team.fallback_id, default.fallback_id)
    working = (rep_id for rep_id in named if rep_id in snapshot.reps and snapshot.reps[rep_id].active)
    return next(working, team.fallback_id)


def _is_there(rep: Rep, now: datetime) -> bool:
    return AWAY.isdisjoint(refusals(rep, now))
