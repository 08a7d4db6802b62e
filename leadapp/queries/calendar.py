"""Who is away on which day, and who covers; who is on call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from leadapp.extensions import db
from leadapp.models import Absence, Rep, Team
from leadapp.queries.people import rep_names
from leadapp.routing.oncall import on_call_reps
from leadapp.routing.values import Presence
from leadapp.routing.wall_clock import first_moment, local_day

DAYS = 14


@dataclass(frozen=True, slots=True)
class Away:
    """A time for which somebody is away; `ends_at` None = until changed."""

    id: str
    rep_id: str
    name: str
    state: Presence
    starts_at: datetime
    ends_at: datetime | None
    cover: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What of a day somebody is away. `begins` and `ends` are given where that is on this day."""

    away: Away
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One person, and each day's parts."""

    rep_id: str
    name: str
    days: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call for a team, day by day; nobody where the rota names nobody."""

    team: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`aways` are those who have any part of it, in the order in which they begin."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    duties: tuple[Duty, ...]
    aways: tuple[Away, ...]


def calendar(now: datetime, zone: str) -> Calendar:
    """The days from today on, as they are in the zone."""
    today = local_day(zone, now)
    days = tuple(today + timedelta(days=number) for number in range(DAYS))
    edges = [first_moment(day, 0, zone) for day in (*days, days[-1] + timedelta(days=1))]
    found = absences(edges[0], edges[-1])
    by_rep: dict[str, list[Away]] = {}
    for away in found:
        by_rep.setdefault(away.rep_id, []).append(away)
    reps = db.session.execute(select(Rep.id, Rep.name).where(Rep.active).order_by(Rep.name, Rep.id))
    rows = tuple(Row(rep_id, name, _days(by_rep.get(rep_id, ()), edges)) for rep_id, name in reps)
    return Calendar(days, rows, tuple(_duties(days)), tuple(found))


def absences(start: datetime, end: datetime) -> list[Away]:
    """Of everybody active, those that lie in the time at least in part, in the order in which they begin."""
    cover = aliased(Rep)
    lasts = or_(Absence.ends_at.is_(None), (Absence.ends_at > start) & (Absence.ends_at > Absence.starts_at))
    rows = db.session.execute(
        select(Absence, Rep.name, cover.name.label("cover"))
        .join(Rep, Rep.id == Absence.rep_id)
        .outerjoin(cover, cover.id == Absence.cover_id)
        .where(Rep.active, Absence.starts_at < end, lasts)
        .order_by(Absence.starts_at, Absence.id)
    )
    return [
        Away(one.id, one.rep_id, name, one.state, one.starts_at, one.ends_at, cover_name, one.note)
        for one, name, cover_name in rows
    ]


def _days(aways: Sequence[Away], edges: Sequence[datetime]) -> tuple[tuple[Part, ...], ...]:
    return tuple(tuple(_parts(aways, starts, ends)) for starts, ends in pairwise(edges))


def _parts(aways: Sequence[Away], starts: datetime, ends: datetime) -> list[Part]:
    here = [one for one in aways if one.starts_at < ends and (one.ends_at is None or one.ends_at > starts)]
    return [
        Part(
            one,
            begins=one.starts_at if one.starts_at > starts else None,
            ends=one.ends_at if one.ends_at is not None and one.ends_at < ends else None,
        )
        for one in here
    ]


def _duties(days: Sequence[date]) -> list[Duty]:
    """By whoever has the greater part of the day: who is on call at noon there."""
    teams = db.session.scalars(select(Team).where(Team.retired_at.is_(None)).order_by(Team.name, Team.id))
    names = rep_names()
    return [Duty(team.name, tuple(_on_call(team, day, names) for day in days)) for team in teams if team.on_call]


def _on_call(team: Team, day: date, names: Mapping[str, str]) -> str:
    on_call = on_call_reps(team.on_call, team.time_zone, first_moment(day, 12 * 60, team.time_zone))
    return names.get(on_call[0], "") if on_call else ""
