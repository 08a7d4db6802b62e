"""A report: the leads of a period, timed by one clock and put into the rows of each table.

A table and the list of leads behind a figure ask for the same rows here, so they cannot disagree.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from leadapp.reporting.facts import JUNK, LATE, Ask, Clock, End, Hours, Leads
from leadapp.reporting.place import QUARTER, Place
from leadapp.reporting.sums import NEVER, Group


class Table(StrEnum):
    """What the leads are put into rows by."""

    CLOCK = "clock"
    DAY = "day"
    HOUR = "hour"
    OPEN = "open"
    REP = "rep"
    SOURCE = "source"
    TEAM = "team"
    MISSED = "missed"
    ASKED = "asked"
    WON = "won"
    JUNK = "junk"
    BLANK = "blank"
    ASIDE = "aside"


#: The rows of what is won by speed, each from so many seconds up to the next.
SPEEDS: Mapping[str, int] = {
    "1_min": 0, "5_min": 61, "15_min": 301, "1_h": 901, "1_d": 3_601, "longer": 86_401, "never": NEVER
}  # fmt: skip
_STARTS, _SPEEDS = [*SPEEDS.values()], [*SPEEDS]


@dataclass(frozen=True)
class Report:
    """`leads` are all of the period, `asks` all who were asked for them, in the order in which that ended (only for the
    tables about it), and `places` has every team of them."""

    leads: Leads
    places: Mapping[str, Place]
    clock: Clock = Clock.CONTACT
    hours: Hours = Hours.ALL
    asks: Sequence[Ask] = ()

    def rows(self, table: Table) -> Mapping[str, Group]:
        """The leads of each row, by the row's key. A lead may be in several rows, in none twice."""
        if table not in self._made:
            self._made[table] = self._make(table)
        return self._made[table]

    @cached_property
    def _made(self) -> dict[Table, Mapping[str, Group]]:
        return {}

    def _make(self, table: Table) -> Mapping[str, Group]:
        if table is Table.CLOCK:
            return {
                clock: self._counted if clock is self.clock else self._timed(clock, self.counted) for clock in Clock
            }
        if table in (Table.MISSED, Table.ASKED):
            return self._moved_on[table]
        whole = self._counted if table in _ONLY_COUNTED else self._all
        keys = _KEYS[table](self)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for place in whole.chosen():
            rows[keys[place]].append(place)
        return {key: Group(self.leads, self._seconds, places) for key, places in rows.items()}

    @cached_property
    def counted(self) -> Sequence[int]:
        """The leads whose times are counted: neither junk nor a record of the past."""
        return [place for place, kind in enumerate(self._kinds) if kind == "counted"]

    def aside(self) -> Mapping[str, int]:
        """How many leads count, and how many do not and why."""
        return Counter(self._kinds)

    @cached_property
    def _counted(self) -> Group:
        return self._timed(self.clock, self.counted)

    @cached_property
    def _all(self) -> Group:
        return self._timed(self.clock, range(len(self.leads)))

    @cached_property
    def _seconds(self) -> Sequence[int]:
        return self._times(self.clock)

    def _timed(self, clock: Clock, places: Iterable[int]) -> Group:
        seconds = self._seconds if clock is self.clock else self._times(clock)
        return Group(self.leads, seconds, sorted(places, key=seconds.__getitem__))

    def _times(self, clock: Clock) -> list[int]:
        """How long each lead took until that clock stopped. Who called before the request was stored was quick, not
        early."""
        received = self.leads.received
        ends = {Clock.OFFER: self.leads.asked, Clock.ACCEPT: self.leads.taken, Clock.CONTACT: self.leads.reached}[clock]
        if self.hours is Hours.OPEN:
            return [*map(self._open_seconds, self.leads.team, received, ends)]
        return [
            NEVER if end is None else end - start if end > start else 0
            for start, end in zip(received, ends, strict=True)
        ]

    def _open_seconds(self, team: str, start: int, end: int | None) -> int:
        if end is None:
            return NEVER
        return self.places[team].open_seconds(start, end) if end > start else 0

    @cached_property
    def _walls(self) -> tuple[Sequence[str], Sequence[str]]:
        """The days and the hours at which leads came, where their teams are."""
        there = {team: place.walls for team, place in self.places.items()}
        walls = [there[team][at // QUARTER] for team, at in zip(self.leads.team, self.leads.received, strict=True)]
        return [day for day, _hour in walls], [hour for _day, hour in walls]

    def _is_open(self) -> list[str]:
        at = zip(self.leads.team, self.leads.received, strict=True)
        return ["open" if self.places[team].is_open(moment) else "closed" for team, moment in at]

    @cached_property
    def _kinds(self) -> Sequence[str]:
        """Of each lead, whether it counts, and why not."""
        of_leads = zip(self.leads.outcome, self.leads.stored, self.leads.received, strict=True)
        return [
            "junk" if outcome in JUNK else "late" if stored - received > LATE else "counted"
            for outcome, stored, received in of_leads
        ]

    @cached_property
    def _moved_on(self) -> Mapping[Table, Mapping[str, Group]]:
        """Why leads moved on from whoever was asked or had them, with the time from their coming until then; and by
        rep all that each was asked for, and of them those that ended each way. Of what a row has of the same lead more
        than once, the first."""
        missed: defaultdict[str, dict[int, int]] = defaultdict(dict)
        asked: defaultdict[str, dict[int, int]] = defaultdict(dict)
        places, received = {self.leads.id[place]: place for place in self.counted}, self.leads.received
        for lead_id, rep, end, why, at in self.asks:
            place = places.get(lead_id)
            if place is None:
                continue
            seconds = max(0, at - received[place])
            if end:
                missed[f"{end} {why}".rstrip()].setdefault(place, seconds)
            if end is not End.QUEUED:
                for row in (rep, f"{rep} {end}") if end else (rep,):
                    asked[row].setdefault(place, seconds)
        return {Table.MISSED: self._groups(missed), Table.ASKED: self._groups(asked)}

    def _groups(self, rows: Mapping[str, Mapping[int, int]]) -> dict[str, Group]:
        return {key: Group(self.leads, times, sorted(times, key=times.__getitem__)) for key, times in rows.items()}


_KEYS: Mapping[Table, Callable[[Report], Sequence[str]]] = {
    Table.DAY: lambda report: report._walls[0],
    Table.HOUR: lambda report: report._walls[1],
    Table.OPEN: Report._is_open,
    Table.REP: lambda report: report.leads.rep,
    Table.SOURCE: lambda report: report.leads.source,
    Table.TEAM: lambda report: report.leads.team,
    Table.WON: lambda report: [_SPEEDS[bisect_right(_STARTS, seconds) - 1] for seconds in report._seconds],
    Table.JUNK: lambda report: report.leads.source,
    Table.BLANK: lambda report: report.leads.source,
    Table.ASIDE: lambda report: report._kinds,
}
_ONLY_COUNTED = frozenset({Table.DAY, Table.HOUR, Table.OPEN, Table.REP, Table.SOURCE, Table.TEAM, Table.WON})
