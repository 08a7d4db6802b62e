"""When somebody who was not reached is called again, and what a customer can be promised.

Six calls, because 93 of 100 leads that are ever won are reached by the sixth (Velocify, over millions of leads): until
then each call that is made moves the contact clock, from there on it stays where it is and the office hears of it. No
further off than three days: a weekend, and the day after. Nobody is called between nine at night and seven in the
morning, unless it is urgent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from leadapp.routing.wall_clock import first_moment, local_day

MOST_CALLS = 6
AGAIN_AFTER = timedelta(minutes=30)
LONGEST_UNREACHED = timedelta(days=3)
LONGEST_SPOKEN_TO = timedelta(days=90)  # no clock runs: this is what the two agreed on
EARLIEST, LATEST = 7, 21  # hours on the rep's wall
_MORNING = 8 * 60
#: In minutes: what a customer can be told in a text.
PROMISES = (10, 20, 30, 60)


class Unfit(StrEnum):
    """Why nobody can be called again at that moment."""

    PAST = "past"
    TOO_FAR = "too_far"
    NIGHT = "night"


def unfit(at: datetime, now: datetime, zone: str, *, urgent: bool, was_reached: bool) -> Unfit | None:
    """What is wrong with calling again then; None if nothing is."""
    if at <= now:
        return Unfit.PAST
    if at - now > (LONGEST_SPOKEN_TO if was_reached else LONGEST_UNREACHED):
        return Unfit.TOO_FAR
    if not urgent and not _is_day(at, zone):
        return Unfit.NIGHT
    return None


def call_again_at(now: datetime, zone: str, *, urgent: bool) -> datetime:
    """When, if nobody says: in half an hour, and at eight in the morning if that is in the night."""
    at = now + AGAIN_AFTER
    if urgent or _is_day(at, zone):
        return at
    this_morning = _at_eight(now, zone, days=0)
    return this_morning if this_morning > now else tomorrow_morning(now, zone)


def tomorrow_morning(now: datetime, zone: str) -> datetime:
    """Eight o'clock, on the rep's wall."""
    return _at_eight(now, zone, days=1)


def moves_clock(calls: int) -> bool:
    """Whether the contact clock still moves, after so many calls in vain."""
    return calls <= MOST_CALLS


def _is_day(at: datetime, zone: str) -> bool:
    day = local_day(zone, at)
    return first_moment(day, EARLIEST * 60, zone) <= at <= first_moment(day, LATEST * 60, zone)


def _at_eight(now: datetime, zone: str, *, days: int) -> datetime:
    return first_moment(local_day(zone, now) + timedelta(days=days), _MORNING, zone)
