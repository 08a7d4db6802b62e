"""What a clock on the wall shows there, and which moment is meant by it.

The two odd nights of the year follow one rule. What begins at a clock time begins at the first moment the clock shows
it, and what ends at one ends at the last, so a clock turned back never shortens anything. A clock time that is skipped
means the first moment after the gap.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)


def local_day(zone: str, now: datetime) -> date:
    """The date there at that moment."""
    return now.astimezone(_zone(zone)).date()


def local_time(day: date, clock: str, zone: str) -> datetime | None:
    """The first moment of that clock time ("08:00") on that day, in UTC; None if it cannot be read."""
    minutes = read_clock(clock)
    return None if minutes is None else first_moment(day, minutes, zone)


def read_clock(clock: object) -> int | None:
    """ "17:30" -> 1050 minutes from the start of the day; "24:00" is its end. None if it cannot be read."""
    shown = _CLOCK.fullmatch(clock.strip()) if isinstance(clock, str) else None
    if shown is None:
        return None
    minutes = int(shown[1]) * 60 + int(shown[2])
    return minutes if minutes <= 24 * 60 else None


def first_moment(day: date, minutes: int, zone: str) -> datetime:
    """When the clock first shows so many minutes from the start of the day, which may be more than it has; in UTC."""
    return _moment(day, minutes, zone, fold=0)


def last_moment(day: date, minutes: int, zone: str) -> datetime:
    """When the clock last shows them; in UTC."""
    return _moment(day, minutes, zone, fold=1)


@lru_cache(maxsize=8192)
def _moment(day: date, minutes: int, zone: str, *, fold: int) -> datetime:
    there = _zone(zone)
    wall = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), there)
    moment = wall.replace(fold=fold).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall, there)


def _end_of_gap(wall: datetime, there: ZoneInfo) -> datetime:
    """The moment the clock jumps over `wall`. Its two readings lie on either side of the jump."""
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    offset = before.astimezone(there).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(there).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    """An unknown zone counts as UTC: hours that are an hour off are better than a lead that is not routed."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
