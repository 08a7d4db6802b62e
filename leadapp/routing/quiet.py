"""When a customer may be texted: at once in answer to what they have just said, else at hours when nobody sleeps.

The strictest hours that a state of the United States asks for (Texas): 9:00 to 20:00, on Sundays from 12:00.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from leadapp.routing.hours import Timetable, next_opening
from leadapp.routing.wall_clock import WEEKDAYS

ANSWER_WITHIN = timedelta(hours=1)
_ALLOWED = Timetable({day: [["12:00" if day == "sun" else "09:00", "20:00"]] for day in WEEKDAYS})


def goes_at(now: datetime, *, heard_at: datetime, zone: str) -> datetime:
    """When a text that is written now goes to a customer who was last heard at that moment and lives in that zone."""
    if now - heard_at <= ANSWER_WITHIN:
        return now
    return next_opening(_ALLOWED, zone, now) or now
