"""When somebody is in the rotation, and on call: their shifts, else the hours of their teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.facts import HOME_ZONE
from leadapp.models import Membership, Rep, Team
from leadapp.routing import hours
from leadapp.routing.oncall import next_week_of
from leadapp.routing.wall_clock import local_day

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    spans: tuple[hours.Span, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The next seven days of a rep's own shifts, or of a `team`. `always` is without any hours; `next_start` is the
    next time work begins, none while it never ends."""

    team: str | None
    always: bool
    is_on: bool
    days: tuple[Day, ...]
    next_start: datetime | None


@dataclass(frozen=True, slots=True)
class OnCall:
    team: str
    begins: datetime
    ends: datetime


def weeks_of(rep: Rep, now: datetime) -> list[Week]:
    if rep.shifts:
        zone = rep.time_zone or db.session.scalar(select(HOME_ZONE).where(Rep.id == rep.id)) or "UTC"
        return [_week(None, rep.shifts, zone, now)]
    return [_week(team.name, team.hours, team.time_zone, now) for team in _teams_of(rep)]


def on_call_of(rep: Rep, now: datetime) -> list[OnCall]:
    """The week of each rota the rep is in that holds now or is next, the nearest first."""
    rotas = db.session.scalars(select(Team).where(Team.retired_at.is_(None)).order_by(Team.name)).all()
    weeks = [(team.name, next_week_of(rep.id, team.on_call, team.time_zone, now)) for team in rotas if team.on_call]
    return sorted((OnCall(name, *week) for name, week in weeks if week), key=lambda on_call: on_call.begins)


def _teams_of(rep: Rep) -> list[Team]:
    own = select(Membership.team_id).where(Membership.rep_id == rep.id)
    return list(db.session.scalars(select(Team).where(Team.id.in_(own), Team.retired_at.is_(None)).order_by(Team.name)))


def _week(team: str | None, timetable: Mapping[str, object], zone: str, now: datetime) -> Week:
    today = local_day(zone, now)
    ahead = [today + timedelta(days=number) for number in range(_DAYS)] if timetable else []
    return Week(
        team=team,
        always=not timetable,
        is_on=hours.is_open(timetable, zone, now),
        days=tuple(Day(day, hours.spans_on(timetable, zone, day)) for day in ahead),
        next_start=hours.next_start(timetable, zone, now),
    )
