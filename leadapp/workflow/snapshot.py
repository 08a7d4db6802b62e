"""What one decision may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import PENDING, Contact, Lead, Offer, Source
from leadapp.routing import policy as chain
from leadapp.routing import values
from leadapp.routing.values import LeadState
from leadapp.workflow.near_misses import read_as
from leadapp.workflow.roster import Roster, default_team
from leadapp.workflow.writing import unwritten

FIELDS = (
    "name", "phone", "email", "message", "service", "address", "city", "region", "postcode", "country", "company",
    "company_size", "industry", "language", "source", "consent",
)  # fmt: skip


def load_snapshot(
    lead: Lead, roster: Roster, asked: frozenset[str] = frozenset(), *, people: People | None = None
) -> values.Snapshot:
    """Everything the decision about this lead may look at. `asked` are the reps asked in this pass of a lead that was
    routed before; `people` must be given for a lead that is not stored yet."""
    progress = _progress(lead, asked)
    return values.Snapshot(
        lead=_facts_of(lead, people, roster, is_placed=progress.team_id is not None),
        teams=dict(roster.team_facts),  # as it is now: the next decision moves it
        reps=roster.rep_facts,
        default_team_id=default_team(roster.teams.values()).id,
        rules=roster.rule_facts,
        progress=progress,
    )


@dataclass(frozen=True, slots=True)
class People:
    """Whose the lead may already be: the owner of its contact, and who holds another open lead of theirs."""

    owner_id: str | None = None
    holder_id: str | None = None


def people_of(contact: Contact | None, linked: Lead | None) -> People:
    return People(contact.owner_id if contact else None, _holder(linked) if linked else None)


def _holder(lead: Lead) -> str | None:
    """The rep who has the lead or is the one who is asked; nobody while it is with the fallback, nor once it is
    closed."""
    if lead.state is LeadState.CLOSED:
        return None
    if lead.owner_id or lead.state is not LeadState.OFFERED:
        return lead.owner_id
    stored = db.session.scalars(select(Offer.rep_id).where(Offer.lead_id == lead.id, PENDING)).all()
    asked = [*stored, *(offer.rep_id for offer in unwritten(Offer) if offer.lead_id == lead.id)]
    return asked[0] if len(asked) == 1 else None


def _people_of_stored(lead: Lead) -> People:
    contact = db.session.get(Contact, lead.contact_id) if lead.contact_id else None
    return people_of(contact, db.session.get(Lead, lead.linked_lead_id) if lead.linked_lead_id else None)


def lead_facts(lead: Lead, source_team_id: str | None, people: People) -> values.Lead:
    """A lead as it came in. What the rules make of it is `in_view_of` a roster."""
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
        contact_owner_id=people.owner_id,
        holder_id=people.holder_id,
    )


def in_view_of(roster: Roster, lead: values.Lead) -> values.Lead:
    """The lead with its near misses of what the rules list, at home where the business is."""
    near = read_as(lead.fields, roster.rule_facts)
    return replace(lead, read_as=near, home_country=roster.business.country)


def _facts_of(lead: Lead, people: People | None, roster: Roster, *, is_placed: bool) -> values.Lead:
    """A lead that has its team goes along its chain: where it came from and whose contact it is no longer count."""
    if is_placed:
        return lead_facts(lead, None, People())
    facts = lead_facts(lead, _source_team(lead.source_id), people or _people_of_stored(lead))
    return in_view_of(roster, facts)


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _source_team(source_id: str | None) -> str | None:
    source = db.session.get(Source, source_id) if source_id else None
    return source.team_id if source else None


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
    if policy is None or lead.state is LeadState.HELD:  # it has not started: its team's chain as it is then will do
        return values.Progress(barred=barred)
    return values.Progress(
        team_id=lead.team_id,
        policy=policy,
        step=lead.step,
        tries=lead.tries,
        asked=asked,
        barred=barred,
    )
