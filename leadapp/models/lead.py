"""Leads: one request from one person, and everything that hangs on it until it is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, Id, choice, reference
from leadapp.routing.values import LeadOutcome, LeadState, OfferOutcome, TaskKind

_IS_OPEN = text("state <> 'closed'")
_IS_DUE = text("next_due_at IS NOT NULL")
_IS_PENDING = text("outcome = 'pending'")
_IS_ACCEPTED = text("outcome = 'accepted' AND released_at IS NULL")


class Lead(Base):
    """`accountable_id` is whose name is on it right now; never empty. `next_due_at` is when something must happen by
    itself; the clock sweeps it, taking rows with `leased_until`. `raw` is the payload as it came, as JSON text.
    `last_heard_at` is when the customer last got in touch about it, `promised_at` by when its owner has said to call;
    `linked_lead_id` is the lead of somebody else with the same phone; `before_decision` is what a person's decision has
    changed, to be put back should it be taken back."""

    __tablename__ = "leads"
    __table_args__ = (
        CheckConstraint("state NOT IN ('claimed', 'contacted') OR owner_id IS NOT NULL", name="taken_has_owner"),
        CheckConstraint(
            "state NOT IN ('new', 'held', 'offered', 'queued') OR owner_id IS NULL", name="untaken_has_no_owner"
        ),
        CheckConstraint("owner_id IS NULL OR owner_id = accountable_id", name="owner_is_accountable"),
        CheckConstraint(
            "state <> 'closed' OR (closed_at IS NOT NULL AND outcome IS NOT NULL)", name="closed_has_outcome"
        ),
        CheckConstraint("state IN ('contacted', 'closed') OR next_due_at IS NOT NULL", name="open_has_a_clock"),
        Index("ix_leads_due", "next_due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        Index("ix_leads_open", "accountable_id", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_leads_state", "state", "id"),
        Index("ix_leads_accountable", "accountable_id", "id"),
    )

    id: Mapped[Id]
    state: Mapped[LeadState] = mapped_column(choice(LeadState, "state"), default=LeadState.NEW)
    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_because: Mapped[list[str]] = mapped_column(default=list)

    name: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(32))
    phone_raw: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320))
    email_raw: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str | None] = mapped_column(Text)
    service: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    company_size: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    consent: Mapped[str | None] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    raw: Mapped[str] = mapped_column(Text, default="{}")

    source: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = reference("sources.id")
    external_id: Mapped[str | None] = mapped_column(Text)

    contact_id: Mapped[str | None] = reference("contacts.id", index=True)
    linked_lead_id: Mapped[str | None] = reference("leads.id")
    team_id: Mapped[str] = reference("teams.id")
    accountable_id: Mapped[str] = reference("reps.id")
    owner_id: Mapped[str | None] = reference("reps.id")

    received_at: Mapped[datetime] = mapped_column(index=True)
    stored_at: Mapped[datetime]
    last_heard_at: Mapped[datetime]
    routed_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[LeadOutcome | None] = mapped_column(choice(LeadOutcome, "outcome"))
    outcome_reason: Mapped[str | None] = mapped_column(Text)

    next_due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    policy: Mapped[dict[str, Any] | None]  # the chain it started with; later edits of the team do not change it
    step: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    cycle: Mapped[int] = mapped_column(default=0)  # grows when it is routed afresh; earlier cycles' asks are forgotten
    rings: Mapped[int] = mapped_column(default=0)  # how often the fallback was rung since it came into the queue
    barred: Mapped[list[str]] = mapped_column(default=list)  # reps who handed it back: never asked again
    why: Mapped[dict[str, Any] | None]
    before_decision: Mapped[dict[str, Any] | None]


class ExternalId(Base):
    """The sender's own number for a lead, so that the same one sent again finds it. `digest` is of source and id."""

    __tablename__ = "external_ids"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    lead_id: Mapped[str] = reference("leads.id", index=True)


#: Written out, because SQLite uses a partial index only for a condition it can read; a bound value hides it.
PENDING = text("offers.outcome = 'pending'")


class Offer(Base):
    """One lead put before one rep until `expires_at`. `before_pass` is what of the lead his pass has changed."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("(outcome = 'pending') = (ended_at IS NULL)", name="ended_when_not_pending"),
        Index(
            "ix_offers_pending",
            "lead_id",
            "rep_id",
            unique=True,
            sqlite_where=_IS_PENDING,
            postgresql_where=_IS_PENDING,
        ),
        Index("ix_offers_accepted", "lead_id", unique=True, sqlite_where=_IS_ACCEPTED, postgresql_where=_IS_ACCEPTED),
        Index("ix_offers_rep_pending", "rep_id", sqlite_where=_IS_PENDING, postgresql_where=_IS_PENDING),
    )

    id: Mapped[Id]
    lead_id: Mapped[str] = reference("leads.id", index=True)
    rep_id: Mapped[str] = reference("reps.id")
    team_id: Mapped[str] = reference("teams.id")
    cycle: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[OfferOutcome] = mapped_column(choice(OfferOutcome, "outcome"), default=OfferOutcome.PENDING)
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    used_turn: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None]
    before_pass: Mapped[dict[str, Any] | None]


class Task(Base):
    """What a rep must do next, with a due time. `done_at` is when it was done or stopped mattering."""

    __tablename__ = "tasks"

    id: Mapped[Id]
    lead_id: Mapped[str] = reference("leads.id", index=True)
    rep_id: Mapped[str] = reference("reps.id")
    offer_id: Mapped[str | None] = reference("offers.id")
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind, "kind"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
