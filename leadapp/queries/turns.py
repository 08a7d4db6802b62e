"""In which teams a rep is next, asked of the rotation itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.facts import HOME_ZONE, member_facts, rep_facts
from leadapp.models import Lead, Membership, Rep, Team
from leadapp.routing import eligibility, hours, rotation, values
from leadapp.routing.values import LeadState, TeamMode


def next_in(rep_id: str, now: datetime) -> list[str]:
    """Names of the open teams whose next ordinary lead would be offered to this rep."""
    own = select(Membership.team_id).where(Membership.rep_id == rep_id)
    teams = db.session.scalars(
        select(Team)
        .where(Team.id.in_(own), Team.retired_at.is_(None), Team.mode == TeamMode.ROTATION)
        .order_by(Team.name)
    ).all()
    members = _eligible_members([team.id for team in teams], now)
    return [
        team.name
        for team in teams
        if hours.is_open(team.hours, team.time_zone, now)
        and members[team.id]
        and rotation.pick(members[team.id], team.virtual_time).rep_id == rep_id
    ]


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
