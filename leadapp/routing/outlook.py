"""Everybody as they will be at a moment to come: planned absences have begun or ended by then, and shifts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from leadapp.routing.hours import changes, is_open
from leadapp.routing.past import Away
from leadapp.routing.values import Presence, Rep

_EVER_BEFORE, _FOR_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Outlook:
    """Of several absences of a rep at one moment the last listed counts. Phones stay as they are."""

    def __init__(self, reps: Mapping[str, Rep], absences: Sequence[Away], start: datetime, end: datetime) -> None:
        self._start, self._end = start, end
        absences_of = {rep_id: [away for away in absences if away.rep_id == rep_id] for rep_id in reps}
        self._people = {rep.id: _Person(rep, absences_of[rep.id]) for rep in reps.values()}
        edges = (edge for person in self._people.values() for edge in person.edges)
        self.absence_edges = frozenset(edge for edge in edges if start < edge < end)
        self._shifts: dict[str, list[datetime]] = {}

    def reps(self, moment: datetime) -> Mapping[str, Rep]:
        """Everybody as they are then."""
        return {rep_id: person.variants[person.phase(moment)] for rep_id, person in self._people.items()}

    def standing(self, rep_id: str, moment: datetime) -> object:
        """The same for two moments at which the rep has declared the same, and is on shift or is not."""
        return self._people[rep_id].phase(moment), self._is_on(rep_id, moment)

    def shift_edges(self, rep_id: str) -> Sequence[datetime]:
        """When a shift of the rep begins or ends, within the time that is looked at."""
        if rep_id not in self._people:
            return ()
        if rep_id not in self._shifts:
            rep = self._people[rep_id].rep
            self._shifts[rep_id] = changes(rep.shifts, rep.time_zone, self._start, self._end)
        return self._shifts[rep_id]

    def _is_on(self, rep_id: str, moment: datetime) -> bool:
        rep = self._people[rep_id].rep
        return not rep.shifts or is_open(rep.shifts, rep.time_zone, moment)


class _Person:
    """A rep, and what they are between the edges of their absences."""

    def __init__(self, rep: Rep, absences: Sequence[Away]) -> None:
        self.rep = rep
        ahead = [away for away in absences if away.starts_at < (away.ends_at or _FOR_EVER)]
        moments = {moment for away in ahead for moment in (away.starts_at, away.ends_at) if moment is not None}
        self.edges = sorted(moments)
        self.variants = [_as_declared(rep, _standing(ahead, at)) for at in (_EVER_BEFORE, *self.edges)]

    def phase(self, moment: datetime) -> int:
        return bisect_right(self.edges, moment) if self.edges else 0


def _standing(absences: Sequence[Away], moment: datetime) -> Away | None:
    found = [away for away in absences if away.starts_at <= moment < (away.ends_at or _FOR_EVER)]
    return found[-1] if found else None


def _as_declared(rep: Rep, away: Away | None) -> Rep:
    """Whoever has left keeps the cover that was named for them."""
    cover_id = away.cover_id if away else (None if rep.active else rep.cover_id)
    presence = away.state if away else Presence.AVAILABLE
    return replace(rep, presence=presence, presence_from=None, presence_until=None, cover_id=cover_id, open_count=0)
