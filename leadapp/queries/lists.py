"""The lists of the API, in pages: what each may be narrowed by, and in which order it comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from leadapp.models import Alarm, Channel, Consent, Contact, Lead, Message, Rep, Rule, Source, Team, Turn
from leadapp.queries.excerpts import CODE_HIDDEN, is_sign_in_code
from leadapp.queries.paging import DEFAULT_PAGE, Page, page
from leadapp.queries.wire import Names, moment
from leadapp.routing.values import LeadState

_SEARCHED = (Lead.name, Lead.phone, Lead.phone_raw, Lead.email, Lead.email_raw, Lead.message, Lead.service)
_FEWEST_DIGITS = 4


def leads(
    *,
    state: LeadState | None = None,
    accountable: str | None = None,
    team: str | None = None,
    urgent: bool | None = None,
    since: datetime | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_PAGE,
) -> Page:
    """Ids are enough: `queries.leads` gives the shapes. Newest first."""
    wanted = {Lead.state: state, Lead.accountable_id: accountable, Lead.team_id: team, Lead.urgent: urgent}
    query = select(Lead).where(*(column == value for column, value in wanted.items() if value is not None))
    if since is not None:
        query = query.where(Lead.received_at >= since)
    if q and q.strip():
        query = query.where(mentions(q.strip()))
    return page(query, [Lead.id], newest_first=True, cursor=cursor, limit=limit)


def reps(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page:
    return page(select(Rep).where(Rep.active), [Rep.id], cursor=cursor, limit=limit)


def teams(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page:
    return page(select(Team).where(Team.retired_at.is_(None)), [Team.id], cursor=cursor, limit=limit)


def rules(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page:
    """In the order in which they are tried."""
    return page(select(Rule).where(Rule.retired_at.is_(None)), [Rule.position, Rule.id], cursor=cursor, limit=limit)


def sources(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page:
    return page(select(Source).where(Source.retired_at.is_(None)), [Source.id], cursor=cursor, limit=limit)


def contacts(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page:
    return page(select(Contact).where(Contact.retired_at.is_(None)), [Contact.id], cursor=cursor, limit=limit)


def messages(
    *,
    lead: str | None = None,
    rep: str | None = None,
    channel: Channel | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_PAGE,
) -> tuple[list[dict[str, Any]], str | None]:
    """Messages out, newest first; no key reads a sign-in code, for it would be a key to more."""
    wanted = {Message.lead_id: lead, Message.rep_id: rep, Message.channel: channel}
    query = select(Message).where(*(column == value for column, value in wanted.items() if value is not None))
    found = page(query, [Message.id], newest_first=True, cursor=cursor, limit=limit)
    about, told = Names(Lead, (m.lead_id for m in found.rows)), Names(Rep, (m.rep_id for m in found.rows))
    return [_message_shape(message, about, told) for message in found.rows], found.next


def consents(
    *, lead: str | None = None, phone: str | None = None, cursor: str | None = None, limit: int = DEFAULT_PAGE
) -> tuple[list[dict[str, Any]], str | None]:
    """How requests came, newest first: of one lead, or of one number (E.164) across leads."""
    wanted = {Consent.lead_id: lead, Consent.phone: phone}
    query = select(Consent).where(*(column == value for column, value in wanted.items() if value is not None))
    found = page(query, [Consent.id], newest_first=True, cursor=cursor, limit=limit)
    about = Names(Lead, (consent.lead_id for consent in found.rows))
    return [_consent_shape(consent, about) for consent in found.rows], found.next


def ledger(
    rep_id: str, *, cursor: str | None = None, limit: int = DEFAULT_PAGE
) -> tuple[list[dict[str, Any]], str | None]:
    """What happened to the rep's turns, newest first."""
    found = page(select(Turn).where(Turn.rep_id == rep_id), [Turn.id], newest_first=True, cursor=cursor, limit=limit)
    for_team, for_lead = Names(Team, (t.team_id for t in found.rows)), Names(Lead, (t.lead_id for t in found.rows))
    shapes = [
        {
            "at": moment(turn.at),
            "team": for_team[turn.team_id],
            "lead": for_lead[turn.lead_id],
            "kind": turn.kind.value,
            "reason": turn.reason,
        }
        for turn in found.rows
    ]
    return shapes, found.next


def alarms(*, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> tuple[list[dict[str, Any]], str | None]:
    """What is wrong with how the business is set up and has not been put right, newest first."""
    standing = select(Alarm).where(Alarm.cleared_at.is_(None))
    found = page(standing, [Alarm.id], newest_first=True, cursor=cursor, limit=limit)
    shapes = [
        {
            "id": alarm.id,
            "kind": alarm.kind.value,
            "subject": alarm.subject,
            "text": alarm.text,
            "count": alarm.count,
            "raised_at": moment(alarm.raised_at),
            "last_at": moment(alarm.last_at),
        }
        for alarm in found.rows
    ]
    return shapes, found.next


def mentions(text: str) -> ColumnElement[bool]:
    """Text anywhere in what the customer said; digits anywhere in the phone, however they are grouped."""
    found = [column.icontains(text, autoescape=True) for column in _SEARCHED]
    digits = "".join(filter(str.isdecimal, text))
    if len(digits) >= _FEWEST_DIGITS and not any(map(str.isalpha, text)):
        found.append(Lead.phone.contains(digits, autoescape=True))
    return or_(*found)


def _message_shape(message: Message, about: Names, told: Names) -> dict[str, Any]:
    return {
        "id": message.id,
        "lead": about[message.lead_id],
        "rep": told[message.rep_id],
        "to": message.to,
        "channel": message.channel.value,
        "body": CODE_HIDDEN if is_sign_in_code(message.cause) else message.body,
        "state": message.state.value,
        "cause": message.cause,
        "created_at": moment(message.created_at),
        "sent_at": moment(message.sent_at),
        "shown_at": moment(message.shown_at),
        "error": message.error,
    }


def _consent_shape(consent: Consent, about: Names) -> dict[str, Any]:
    as_stored = ("source", "phone", "email", "language", "page", "ip", "user_agent", "said", "words", "version")
    return {
        "id": consent.id,
        "lead": about[consent.lead_id],
        "at": moment(consent.at),
        "door": consent.door.value,
        **{name: getattr(consent, name) for name in as_stored},
    }
