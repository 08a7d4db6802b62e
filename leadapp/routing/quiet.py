"""When a customer may be texted: at once in answer to what they have just said, else at hours when nobody sleeps.

The strictest hours that a state of the United States asks for (Texas): 9:00 to 20:00, on Sundays from 12:00.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from leadapp.routing.hours import Timetable, next_opening
from leadapp.routing.wall_clock import WEEKDAYS

ANSWER_WITHIN = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=7)
_ALLOWED = Timetable({day: [["12:00" if day == "sun" else "09:00", "20:00"]] for day in WEEKDAYS})


def goes_at(now: datetime, *, heard_at: datetime, zone: str, number_zones: Collection[str] = ()) -> datetime:
    """When a text that is written now goes to a customer who was last heard at that moment: once the team's zone and
    all that the number may be in allow it. Where they have no hour in common the team's alone decides."""
    if now - heard_at <= ANSWER_WITHIN:
        return now
    return _first_common(now, {zone, *number_zones}) or _first_common(now, {zone}) or now


def _first_common(now: datetime, zones: Collection[str]) -> datetime | None:
    """The first moment from `now` on that is allowed in all of them; None if there is none within a week."""
    moment = now
    while moment - now <= _LONGEST_WAIT:
        # None of them allows it any earlier than the one that allows it last.
        latest = max(next_opening(_ALLOWED, zone, moment) or moment for zone in zones)
        if latest == moment:
            return latest
        moment = latest
    return None
