"""What a report is asked for, as it stands in its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request

from leadapp.queries.reports import home_zone
from leadapp.reporting.facts import Clock, Hours
from leadapp.reporting.period import BadPeriod, Period, period
from leadapp.routing.said import said
from leadapp.web.pages.formats import frozen_now

USUAL = "30d"
_C = TypeVar("_C", Clock, Hours)


@dataclass(frozen=True, slots=True)
class Question:
    """Which leads, until when their time is counted, and which hours of it."""

    period: Period
    clock: Clock
    hours: Hours

    def address(self, path: str, **changes: str) -> str:
        """The path, with this question and the changes to it."""
        asked = {"period": self.period.choice, "clock": str(self.clock), "hours": str(self.hours)} | changes
        if asked["period"] == "dates":
            asked = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()} | asked
        return f"{path}?{urlencode(asked)}"

    def leads(self, table: str, row: str, kept: str) -> str:
        """Of the list of the leads behind a figure."""
        return self.address("/reports/leads", table=table, row=row, kept=kept)

    def file(self, table: str) -> str:
        return self.address(f"/reports/{table}.csv")


def question() -> Question:
    """What the request asks. Raises BadPeriod, with a sentence for whoever wrote the address."""
    said_dates = request.args.get("from", ""), request.args.get("to", "")
    choice = request.args.get("period") or ("dates" if any(said_dates) else USUAL)
    today = frozen_now().astimezone(ZoneInfo(home_zone())).date()
    return Question(
        period(choice, *said_dates, today), _one_of(Clock, "clock", Clock.CONTACT), _one_of(Hours, "hours", Hours.ALL)
    )


def usual_question() -> Question:
    """What is shown the way out with, where the one that was asked makes no sense."""
    today = frozen_now().astimezone(ZoneInfo(home_zone())).date()
    return Question(period(USUAL, "", "", today), Clock.CONTACT, Hours.ALL)


def _one_of(kind: type[_C], name: str, otherwise: _C) -> _C:
    asked = request.args.get(name)
    if not asked:
        return otherwise
    try:
        return kind(asked)
    except ValueError:
        raise BadPeriod(said("There is no such way to count. Choose one of these.")) from None
