"""The days a report is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from leadapp.routing.said import Said, said

LONGEST = 366
_LAST = {"7d": 7, "30d": 30, "90d": 90}
_EARLIEST = date(2000, 1, 1)
_DAY = timedelta(days=1)


class BadPeriod(Exception):
    """What was asked for cannot be shown. `words` say why, for a person."""

    def __init__(self, words: Said) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of the first day to the end of the last. `choice` is what it was chosen by."""

    choice: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (self.first + _DAY * ahead for ahead in range((self.last - self.first).days + 1))


def period(choice: str, first: str, last: str, today: date) -> Period:
    """The period that is asked for: "7d", "30d", "90d", "month", "last_month", or "dates" from `first` to `last`
    (2026-11-01). It ends today at the latest. Raises BadPeriod."""
    if choice in _LAST:
        return Period(choice, today - _DAY * (_LAST[choice] - 1), today)
    if choice == "month":
        return Period(choice, today.replace(day=1), today)
    if choice == "last_month":
        end = today.replace(day=1) - _DAY
        return Period(choice, end.replace(day=1), end)
    if choice == "dates":
        return _between(_day(first), _day(last), today)
    raise BadPeriod(said("There is no such period. Choose one of these."))


def _between(first: date, last: date, today: date) -> Period:
    if first > last:
        raise BadPeriod(said("The first day is after the last one. Choose them the other way round."))
    if first > today:
        raise BadPeriod(said("That has not begun yet. Choose a first day up to today."))
    if first < _EARLIEST:
        raise BadPeriod(said("That is before there were any leads. Choose a first day after 1999."))
    last = min(last, today)
    if (last - first).days >= LONGEST:
        raise BadPeriod(said("That is more than {days} days. Choose a shorter time.", days=LONGEST))
    return Period("dates", first, last)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadPeriod(said("Give both days, such as 2026-11-01."))
    return day
