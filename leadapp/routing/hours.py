"""Open or closed, and when next: weekly hours with holidays in a time zone.

The two odd nights of the year follow one rule. A span begins at the first moment its clock time shows and ends at the
last, so a clock turned back never shortens it. A clock time that is skipped means the first moment after the gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_AHEAD = 366


def is_open(hours: Mapping[str, object], zone: str, now: datetime) -> bool:
    """Whether `now` is within the hours. Empty hours are always open; hours with holidays alone are open on all others.

    A span past midnight ("22:00" to "06:00") belongs to the day it starts on, also when the next day is a holiday. A
    span that cannot be read is left out.
    """
    if not hours:
        return True
    today = local_day(zone, now)
    days = (today, today - timedelta(days=1))
    return any(start <= now < end for day in days for start, end in _spans(hours, zone, day))


def next_opening(hours: Mapping[str, object], zone: str, now: datetime) -> datetime | None:
    """The first moment from `now` on that is within the hours (`now` itself if it is), in UTC; None if there is none
    within 366 days."""
    if is_open(hours, zone, now):
        return now.astimezone(UTC)
    today = local_day(zone, now)
    for ahead in range(_DAYS_AHEAD + 1):
        starts = [start for start, _ in _spans(hours, zone, today + timedelta(days=ahead)) if start > now]
        if starts:
            return min(starts)
    return None


def local_day(zone: str, now: datetime) -> date:
    """The date there at that moment."""
    return now.astimezone(_zone(zone)).date()


def local_time(day: date, clock: str, zone: str) -> datetime | None:
    """The first moment of that clock time ("08:00") on that day, in UTC; None if it cannot be read."""
    minutes = _minutes(clock)
    return None if minutes is None else _moment(day, minutes, _zone(zone), fold=0)


def _spans(hours: Mapping[str, object], zone: str, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The spans that start on `day`, in UTC."""
    if day.isoformat() in _listed(hours.get("holidays")):
        return
    if not any(weekday in hours for weekday in WEEKDAYS):
        listed: list[object] = [("00:00", "24:00")]
    else:
        listed = _listed(hours.get(WEEKDAYS[day.weekday()]))
    for span in listed:
        clock = _read_span(span)
        if clock is None:
            continue
        start = _moment(day, clock[0], _zone(zone), fold=0)
        end = _moment(day, clock[1], _zone(zone), fold=1)
        if start < end:
            yield start, end


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _read_span(span: object) -> tuple[int, int] | None:
    """Minutes from the start of the day; an end that is not after the start is on the next day."""
    if not isinstance(span, (list, tuple)) or len(span) != 2:
        return None
    start, end = _minutes(span[0]), _minutes(span[1])
    if start is None or end is None or start >= 24 * 60:
        return None
    return start, end if end > start else end + 24 * 60


@lru_cache(maxsize=2048)
def _minutes(clock: object) -> int | None:
    """ "17:30" -> 1050; "24:00" is the end of the day."""
    if not isinstance(clock, str):
        return None
    hour, _, minute = clock.strip().partition(":")
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2):
        return None
    minutes = int(hour[:3]) * 60 + int(minute)
    return minutes if int(minute) < 60 and minutes <= 24 * 60 else None


@lru_cache(maxsize=8192)
def _moment(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> datetime:
    wall = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone)
    moment = wall.replace(fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment the clock jumps over `wall`. Its two readings lie on either side of the jump."""
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
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
