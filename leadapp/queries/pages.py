"""Rows for the lead page, the ledger and the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from leadapp.extensions import db
from leadapp.models import Channel, Event, Lead, Message, MessageState, Offer, Rep, Task, Team, Turn
from leadapp.queries.excerpts import CODE_HIDDEN, all_of, is_sign_in_code
from leadapp.queries.people import rep_names
from leadapp.routing.said import restored, strung
from leadapp.routing.values import LeadOutcome, LeadState, OfferOutcome, Refusal, TaskKind, TurnKind
from leadapp.texts import segments
from leadapp.words import VERDICTS, cause_words, message_words, reason_words, source_words, words_for

OUTBOX_SHOWN = 50
_TIMELINE_SHOWN = 200
_WAS_NEEDED = (Message.state != MessageState.DROPPED) | (Message.due_at == Message.created_at)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    at: datetime
    kind: str
    actor: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ConsideredRow:
    """Somebody who was looked at, and what became of that."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class WhyRow:
    """Why the lead went where it went, in words."""

    sentence: str
    considered: tuple[ConsideredRow, ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    kind: TaskKind
    rep: str
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Everything /leads/{id} shows. `offer_id` is the viewer's own live offer; `closed_by` the mark by which a
    closed lead is opened again, while that can be."""

    id: str
    state: LeadState
    urgent: bool
    name: str | None
    phone: str | None
    phone_raw: str | None
    email: str | None
    message: str | None
    service: str | None
    address: str
    company: str | None
    source: str
    attributes: tuple[tuple[str, str], ...]
    team: str
    whose: str
    accountable_id: str
    owner_id: str | None
    received_at: datetime
    claimed_at: datetime | None
    promised_at: datetime | None
    due_at: datetime | None
    outcome: LeadOutcome | None
    outcome_reason: str | None
    closed_by: str | None
    offer_id: str | None
    expires_at: datetime | None
    why: WhyRow | None
    tasks: tuple[TaskRow, ...]
    timeline: tuple[TimelineRow, ...]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: str
    channel: Channel
    to: str
    rep: str | None
    lead_id: str | None
    body: str
    state: MessageState
    cause: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None
    can_answer: bool
    segments: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    at: datetime
    kind: TurnKind
    team: str
    reason: str
    lead_id: str | None
    is_mine: bool


def is_own_or_offered(lead_id: str, rep_id: str) -> bool:
    """Whether the lead is the rep's, or before them in a live offer."""
    offered = exists().where(Offer.lead_id == lead_id, Offer.rep_id == rep_id, Offer.outcome == OfferOutcome.PENDING)
    own = exists().where(Lead.id == lead_id, Lead.accountable_id == rep_id)
    return bool(db.session.scalar(select(or_(own, offered))))


def has_had(lead_id: str, rep_id: str) -> bool:
    """Whether the lead was once the rep's or offered to him, so that he may know where it has gone."""
    asked = exists().where(Offer.lead_id == lead_id, Offer.rep_id == rep_id)
    had = exists().where(Task.lead_id == lead_id, Task.rep_id == rep_id)
    return bool(db.session.scalar(select(or_(asked, had))))


def lead_page(lead_id: str, viewer_id: str, *, sees_customer: bool) -> LeadPage | None:
    """The lead as the viewer may see it: the customer only with `sees_customer` or when it is the viewer's own."""
    lead = db.session.get(Lead, lead_id)
    if lead is None:
        return None
    sees_customer = sees_customer or lead.owner_id == viewer_id
    names = rep_names()
    offer = db.session.execute(
        select(Offer.id, Offer.expires_at).where(
            Offer.lead_id == lead_id, Offer.rep_id == viewer_id, Offer.outcome == OfferOutcome.PENDING
        )
    ).one_or_none()
    street = lead.address if sees_customer else None
    parts = (street, lead.city, lead.region, lead.postcode)
    return LeadPage(
        id=lead.id,
        state=lead.state,
        urgent=lead.urgent,
        name=lead.name if sees_customer else None,
        phone=lead.phone if sees_customer else None,
        phone_raw=lead.phone_raw if sees_customer else None,
        email=(lead.email or lead.email_raw) if sees_customer else None,
        message=message_words(lead.message) if lead.message and sees_customer else None,
        service=lead.service,
        address=", ".join(part for part in parts if part),
        company=lead.company if sees_customer else None,
        source=source_words(lead.source or ""),
        attributes=all_of(lead.attributes) if sees_customer else (),
        team=db.session.scalar(select(Team.name).where(Team.id == lead.team_id)) or "",
        whose=names[lead.accountable_id],
        accountable_id=lead.accountable_id,
        owner_id=lead.owner_id,
        received_at=lead.received_at,
        claimed_at=lead.claimed_at,
        promised_at=lead.promised_at,
        due_at=lead.next_due_at,
        outcome=lead.outcome,
        outcome_reason=lead.outcome_reason and reason_words(lead.outcome_reason),
        closed_by=lead.before_decision["mark"] if lead.before_decision and lead.state is LeadState.CLOSED else None,
        offer_id=offer.id if offer else None,
        expires_at=offer.expires_at if offer else None,
        why=_why(lead.why) if lead.why else None,
        tasks=_tasks(lead_id, names),
        timeline=_timeline(lead_id, names) if sees_customer else (),
    )


def outbox(before: str | None = None, *, reads_owner_codes: bool, now: datetime) -> list[OutboxRow]:
    """Texts, calls and mails whose time has come, newest first; one more than is shown when there are older ones. Left
    out are rungs of a ladder that nobody had to climb.

    Whoever reads the code of an owner can become one, so others than owners do not.
    """
    older = (Message.id < before,) if before else ()
    rows = db.session.execute(
        select(Message, Rep)
        .outerjoin(Rep, Rep.id == Message.rep_id)
        .where(Message.channel != Channel.PUSH, Message.due_at <= now, _WAS_NEEDED, *older)
        .order_by(Message.id.desc())
        .limit(OUTBOX_SHOWN + 1)
    )
    return [
        OutboxRow(
            id=message.id,
            channel=message.channel,
            to=message.to,
            rep=rep.name if rep else None,
            lead_id=message.lead_id,
            body=message.body if reads_owner_codes or _is_of_no_owner(message, rep) else CODE_HIDDEN,
            state=message.state,
            cause=cause_words(message.cause),
            created_at=message.created_at,
            sent_at=message.sent_at,
            error=message.why,
            can_answer=message.reply_code is not None or bool(message.data.get("answers")),
            segments=segments(message.body).count if message.channel is Channel.SMS else 0,
        )
        for message, rep in rows
    ]


def ledger(rep_id: str, limit: int = 20) -> list[LedgerRow]:
    """What happened to a rep's turns, newest first; `is_mine` where it was about a lead that is theirs now."""
    mine = (Lead.id == Turn.lead_id) & (Lead.accountable_id == rep_id)
    rows = db.session.execute(
        select(Turn.at, Turn.kind, Team.name.label("team"), Turn.reason, Turn.said, Turn.lead_id, Lead.id.label("mine"))
        .join(Team, Team.id == Turn.team_id)
        .outerjoin(Lead, mine)
        .where(Turn.rep_id == rep_id)
        .order_by(Turn.id.desc())
        .limit(limit)
    )
    return [
        LedgerRow(row.at, row.kind, row.team, restored(row.said, row.reason), row.lead_id, bool(row.mine))
        for row in rows
    ]


def _is_of_no_owner(message: Message, rep: Rep | None) -> bool:
    return not is_sign_in_code(message.cause) or (rep is not None and not rep.has_role("owner"))


def _why(why: Mapping[str, Any]) -> WhyRow:
    considered = [
        ConsideredRow(one["rep"]["name"], _became(one["verdict"], one.get("reason"))) for one in why["considered"]
    ]
    return WhyRow(restored(why.get("said"), why["sentence"]), tuple(considered))


def _became(verdict: str, reason: str | None) -> str:
    words = VERDICTS.get(verdict, verdict)
    return strung(": ", (words, words_for(Refusal(reason)))) if reason else words


def _tasks(lead_id: str, names: dict[str, str]) -> tuple[TaskRow, ...]:
    rows = db.session.execute(
        select(Task.kind, Task.rep_id, Task.due_at, Task.done_at)
        .where(Task.lead_id == lead_id, Task.done_at.is_(None))
        .order_by(Task.due_at)
    )
    return tuple(TaskRow(row.kind, names[row.rep_id], row.due_at, row.done_at) for row in rows)


def _timeline(lead_id: str, names: dict[str, str]) -> tuple[TimelineRow, ...]:
    rows = db.session.execute(
        select(Event.at, Event.kind, Event.actor_id, Event.text, Event.said)
        .where(Event.lead_id == lead_id)
        .order_by(Event.id.desc())
        .limit(_TIMELINE_SHOWN)
    )
    return tuple(
        TimelineRow(row.at, row.kind, names.get(row.actor_id or ""), restored(row.said, row.text)) for row in rows
    )
