"""Who stands in for somebody who is away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from leadapp.routing.eligibility import is_away, presence_at
from leadapp.routing.values import Presence, Rep, Snapshot, Team


def covers(rep_id: str | None, reps: Mapping[str, Rep], now: datetime) -> Iterator[Rep]:
    """The rep's cover, the cover's cover and so on, each while the one he covers is declared away: nobody stands in
    before a planned absence has begun. A loop or a rep who is gone ends it."""
    seen = {rep_id}
    rep = reps.get(rep_id) if rep_id else None
    while rep is not None and _is_covered(rep, now) and rep.cover_id not in seen:
        seen.add(rep.cover_id)
        rep = reps.get(rep.cover_id) if rep.cover_id else None
        if rep is not None:
            yield rep


def _is_covered(rep: Rep, now: datetime) -> bool:
    return not rep.active or presence_at(rep, now) is not Presence.AVAILABLE


class Fallback(NamedTuple):
    rep_id: str
    is_last_resort: bool = False


def fallback_of(team: Team, snapshot: Snapshot, now: datetime) -> Fallback:
    """The named human who gets what nobody took: the team's fallback, his cover while he is away, and always somebody.

    Away is out or inactive; a fallback who is busy or off shift is rung all the same. If no cover is there either, the
    default team's fallback or his cover gets it. If they are away too it goes to the last resort: an owner of the
    business who is there, else whoever of all these still works here.
    """
    default = snapshot.teams.get(snapshot.default_team_id, team)
    named = [snapshot.reps[rep_id] for rep_id in (team.fallback_id, default.fallback_id) if rep_id in snapshot.reps]
    for rep in named:
        for stand_in in (rep, *covers(rep.id, snapshot.reps, now)):
            if not is_away(stand_in, now):
                return Fallback(stand_in.id)
    last = next(iter(last_resorts(snapshot.reps, now, named=named)), None)
    return Fallback(last.id if last else team.fallback_id, is_last_resort=last not in named)


def last_resorts(reps: Mapping[str, Rep], now: datetime, *, named: Sequence[Rep] = ()) -> list[Rep]:
    """Who is asked when nobody else is there, in this order, none twice: the owners of the business who are there, then
    whoever still works here, away or not: first the `named`, then owners, then everybody."""
    everybody = sorted(reps.values(), key=lambda rep: rep.id)
    owners = [rep for rep in everybody if rep.is_owner]
    there = [rep for rep in owners if not is_away(rep, now)]
    working = [rep for rep in (*named, *owners, *everybody) if rep.active]
    return list({rep.id: rep for rep in (*there, *working)}.values())
