"""Who is on call: reps in order, handing over once a week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from leadapp.routing.wall_clock import WEEKDAYS, first_moment, local_day, local_time

#: A Monday. The rota counts its weeks from here when it names no first day.
_FIRST_DAY = date(2024, 1, 1)


def on_call_reps(rota: Mapping[str, object], zone: str, now: datetime) -> tuple[str, ...]:
    """The rep of `rota` ({"reps": [...], "handover": "mon 08:00", "from": date}) whose week it is, then the others in
    the order of their weeks to come; nobody twice.

    The first rep's week is the one that holds the day `from`. Weeks change at the handover, in the team's time zone; on
    the clock's odd nights as `wall_clock` says.
    """
    reps = rota.get("reps")
    if not isinstance(reps, (list, tuple)) or not reps:
        return ()
    weekday, clock = _handover(rota.get("handover"))
    weeks = (_last_handover(weekday, clock, zone, now) - _on_or_before(_first_day(rota.get("from")), weekday)).days // 7
    this_week = weeks % len(reps)
    return tuple(dict.fromkeys(str(rep_id) for rep_id in (*reps[this_week:], *reps[:this_week])))


def next_week_of(rep_id: str, rota: Mapping[str, object], zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """When the rep's week begins and ends that holds `now` or is next; None for who is not in the rota."""
    weekday, clock = _handover(rota.get("handover"))
    day = _last_handover(weekday, clock, zone, now)
    reps = rota.get("reps")
    for week in range(len(reps) if isinstance(reps, (list, tuple)) else 0):
        begins, ends = (_handed_over(day + timedelta(weeks=week + after), clock, zone) for after in (0, 1))
        if on_call_reps(rota, zone, begins)[:1] == (rep_id,):
            return begins, ends
    return None


def handovers(rota: Mapping[str, object], zone: str, start: datetime, end: datetime) -> list[datetime]:
    """The moments after `start` and before `end` at which the rota hands over, in UTC and in order."""
    weekday, clock = _handover(rota.get("handover"))
    day, found = _last_handover(weekday, clock, zone, start), list[datetime]()
    while (moment := _handed_over(day, clock, zone)) < end:
        if moment > start:
            found.append(moment)
        day += timedelta(weeks=1)
    return found


def _handed_over(day: date, clock: str, zone: str) -> datetime:
    return local_time(day, clock, zone) or first_moment(day, 0, zone)


def _handover(value: object) -> tuple[int, str]:
    day, _, clock = value.partition(" ") if isinstance(value, str) else ("", "", "")
    return (WEEKDAYS.index(day) if day in WEEKDAYS else 0), clock


def _first_day(value: object) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return _FIRST_DAY


def _last_handover(weekday: int, clock: str, zone: str, now: datetime) -> date:
    day = _on_or_before(local_day(zone, now), weekday)
    moment = local_time(day, clock, zone)
    return day - timedelta(days=7) if moment is not None and moment > now else day


def _on_or_before(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)
