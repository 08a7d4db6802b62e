"""Rows as routing sees them: the only translation inward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from leadapp.models import Business, Membership, Rep, Rule, Team
from leadapp.routing import policy as chain
from leadapp.routing import values
from leadapp.routing.hours import Timetable

#: Whose zone is a rep's who names none himself: his first team's, else the business's. For a question about `Rep`.
HOME_ZONE = func.coalesce(
    select(Team.time_zone)
    .join(Membership, Membership.team_id == Team.id)
    .where(Membership.rep_id == Rep.id, Team.retired_at.is_(None))
    .order_by(Team.id)
    .limit(1)
    .scalar_subquery(),
    select(Business.time_zone).scalar_subquery(),
)

REJOIN_REASONS = ("out", "at_capacity", "passed", "unreachable")


def member_facts(member: Membership) -> values.Member:
    return values.Member(
        rep_id=member.rep_id,
        weight=member.weight,
        virtual_start=member.virtual_start,
        last_offer_at=member.last_offer_at,
        turns_in_hand=member.turns_in_hand,
        turns_to_catch_up=member.turns_to_catch_up,
        catches_up_at=member.catches_up_at,
    )


def rejoin_facts(team: Team) -> values.Rejoin:
    """What the team chose for missed turns; level where it chose nothing."""
    chosen = {reason: values.Missed(team.rejoin[reason]) for reason in REJOIN_REASONS if reason in team.rejoin}
    return values.Rejoin(**chosen, catch_up_per_hour=team.rejoin.get("catch_up_per_hour", 1))


def rep_facts(rep: Rep, open_count: int, home_zone: str) -> values.Rep:
    """`open_count`: leads he has claimed and not yet reached the customer of. `home_zone` is his where he names none
    himself."""
    return values.Rep(
        id=rep.id,
        name=rep.name,
        active=rep.active,
        presence=rep.presence,
        presence_from=rep.presence_from,
        presence_until=rep.presence_until,
        cover_id=rep.cover_id,
        reachable=rep.reachable,
        is_owner="owner" in rep.roles,
        open_count=open_count,
        max_open=rep.max_open,
        services=tuple(rep.services),
        time_zone=rep.time_zone or home_zone,
        shifts=_timetable(rep.shifts),
    )


def team_facts(team: Team, members: Iterable[Membership]) -> values.Team:
    return values.Team(
        id=team.id,
        name=team.name,
        fallback_id=team.fallback_id,
        policy=_policy(team, urgent=False),
        urgent_policy=_policy(team, urgent=True),
        members=tuple(member_facts(member) for member in members),
        virtual_time=team.virtual_time,
        rejoin=rejoin_facts(team),
        time_zone=team.time_zone,
        hours=_timetable(team.hours),
        after_hours=team.after_hours,
        urgent_after_hours=team.urgent_after_hours,
        on_call=team.on_call,
    )


def rule_facts(rule: Rule) -> values.Rule:
    """A condition that cannot be read becomes one that can be evaluated on no lead, and the rule is skipped."""
    return values.Rule(
        id=rule.id,
        name=rule.name,
        when=tuple(map(_condition, rule.conditions)),
        team_id=rule.team_id,
        rep_id=rule.rep_id,
        urgent=rule.urgent,
    )


def _condition(stored: Any) -> values.Condition:
    if not isinstance(stored, Mapping):
        return values.Condition("", "")
    value = stored.get("value")
    frozen = tuple(value) if isinstance(value, list) else value
    return values.Condition(str(stored.get("field", "")), str(stored.get("op", "")), frozen)


def _timetable(hours: Mapping[str, object]) -> Mapping[str, object]:
    return Timetable(hours) if hours else hours


def _policy(team: Team, *, urgent: bool) -> values.Policy:
    return chain.policy(
        claim_seconds=team.urgent_claim_seconds if urgent else team.claim_seconds,
        tries=team.tries,
        contact_seconds=team.contact_seconds,
        repeat_seconds=team.repeat_seconds,
        mode=team.urgent_mode if urgent else team.mode,
        chain=team.urgent_chain if urgent else team.chain,
    )
