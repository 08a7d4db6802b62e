"""What one decision may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Contact, Lead, Offer, Source
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
        teams=dict(roster.team_facts),  # as it is now: the next decision moves it
        reps=roster.rep_facts,
        default_team_id=default_team(roster.teams.values()).id,
        rules=roster.rule_facts,
        progress=progress,
    )


def lead_facts(lead: Lead, source_team_id: str | None, contact_owner_id: str | None) -> values.Lead:
    """A lead as routing sees it."""
    fields = {name: str(getattr(lead, name) or "") for name in FIELDS}
    fields["phone"] = lead.phone or lead.phone_raw or ""
    fields["email"] = lead.email or lead.email_raw or ""
    fields |= {name: _as_text(value) for name, value in (lead.attributes or {}).items() if name not in fields}
    return values.Lead(
        id=lead.id,
        received_at=lead.received_at,
        urgent=lead.urgent,
        fields=fields,
        source_team_id=source_team_id,
        contact_owner_id=contact_owner_id,
    )


def _lead_facts(lead: Lead, contact: Contact | None, *, is_placed: bool) -> values.Lead:
    """A lead that has its team goes along its chain: where it came from and whose contact it is no longer count."""
    owner_id = contact.owner_id if contact else None if is_placed else _contact_owner(lead.contact_id)
    return lead_facts(lead, None if is_placed else _source_team(lead.source_id), owner_id)


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _source_team(source_id: str | None) -> str | None:
    source = db.session.get(Source, source_id) if source_id else None
    return source.team_id if source else None


def _contact_owner(contact_id: str | None) -> str | None:
    contact = db.session.get(Contact, contact_id) if contact_id else None
    return contact.owner_id if contact else None


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
