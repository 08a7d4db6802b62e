"""The clock's work: what is due now, and what then happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, case, func, or_, select, update

from leadapp.extensions import db
from leadapp.models import PENDING, EventKind, Lead, Offer
from leadapp.routing.covers import fallback_of
from leadapp.routing.said import said
from leadapp.routing.values import UNTAKEN, LeadState, OfferOutcome
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.apply import route_with
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.offers import end_offers
from leadapp.workflow.rings import Rings
from leadapp.workflow.roster import Roster, lock_roster
from leadapp.workflow.snapshot import load_snapshot, reps_asked
from leadapp.workflow.taking import contact_seconds, wake_clock
from leadapp.workflow.texting import note_if_texted
from leadapp.workflow.timeline import record
from leadapp.workflow.writing import rows_written_at_once

T = TypeVar("T")

#: What is due goes in this order: held leads since when the customer waits, all others since when they are due.
_WAITS_SINCE = case((Lead.state == LeadState.HELD, Lead.received_at), else_=Lead.next_due_at)
#: A sweeper that takes a row and dies gives it up after this long; a row that fails is tried again then.
LEASE = timedelta(seconds=30)


def take_due_leads(now: datetime, limit: int = 200) -> list[str]:
    """Leases leads whose `next_due_at` has come, oldest first; no other sweeper gets them until the lease ends.

    A held lead is as old as the customer's wait: at opening who has waited longest comes first.
    """
    if not find_due_leads(now, limit=1):  # the clock asks all the time: nothing due costs a read, not a write
        return []
    due = _due(select(Lead.id), now, limit).with_for_update(skip_locked=True)
    take = update(Lead).where(Lead.id.in_(due.scalar_subquery())).values(leased_until=now + LEASE)
    with transaction():
        taken = db.session.execute(
            take.returning(Lead.id, _WAITS_SINCE), execution_options={"synchronize_session": False}
        ).all()
    return [lead_id for lead_id, _since in sorted(taken, key=lambda row: (row[1] or now, row[0]))]


def find_due_leads(now: datetime, limit: int = 200) -> list[str]:
    """Leads that are due and that nobody has leased, oldest first."""
    return list(db.session.scalars(_due(select(Lead.id), now, limit)))


def next_due_at() -> datetime | None:
    """When the next lead that nobody has leased is due; the sweep need not look before, but for leases that end."""
    return db.session.scalar(select(func.min(Lead.next_due_at)).where(Lead.leased_until.is_(None)))


def advance_lead(lead_id: str, now: datetime) -> bool:
    """Does what is due for this lead at `now`, if anything is; early, late and repeated calls are harmless.

    An offer that ran out expires and the chain goes on; a queued lead rings its fallback again; a held one is routed;
    a claimed one whose customer nobody has reached, not by a text either, reminds its owner and the fallback. Answers
    whether it did anything.
    """
    with transaction():
        lead = lock_lead(lead_id)
        if lead is None or lead.next_due_at is None or lead.next_due_at > now:
            return False
        _advance([lead], now)
        return True


def advance_due_leads(now: datetime, limit: int, *, late_by: timedelta = timedelta(0)) -> int:
    """`advance_lead` for the leads that have been due longest and that nobody has leased, in one transaction: ten cost
    little more than three. With `late_by`, only those that are as late as that. Answers how many. When one fails none
    is advanced: then lease them, and advance each by itself."""
    if not find_due_leads(now - late_by, limit=1):  # the clock asks all the time: nothing due costs a read, not a write
        return 0
    with transaction():
        due = _due(select(Lead), now - late_by, limit).with_for_update(skip_locked=True)
        leads = db.session.scalars(due.execution_options(populate_existing=True)).all()
        _advance(leads, now)
        return len(leads)


def _advance(leads: Sequence[Lead], now: datetime) -> None:
    leads = [lead for lead in leads if not note_if_texted(lead, now)]
    roster, rings = lock_roster(), Rings()
    untaken = [lead for lead in leads if lead.state in UNTAKEN]
    asked = reps_asked(untaken)
    with rows_written_at_once():
        end_offers(Offer.lead_id.in_([lead.id for lead in untaken]) & PENDING, OfferOutcome.EXPIRED, now)
        for lead in untaken:
            route_with(roster, lead, now, asked=asked[lead.id], rings=rings)
        for lead in leads:
            if lead.state is LeadState.CLAIMED:
                _chase_contact(lead, roster, now)
        rings.ring(roster, now)
        roster.write_turns()


def fallback_now(lead: Lead, roster: Roster, now: datetime) -> str:
    """The fallback of the lead's team, or whoever stands in for him."""
    snapshot = load_snapshot(lead, roster)
    team = snapshot.teams.get(lead.team_id) or snapshot.teams[snapshot.default_team_id]
    return fallback_of(team, snapshot, now).rep_id


def _due(what: Select[T], now: datetime, limit: int) -> Select[T]:
    is_free = or_(Lead.leased_until.is_(None), Lead.leased_until <= now)
    return what.where(Lead.next_due_at <= now, is_free).order_by(_WAITS_SINCE, Lead.id).limit(limit)


def _chase_contact(lead: Lead, roster: Roster, now: datetime) -> None:
    """A person chose this owner, so the machine does not take it away: it rings, and tells the fallback."""
    owner = roster.reps[lead.accountable_id]  # the owner: a person has taken it
    text = said("{name} has not reached the customer yet and was rung again.", name=owner.name)
    record(lead.id, EventKind.RANG, text, now=now)
    alerts.alert_overdue(lead, fallback_now(lead, roster, now), now)
    lead.next_due_at = now + timedelta(seconds=contact_seconds(lead))
    lead.leased_until = None
    wake_clock(lead)
