"""The shapes in which the API gives out reps, teams, rules, sources and contacts; a list is read with a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.facts import rejoin_facts
from leadapp.models import (
    Contact,
    ContactPoint,
    Lead,
    Membership,
    OptOut,
    PointKind,
    Rep,
    Rule,
    RuleBlank,
    Source,
    Team,
)
from leadapp.queries.wire import Names, moment
from leadapp.routing.ladder import ladder
from leadapp.routing.values import Ask, LeadState, Presence, TeamMode
from leadapp.rule_problems import rule_problem

Shape = dict[str, Any]


def rep_shapes(reps: Sequence[Rep], now: datetime) -> list[Shape]:
    ids = [rep.id for rep in reps]
    teams, open_counts = _places(ids), _open_counts(ids)
    names = Names(Rep, (rep.cover_id for rep in reps))
    return [
        {
            "id": rep.id,
            "name": rep.name,
            "phone": rep.phone,
            "email": rep.email,
            "roles": rep.roles,
            "teams": teams[rep.id],
            "max_open": rep.max_open,
            "services": rep.services,
            "languages": rep.languages,
            "language": rep.language and rep.language.value,
            "time_zone": rep.time_zone,
            "shifts": rep.shifts,
            "ladder": rep.ladder,
            "digest": rep.digest.value,
            "active": rep.active,
            **presence_shape(rep, names, now),
            "reachable": rep.reachable,
            "open_count": open_counts.get(rep.id, 0),
        }
        for rep in reps
    ]


def presence_shape(rep: Rep, names: Names, now: datetime) -> Shape:
    """Presence as it holds now. A period that is over is gone; one that is ahead shows when it begins."""
    if rep.presence is Presence.AVAILABLE or (rep.presence_until and rep.presence_until <= now):
        return {"presence": "available", "presence_from": None, "presence_until": None, "cover": None}
    is_ahead = rep.presence_from is not None and rep.presence_from > now
    return {
        "presence": "available" if is_ahead else rep.presence.value,
        "presence_from": moment(rep.presence_from),
        "presence_until": moment(rep.presence_until),
        "cover": names[rep.cover_id],
    }


def team_shapes(teams: Sequence[Team]) -> list[Shape]:
    default_id = db.session.scalar(
        select(Team.id).where(Team.retired_at.is_(None)).order_by(Team.is_default.desc(), Team.id).limit(1)
    )
    named = [rep_id for team in teams for rep_id in _named_reps(team)]
    names = Names(Rep, named)
    return [_team_shape(team, names, is_default=team.id == default_id) for team in teams]


def rule_shapes(rules: Sequence[Rule]) -> list[Shape]:
    teams, reps = _rows(Team, [rule.team_id for rule in rules]), _rows(Rep, [rule.rep_id for rule in rules])
    blanks = _blanks([rule.id for rule in rules])
    return [
        {
            "id": rule.id,
            "name": rule.name,
            "position": rule.position,
            "enabled": rule.enabled,
            "when": rule.conditions,
            "then": {"team": _named(rule.team_id, teams), "rep": _named(rule.rep_id, reps), "urgent": rule.urgent},
            "blanks": blanks[rule.id],
            "problem": None if rule.retired_at else rule_problem(rule, teams.get(rule.team_id), reps.get(rule.rep_id)),
            "retired_at": moment(rule.retired_at),
        }
        for rule in rules
    ]


def source_shapes(sources: Sequence[Source]) -> list[Shape]:
    """Without the secret: it goes in and never comes out."""
    teams = Names(Team, (source.team_id for source in sources))
    return [
        {
            "id": source.id,
            "name": source.name,
            "kind": source.kind.value,
            "key": source.key,
            "team": teams[source.team_id],
            "urgent": source.urgent,
            "defaults": source.defaults,
            "retired_at": moment(source.retired_at),
        }
        for source in sources
    ]


def contact_shapes(contacts: Sequence[Contact]) -> list[Shape]:
    owners, points = Names(Rep, (contact.owner_id for contact in contacts)), _points([c.id for c in contacts])
    phones = [phone for contact in contacts for phone in points[contact.id, PointKind.PHONE]]
    silent = set(db.session.scalars(select(OptOut.phone).where(OptOut.phone.in_(phones))))
    return [
        {
            "id": contact.id,
            "name": contact.name,
            "phones": points[contact.id, PointKind.PHONE],
            "emails": points[contact.id, PointKind.EMAIL],
            "owner": owners[contact.owner_id],
            "opted_out": contact.opted_out_at is not None or not silent.isdisjoint(points[contact.id, PointKind.PHONE]),
            "retired_at": moment(contact.retired_at),
        }
        for contact in contacts
    ]


def _rows(table: type[Any], ids: Sequence[str | None]) -> Mapping[str | None, Any]:
    return {row.id: row for row in db.session.scalars(select(table).where(table.id.in_(filter(None, ids))))}


def _named(row_id: str | None, rows: Mapping[str | None, Any]) -> Shape | None:
    return {"id": row_id, "name": rows[row_id].name} if row_id else None


def _blanks(rule_ids: Sequence[str]) -> Mapping[str, list[Shape]]:
    """For each rule, how many leads it could not match because a field was blank; the worst field first."""
    rows = select(RuleBlank).where(RuleBlank.rule_id.in_(rule_ids)).order_by(RuleBlank.leads.desc(), RuleBlank.field)
    found: dict[str, list[Shape]] = defaultdict(list)
    for row in db.session.scalars(rows):
        found[row.rule_id].append({"field": row.field, "leads": row.leads, "last_at": moment(row.last_at)})
    return found


def _team_shape(team: Team, names: Names, *, is_default: bool) -> Shape:
    return {
        "id": team.id,
        "name": team.name,
        "default": is_default,
        "country": team.country,
        "time_zone": team.time_zone,
        "hours": team.hours,
        "after_hours": team.after_hours.value,
        "urgent_after_hours": team.urgent_after_hours.value if team.urgent_after_hours else None,
        "on_call": _on_call(team, names),
        "fallback": names[team.fallback_id],
        "mode": team.mode.value,
        "urgent_mode": team.urgent_mode.value,
        "claim_seconds": team.claim_seconds,
        "urgent_claim_seconds": team.urgent_claim_seconds,
        "tries": team.tries,
        "contact_seconds": team.contact_seconds,
        "repeat_seconds": team.repeat_seconds,
        "merge_seconds": team.merge_seconds,
        "rejoin": asdict(rejoin_facts(team)),
        "chain": _chain(team.chain, team.mode, team.tries, team.claim_seconds, names),
        "urgent_chain": _chain(team.urgent_chain, team.urgent_mode, team.tries, team.urgent_claim_seconds, names),
        "ladder": asdict(ladder(team.ladder)),
        "retired_at": moment(team.retired_at),
    }


def _chain(chain: list[Any] | None, mode: TeamMode, tries: int, seconds: int, names: Names) -> list[Shape]:
    """The steps given, else what mode, tries and seconds come to."""
    if chain:
        return [{**step, **({"rep": names[step["rep"]]} if step.get("rep") else {})} for step in chain]
    if mode is TeamMode.BROADCAST:
        return [{"ask": Ask.EVERYBODY.value, "tries": 1, "seconds": seconds}]
    return [{"ask": Ask.ROTATION.value, "tries": tries, "seconds": seconds}]


def _on_call(team: Team, names: Names) -> Shape:
    if not team.on_call:
        return {}
    return {**team.on_call, "reps": [names[rep_id] for rep_id in team.on_call.get("reps") or ()]}


def _named_reps(team: Team) -> list[str]:
    steps = [*(team.chain or ()), *(team.urgent_chain or ())]
    on_call = (team.on_call or {}).get("reps") or ()
    return [team.fallback_id, *on_call, *(step["rep"] for step in steps if step.get("rep"))]


def _places(rep_ids: Sequence[str]) -> Mapping[str, list[Shape]]:
    rows = db.session.execute(
        select(Membership.rep_id, Team.id, Team.name, Membership.weight)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.rep_id.in_(rep_ids), Team.retired_at.is_(None))
        .order_by(Team.id)
    )
    found: dict[str, list[Shape]] = defaultdict(list)
    for rep_id, team_id, name, weight in rows:
        found[rep_id].append({"team": {"id": team_id, "name": name}, "weight": weight})
    return found


def _open_counts(rep_ids: Sequence[str]) -> Mapping[str, int]:
    """Leads claimed and not yet contacted."""
    counted = select(Lead.owner_id, func.count()).where(Lead.state == LeadState.CLAIMED, Lead.owner_id.in_(rep_ids))
    return {owner: count for owner, count in db.session.execute(counted.group_by(Lead.owner_id)) if owner}


def _points(contact_ids: Sequence[str]) -> Mapping[tuple[str, PointKind], list[str]]:
    rows = select(ContactPoint).where(ContactPoint.contact_id.in_(contact_ids)).order_by(ContactPoint.value)
    found: dict[tuple[str, PointKind], list[str]] = defaultdict(list)
    for point in db.session.scalars(rows):
        found[point.contact_id, point.kind].append(point.value)
    return found
