"""Rows as routing sees them: the only translation inward."""

from __future__ import annotations

from collections.abc import Iterable

from leadapp.models import Membership, Rep, Rule, Team
from leadapp.routing import policy as chain
from leadapp.routing import values


def member_facts(member: Membership) -> values.Member:
    return values.Member(member.rep_id, member.weight, member.virtual_start, member.last_offer_at)


def rep_facts(rep: Rep, open_count: int) -> values.Rep:
    """`open_count`: leads he has claimed and not yet reached the customer of."""
    return values.Rep(
        id=rep.id,
        name=rep.name,
        active=rep.active,
        presence=rep.presence,
        presence_from=rep.presence_from,
        presence_until=rep.presence_until,
        cover_id=rep.cover_id,
        reachable=rep.reachable,
        open_count=open_count,
        max_open=rep.max_open,
        services=tuple(rep.services),
        time_zone=rep.time_zone or "UTC",
        shifts=rep.shifts,
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
        time_zone=team.time_zone,
        hours=team.hours,
        after_hours=team.after_hours,
        on_call=team.on_call,
    )


def rule_facts(rule: Rule) -> values.Rule:
    return values.Rule(
        id=rule.id,
        name=rule.name,
        when=tuple(values.Condition(c["field"], c["op"], c.get("value")) for c in rule.conditions),
        team_id=rule.team_id,
        rep_id=rule.rep_id,
        urgent=rule.urgent,
    )


def _policy(team: Team, *, urgent: bool) -> values.Policy:
    return chain.policy(
        claim_seconds=team.urgent_claim_seconds if urgent else team.claim_seconds,
        tries=team.tries,
        contact_seconds=team.contact_seconds,
        repeat_seconds=team.repeat_seconds,
        mode=team.urgent_mode if urgent else team.mode,
        chain=team.urgent_chain if urgent else team.chain,
    )
