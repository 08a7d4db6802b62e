"""People beside what they have on their plate, and what holds for them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from leadapp.extensions import db
from leadapp.models import BoardVersion, Lead, Membership, Rep, Team
from leadapp.routing.values import LeadState, Presence


@dataclass(frozen=True, slots=True)
class Person:
    """A rep beside what they have on their plate. `presence` is what holds now, not what was once declared.

    `open_count` is leads claimed and not yet contacted, as in the API; `is_fallback`: of a team that is in use.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    presence: Presence
    until: datetime | None
    starts: datetime | None
    note: str | None
    cover: str | None
    reachable: bool
    open_count: int
    spoken_to_count: int
    is_fallback: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """That a rep is offered nothing now. `is_fallback`: of a team that is in use, so what nobody takes may come."""

    presence: Presence
    until: datetime | None
    is_fallback: bool


_REP_AND_VERSION = select(Rep, select(BoardVersion.version).scalar_subquery()).where(Rep.id == bindparam("rep_id"))


def rep_and_board_version(rep_id: str) -> tuple[Rep | None, int]:
    """Who asks, and which board it is by now: one statement, because nearly every request is a poll for both."""
    row = db.session.execute(_REP_AND_VERSION, {"rep_id": rep_id}).one_or_none()
    return tuple(row) if row else (None, 0)


def home_zone(rep_id: str) -> str | None:
    """The time zone of the team that the rep has been in longest; none for somebody without a team."""
    teams = select(Team.time_zone).join(Membership, Membership.team_id == Team.id).where(Team.retired_at.is_(None))
    return db.session.scalar(teams.where(Membership.rep_id == rep_id).order_by(Membership.joined_at, Team.id).limit(1))


def people(now: datetime) -> list[Person]:
    """Everybody active, by name."""
    reps = db.session.scalars(select(Rep).where(Rep.active).order_by(Rep.name, Rep.id)).all()
    names = rep_names()
    counts, fallbacks = _owned_counts(), _fallbacks()
    return [_person(rep, names, counts.get(rep.id, {}), fallbacks, now) for rep in reps]


def person(rep: Rep, now: datetime) -> Person:
    return _person(rep, rep_names(), _owned_counts(rep.id).get(rep.id, {}), _fallbacks(), now)


def absence(rep: Rep, now: datetime) -> Absence | None:
    """None while the rep is available."""
    presence = _presence(rep, now)
    if presence == Presence.AVAILABLE:
        return None
    return Absence(presence, rep.presence_until, rep.id in _fallbacks())


def rep_names() -> dict[str, str]:
    return {row.id: row.name for row in db.session.execute(select(Rep.id, Rep.name))}


def active_reps() -> list[tuple[str, str]]:
    """Id and name of everybody who can be given something, by name."""
    rows = db.session.execute(select(Rep.id, Rep.name).where(Rep.active).order_by(Rep.name, Rep.id))
    return [(rep_id, name) for rep_id, name in rows]


def owned_leads(rep_id: str, *states: LeadState) -> list[str]:
    """Ids of the leads a rep has taken and that are in one of the states, oldest first."""
    chosen = select(Lead.id).where(Lead.accountable_id == rep_id, Lead.owner_id == rep_id, Lead.state.in_(states))
    return list(db.session.scalars(chosen.order_by(Lead.id)))


def _owned_counts(rep_id: str | None = None) -> dict[str, dict[LeadState, int]]:
    of_one = (Lead.accountable_id == rep_id,) if rep_id else ()
    rows = db.session.execute(
        select(Lead.owner_id, Lead.state, func.count())
        .where(Lead.owner_id.is_not(None), Lead.state.in_([LeadState.CLAIMED, LeadState.CONTACTED]), *of_one)
        .group_by(Lead.owner_id, Lead.state)
    )
    counts: dict[str, dict[LeadState, int]] = {}
    for owner_id, state, count in rows:
        counts.setdefault(str(owner_id), {})[state] = count
    return counts


def _fallbacks() -> set[str]:
    return set(db.session.scalars(select(Team.fallback_id).where(Team.retired_at.is_(None))))


def _person(
    rep: Rep, names: dict[str, str], counts: dict[LeadState, int], fallbacks: set[str], now: datetime
) -> Person:
    is_ahead = _is_ahead(rep, now)
    says_more = _declared(rep, now) != Presence.AVAILABLE
    return Person(
        id=rep.id,
        name=rep.name,
        roles=tuple(rep.roles),
        presence=_presence(rep, now),
        until=rep.presence_until if says_more else None,
        starts=rep.presence_from if says_more and is_ahead else None,
        note=rep.presence_note if says_more else None,
        cover=names.get(rep.cover_id or "") if says_more else None,
        reachable=rep.reachable,
        open_count=counts.get(LeadState.CLAIMED, 0),
        spoken_to_count=counts.get(LeadState.CONTACTED, 0),
        is_fallback=rep.id in fallbacks,
    )


def _presence(rep: Rep, now: datetime) -> Presence:
    return Presence.AVAILABLE if _is_ahead(rep, now) else _declared(rep, now)


def _declared(rep: Rep, now: datetime) -> Presence:
    is_over = rep.presence_until is not None and rep.presence_until <= now
    return Presence.AVAILABLE if is_over else rep.presence


def _is_ahead(rep: Rep, now: datetime) -> bool:
    return rep.presence_from is not None and rep.presence_from > now
