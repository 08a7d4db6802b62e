"""Where a rep stands in the rotations, asked of the rotation itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.facts import HOME_ZONE, member_facts, rep_facts
from leadapp.models import Lead, Membership, Rep, Team
from leadapp.routing import eligibility, hours, standing, values
from leadapp.routing.values import LeadState, TeamMode


@dataclass(frozen=True, slots=True)
class Standing:
    """A rep's place in one team: how many ordinary leads go to others before the next comes to them, where that can be
    told, and when the team opens if it is closed."""

    team: str
    before: int | None = None
    opens_at: datetime | None = None


def standings(rep_id: str, now: datetime) -> list[Standing]:
    """The rep's rotations in which there is something to wait for, by name: none of an open team that cannot ask him
    now."""
    own = select(Membership.team_id).where(Membership.rep_id == rep_id)
    teams = db.session.scalars(
        select(Team)
        .where(Team.id.in_(own), Team.retired_at.is_(None), Team.mode == TeamMode.ROTATION)
        .order_by(Team.name)
    ).all()
    open_now = [team for team in teams if hours.is_open(team.hours, team.time_zone, now)]
    members = _eligible_members([team.id for team in open_now], now)
    found = [_standing(team, members[team.id], rep_id, now) for team in teams]
    return [place for place in found if place.before is not None or place.opens_at]


def next_turns(team_id: str, now: datetime) -> list[str]:
    """Whose the team's next turns would be, as everybody is now; whoever is far back does not appear."""
    team = db.session.get_one(Team, team_id)
    return [*standing.next_turns(_eligible_members([team_id], now)[team_id], team.virtual_time)]


def _standing(team: Team, members: list[values.Member], rep_id: str, now: datetime) -> Standing:
    if hours.is_open(team.hours, team.time_zone, now):
        return Standing(team.name, before=standing.offers_before(members, team.virtual_time, rep_id))
    return Standing(team.name, opens_at=hours.next_opening(team.hours, team.time_zone, now))


def _eligible_members(team_ids: list[str], now: datetime) -> dict[str, list[values.Member]]:
    claimed = (
        select(func.count())
        .where(Lead.owner_id == Rep.id, Lead.accountable_id == Rep.id, Lead.state == LeadState.CLAIMED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Membership, Rep, claimed, HOME_ZONE.label("home_zone"))
        .join(Rep, Rep.id == Membership.rep_id)
        .where(Membership.team_id.in_(team_ids))
        .order_by(Membership.rep_id)
    )
    found: dict[str, list[values.Member]] = defaultdict(list)
    for place, rep, open_count, home_zone in rows:
        if not eligibility.refusals(rep_facts(rep, open_count, home_zone), now):
            found[place.team_id].append(member_facts(place))
    return found
