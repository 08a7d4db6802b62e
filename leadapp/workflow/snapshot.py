"""Rows to routing facts: the only translation inward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import Contact, Lead, Offer, Rep, Rule, Source, Team
from leadapp.routing import policy as chain
from leadapp.routing import values
from leadapp.routing.values import LeadState
from leadapp.workflow.roster import Roster, default_team

FIELDS = (
    "name", "phone", "email", "message", "service", "address", "city", "region", "postcode", "country", "company",
    "company_size", "industry", "language", "source", "consent",
)  # fmt: skip


def load_snapshot(
    lead: Lead, roster: Roster, contact: Contact | None = None, asked: frozenset[str] = frozenset()
) -> values.Snapshot:
    """Everything the decision about this lead may look at. A contact that was just made must be given, and the reps
    asked in this pass of a lead that was routed before."""
    progress = _progress(lead, asked)
    return values.Snapshot(
        lead=_lead_facts(lead, contact, is_placed=progress.team_id is not None),
        teams=_team_facts(roster),
        reps=_rep_facts(roster.reps.values()),
        default_team_id=default_team(roster.teams.values()).id,
        rules=tuple(_rule_facts(rule) for rule in roster.rules),
        progress=progress,
    )


def team_policy(team: Team, *, urgent: bool) -> values.Policy:
    return chain.policy(
        claim_seconds=team.urgent_claim_seconds if urgent else team.claim_seconds,
        tries=team.tries,
        contact_seconds=team.contact_seconds,
        repeat_seconds=team.repeat_seconds,
        mode=team.urgent_mode if urgent else team.mode,
        chain=team.urgent_chain if urgent else team.chain,
    )


def _lead_facts(lead: Lead, contact: Contact | None, *, is_placed: bool) -> values.Lead:
    """A lead that has its team goes along its chain: where it came from and whose contact it is no longer count."""
    fields = {name: str(getattr(lead, name) or "") for name in FIELDS}
    fields["phone"] = lead.phone or lead.phone_raw or ""
    fields["email"] = lead.email or lead.email_raw or ""
    fields |= {name: _as_text(value) for name, value in (lead.attributes or {}).items() if name not in fields}
    return values.Lead(
        id=lead.id,
        received_at=lead.received_at,
        urgent=lead.urgent,
        fields=fields,
        source_team_id=None if is_placed else _source_team(lead.source_id),
        contact_owner_id=contact.owner_id if contact else None if is_placed else _contact_owner(lead.contact_id),
    )


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _source_team(source_id: str | None) -> str | None:
    source = db.session.get(Source, source_id) if source_id else None
    return source.team_id if source else None


def _contact_owner(contact_id: str | None) -> str | None:
    contact = db.session.get(Contact, contact_id) if contact_id else None
    return contact.owner_id if contact else None


def _team_facts(roster: Roster) -> Mapping[str, values.Team]:
    members: dict[str, list[values.Member]] = defaultdict(list)
    for (team_id, _rep_id), member in roster.members.items():
        members[team_id].append(member)
    return {
        team.id: values.Team(
            id=team.id,
            name=team.name,
            fallback_id=team.fallback_id,
            policy=team_policy(team, urgent=False),
            urgent_policy=team_policy(team, urgent=True),
            members=tuple(members[team.id]),
            virtual_time=roster.virtual_times[team.id],
            time_zone=team.time_zone,
            hours=team.hours,
            after_hours=team.after_hours,
            on_call=team.on_call,
        )
        for team in roster.teams.values()
    }


def _rep_facts(reps: Collection[Rep]) -> Mapping[str, values.Rep]:
    open_counts = claimed_counts() if any(rep.max_open for rep in reps) else {}
    return {
        rep.id: values.Rep(
            id=rep.id,
            name=rep.name,
            active=rep.active,
            presence=rep.presence,
            presence_from=rep.presence_from,
            presence_until=rep.presence_until,
            cover_id=rep.cover_id,
            reachable=rep.reachable,
            open_count=open_counts.get(rep.id, 0),
            max_open=rep.max_open,
            services=tuple(rep.services),
            time_zone=rep.time_zone or "UTC",
            shifts=rep.shifts,
        )
        for rep in reps
    }


def claimed_counts() -> dict[str, int]:
    """Leads claimed and not yet contacted, by owner."""
    counted = select(Lead.owner_id, func.count()).where(Lead.state == LeadState.CLAIMED).group_by(Lead.owner_id)
    return {owner_id: count for owner_id, count in db.session.execute(counted) if owner_id}


def _rule_facts(rule: Rule) -> values.Rule:
    return values.Rule(
        id=rule.id,
        name=rule.name,
        when=tuple(values.Condition(c["field"], c["op"], c.get("value")) for c in rule.conditions),
        team_id=rule.team_id,
        rep_id=rule.rep_id,
        urgent=rule.urgent,
    )


def reps_asked(leads: Sequence[Lead]) -> Mapping[str, frozenset[str]]:
    """Who has been asked in each lead's present pass, by lead."""
    cycles = {lead.id: lead.cycle for lead in leads}
    asked: dict[str, set[str]] = {lead_id: set() for lead_id in cycles}
    offers = select(Offer.lead_id, Offer.cycle, Offer.rep_id).where(Offer.lead_id.in_(cycles))
    for lead_id, cycle, rep_id in db.session.execute(offers):
        if cycle == cycles[lead_id]:
            asked[lead_id].add(rep_id)
    return {lead_id: frozenset(rep_ids) for lead_id, rep_ids in asked.items()}


def _progress(lead: Lead, asked: frozenset[str]) -> values.Progress:
    barred = frozenset(lead.barred)
    policy = chain.from_json(lead.policy) if lead.policy else None
    if policy is None or lead.state is LeadState.HELD:
        return values.Progress(policy=policy, barred=barred)
    return values.Progress(
        team_id=lead.team_id,
        policy=policy,
        step=lead.step,
        tries=lead.tries,
        asked=asked,
        barred=barred,
    )
