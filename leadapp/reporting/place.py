"""Where a lead is worked on: what the clock on the wall shows there, and for how long the team was open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from leadapp.routing import hours

#: Clocks are turned at multiples of a quarter of an hour of UTC, so a quarter has one day and hour everywhere.
QUARTER = 900


class _Walls(dict[int, tuple[str, str]]):
    """The day and the hour there, ("2026-11-22", "10"), by the number of the quarter; worked out when first asked."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def __missing__(self, quarter: int) -> tuple[str, str]:
        there = datetime.fromtimestamp(quarter * QUARTER, self._zone)
        wall = self[quarter] = there.date().isoformat(), str(there.hour)
        return wall


class Place:
    """One team's hours and time zone, for moments of the `days`. Hours are as they are set now: what they were is not
    kept. `days` must begin two before the first moment asked about, because a span may last two days."""

    def __init__(self, timetable: Mapping[str, object], zone: str, days: Iterable[date]) -> None:
        self.zone = ZoneInfo(zone)
        self._always = not timetable
        self._edges = () if self._always else _edges(hours.Timetable(timetable), zone, days)
        self.walls = _Walls(self.zone)
        spans = (end - start for start, end in zip(self._edges[::2], self._edges[1::2], strict=True))
        self._open_before = (0, *accumulate(spans))

    def is_open(self, at: int) -> bool:
        return self._always or bisect_right(self._edges, at) % 2 == 1

    def open_seconds(self, start: int, end: int) -> int:
        """How much of the time from `start` to `end` the team was open."""
        return end - start if self._always else self._open_until(end) - self._open_until(start)

    def _open_until(self, at: int) -> int:
        """Seconds open from the first day on."""
        place = bisect_right(self._edges, at)
        whole = self._open_before[place // 2]
        return whole + at - self._edges[place - 1] if place % 2 else whole


def _edges(timetable: hours.Timetable, zone: str, days: Iterable[date]) -> tuple[int, ...]:
    """The moments at which it opens and closes in turn, opening first."""
    edges: list[int] = []
    for span in sorted(span for day in days for span in hours.spans_on(timetable, zone, day)):
        start, end = (int(moment.timestamp()) for moment in span)
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += (start, end)
    return tuple(edges)
