"""Open or closed, and when next: weekly hours less holidays and closures, in a time zone.

Hours are {"mon": [["08:00", "17:00"]], ..., "holidays": ["2026-12-25"], "closures": [["2026-12-24T12:00",
"2026-12-27T08:00"]]}; shifts have the same form. A span belongs to the day it starts on, also past midnight ("22:00" to
"06:00"), and also when the next day is a holiday. A closure shuts whatever is open; where it names a day instead of a
moment, that whole day is shut. What the clock's two odd nights do is said in `wall_clock`.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from leadapp.routing.wall_clock import WEEKDAYS, first_moment, last_moment, local_day, read_clock

_DAYS_AHEAD = 366
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_WHOLE_DAY = ("00:00", "24:00")
Span = tuple[datetime, datetime]


class Timetable(Mapping[str, object]):
    """Hours that are asked about again and again: what is worked out for one is remembered for all that say the same.
    Reads as the mapping it was made from, which must not change."""

    __slots__ = ("_form", "_hash", "_hours")

    def __init__(self, hours: Mapping[str, object]) -> None:
        self._hours = hours
        self._form = marshal.dumps(dict(hours), 2)  # a sixth of what repr costs; version 2 depends on nothing else
        self._hash = hash(self._form)

    def __getitem__(self, key: str) -> object:
        return self._hours[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._hours)

    def __len__(self) -> int:
        return len(self._hours)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Timetable):
            return self._form == other._form
        return bool(self._hours == other)


def is_open(hours: Mapping[str, object], zone: str, now: datetime) -> bool:
    """Whether `now` is within the hours. Empty hours are always open; hours that name no day of the week are open on
    all but their holidays and closures. What cannot be read is left out."""
    if not hours:
        return True
    edges = _openings_and_closings(_timetable(hours), zone, now.astimezone(UTC).date())
    return bisect_right(edges, now) % 2 == 1


def next_opening(hours: Mapping[str, object], zone: str, now: datetime) -> datetime | None:
    """The first moment from `now` on that is within the hours (`now` itself if it is), in UTC; None if there is none
    within 366 days."""
    return now.astimezone(UTC) if is_open(hours, zone, now) else next_start(hours, zone, now)


def next_start(hours: Mapping[str, object], zone: str, now: datetime) -> datetime | None:
    """The first moment after `now` at which what was closed opens, in UTC; None if there is none within 366 days."""
    if not hours:
        return None
    timetable, day = _timetable(hours), local_day(zone, now) - _DAY
    for _ in range(_DAYS_AHEAD + 2):
        # Where a span of yesterday opens again after a closure, none of today has opened before.
        for start in sorted(start for start, _end in _open_spans(timetable, zone, day) if start > now):
            if not is_open(timetable, zone, start - _INSTANT):
                return start
        day += _DAY
    return None


def changes(hours: Mapping[str, object], zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The moments after `start` and before `end` at which it opens or closes, in UTC and in order."""
    if not hours:
        return []
    timetable, day, last = _timetable(hours), start.astimezone(UTC).date(), end.astimezone(UTC).date()
    found: list[datetime] = []
    while day <= last:
        # Those of a day are right on that day alone: what lies further off is not looked at.
        edges = _openings_and_closings(timetable, zone, day)
        found += [edge for edge in edges if edge.date() == day and start < edge < end]
        day += _DAY
    return found


def spans_on(hours: Mapping[str, object], zone: str, day: date) -> tuple[Span, ...]:
    """The spans that begin on that day there, in UTC and in order, less what is closed. Empty hours have none: they
    never begin."""
    return tuple(sorted(_open_spans(_timetable(hours), zone, day))) if hours else ()


def read_span(span: object) -> tuple[int, int] | None:
    """Minutes from the start of the day; an end that is not after the start is on the next day. None if it cannot be
    read."""
    if not isinstance(span, (list, tuple)) or len(span) != 2:
        return None
    start, end = read_clock(span[0]), read_clock(span[1])
    if start is None or end is None or start >= 24 * 60:
        return None
    return start, end if end > start else end + 24 * 60


def read_closure(closure: object, zone: str) -> Span | None:
    """When a closure begins and ends, in UTC: [from, until], or one day; None if it cannot be read or never begins."""
    edges = closure if isinstance(closure, (list, tuple)) else (closure, closure)
    begins, ends = map(_read_edge, edges) if len(edges) == 2 else (None, None)
    if begins is None or ends is None:
        return None
    try:
        start = first_moment(begins[0], begins[1] or 0, zone)
        end = last_moment(ends[0], 24 * 60 if ends[1] is None else ends[1], zone)
    except (OverflowError, ValueError):  # the calendar has an end
        return None
    return (start, end) if start < end else None


def _timetable(hours: Mapping[str, object]) -> Timetable:
    return hours if isinstance(hours, Timetable) else Timetable(hours)


@lru_cache(maxsize=8192)
def _openings_and_closings(timetable: Timetable, zone: str, day: date) -> tuple[datetime, ...]:
    """The moments at which it opens and closes in turn, opening first, around this day of UTC: so nothing of the zone
    need be asked at each moment of the day."""
    local_days = (day + _DAY * ahead for ahead in (-2, -1, 0, 1))  # zones are a day apart, and a span may last two
    edges: list[datetime] = []
    for start, end in sorted(span for there in local_days for span in _open_spans(timetable, zone, there)):
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += (start, end)
    return tuple(edges)


@lru_cache(maxsize=16384)
def _open_spans(timetable: Timetable, zone: str, day: date) -> tuple[Span, ...]:
    """The spans that start on `day`, in UTC, less closures."""
    spans = list(_spans(timetable, zone, day))
    for closed_from, closed_until in _closures(timetable, zone):
        spans = [
            (start, end)
            for span_start, span_end in spans
            for start, end in (
                (span_start, min(span_end, closed_from)),
                (max(span_start, closed_until), span_end),
            )
            if start < end
        ]
    return tuple(spans)


@lru_cache(maxsize=1024)
def _closures(timetable: Timetable, zone: str) -> tuple[Span, ...]:
    found = (read_closure(closure, zone) for closure in _listed(timetable.get("closures")))
    return tuple(span for span in found if span is not None)


def _spans(timetable: Timetable, zone: str, day: date) -> Iterator[Span]:
    if day.isoformat() in _listed(timetable.get("holidays")):
        return
    if any(weekday in timetable for weekday in WEEKDAYS):
        listed = _listed(timetable.get(WEEKDAYS[day.weekday()]))
    else:
        listed = [_WHOLE_DAY]
    for span in listed:
        clock = read_span(span)
        if clock is None:
            continue
        start, end = first_moment(day, clock[0], zone), last_moment(day, clock[1], zone)
        if start < end:
            yield start, end


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _read_edge(edge: object) -> tuple[date, int | None] | None:
    """A day, and the minutes into it where it names a time: "2026-12-24T12:00"."""
    if not isinstance(edge, str):
        return None
    day_text, has_time, clock = edge.partition("T")
    minutes = read_clock(clock) if has_time else None
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        return None
    is_readable = day.isoformat() == day_text and (minutes is not None or not has_time)
    return (day, minutes) if is_readable else None
