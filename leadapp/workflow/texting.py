"""What a person texts to a customer from the lead's page. It goes out from the business's number, never from theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from leadapp import wording
from leadapp.capture.phone import zones_of
from leadapp.capture.text import is_blank
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import WRITTEN, Channel, EventKind, Lead, Message, MessageState, Rep, Team
from leadapp.routing.quiet import goes_at
from leadapp.routing.said import Said, about_moment, said
from leadapp.routing.values import LeadState
from leadapp.transaction import end_reads, transaction
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.opting_out import wants_no_texts
from leadapp.workflow.ownership import note_contact
from leadapp.workflow.ringing import write
from leadapp.workflow.timeline import record

LONGEST_TEXT = 1600  # what Twilio takes
_LIFE = timedelta(hours=1)
_SAME_TEXT_FOR = timedelta(minutes=2)  # as long as somebody taps again because no answer came


def text_from_lead(lead_id: str, body: str, *, now: datetime, actor_id: str | None = None) -> datetime:
    """Texts the customer in the words of a person, who is nobody when a program sends it. Returns when it goes: now,
    unless it is no direct answer and the quiet hours of the customer have begun.

    Sent again at once it is the same text. Once the owner's has been sent it is a contact, as a call is.
    Raises NotFound, Invalid (blank, too long), Conflict (closed, no phone, no texts wanted).
    """
    body = _checked(body)
    with transaction():
        lead = _lead_to_text(lead_id)
        if (sent_before := _sent_a_moment_ago(lead, body, actor_id, now)) is not None:
            return sent_before
        zone = db.session.get_one(Team, lead.team_id).time_zone
        due_at = goes_at(now, heard_at=lead.last_heard_at, zone=zone, number_zones=zones_of(lead.phone or ""))
        moments: dict[str, Any] = {"due_at": due_at, "expires_at": due_at + _LIFE}
        cause, data = f"{WRITTEN}{new_id()}", {"by": actor_id}
        write(Channel.SMS, lead.phone or "", cause, body, now, lead_id=lead.id, data=data, **moments)
        record(lead.id, EventKind.MESSAGE, _told(body, actor_id, due_at, zone, now), now=now, actor_id=actor_id)
        return due_at


def find_texted(lead_id: str | None = None) -> list[str]:
    """Leads whose owner has texted the customer, of which nobody has noted yet that this was a contact; only this one,
    if one is named."""
    end_reads()
    leads = select(Lead.id).where(Lead.state == LeadState.CLAIMED, _sent_by_owner().exists()).order_by(Lead.id)
    return list(db.session.scalars(leads.where(Lead.id == lead_id) if lead_id else leads))


def note_all_texted(now: datetime) -> None:
    """`note_texted` for every lead of which nobody has noted it yet."""
    for lead_id in find_texted():
        note_texted(lead_id, now)


def note_texted(lead_id: str, now: datetime) -> None:
    """Notes that the owner has reached the customer by a text, as of when it was sent. When he has not, it changes
    nothing."""
    if not find_texted(lead_id):
        return
    with transaction():
        if (lead := lock_lead(lead_id)) is not None:
            note_if_texted(lead, now)


def note_if_texted(lead: Lead, now: datetime) -> bool:
    """`note_texted` in the running transaction. Returns whether it has."""
    if lead.state is not LeadState.CLAIMED:
        return False
    sent_at = db.session.scalar(_sent_by_owner().where(Lead.id == lead.id).order_by(Message.sent_at).limit(1))
    if sent_at is not None:
        note_contact(lead, "text", now=now, at=sent_at)
    return sent_at is not None


def _sent_by_owner() -> Select[datetime | None]:
    """Of the lead that the statement is about: when its owner's texts since he has had it were sent. What waits, or the
    provider did not take, has reached nobody."""
    his = (Message.lead_id == Lead.id) & (Message.data["by"].as_string() == Lead.owner_id)
    written = Message.cause.startswith(WRITTEN) & (Message.created_at >= Lead.claimed_at)
    sent = Message.sent_at.is_not(None) & (Message.state != MessageState.FAILED)
    return select(Message.sent_at).where(his, written, sent)


def _checked(body: str) -> str:
    """As it was written: a form sends its line ends as two characters, which the person did not write."""
    body = body.replace("\r\n", "\n").strip()
    if is_blank(body):
        raise Invalid(("text", said("Write what the text should say. Nothing was sent.")))
    if len(body) > LONGEST_TEXT:
        too_long = said(
            "This has {count} characters, and a text holds at most {most}. Nothing was sent.",
            count=f"{len(body):,}",
            most=f"{LONGEST_TEXT:,}",
        )
        raise Invalid(("text", too_long))
    return body


def _lead_to_text(lead_id: str) -> Lead:
    lead = lock_lead(lead_id)
    if lead is None:
        raise NotFound("lead")
    if lead.state is LeadState.CLOSED:
        raise Conflict(said("This lead is closed. Nothing was sent."))
    if not lead.phone:
        raise Conflict(said("This lead has no phone number that can be texted. Nothing was sent."))
    if wants_no_texts(lead):
        raise Conflict(said("This number wants no texts. Nothing was sent: call instead."))
    return lead


def _sent_a_moment_ago(lead: Lead, body: str, actor_id: str | None, now: datetime) -> datetime | None:
    """When the same words go that the same person has just sent, unless the customer has said something since."""
    since = max(now - _SAME_TEXT_FOR, lead.last_heard_at)
    lately = (Message.lead_id == lead.id) & (Message.created_at >= since) & Message.cause.startswith(WRITTEN)
    goes_or_went = (Message.to == lead.phone) & Message.state.not_in((MessageState.FAILED, MessageState.DROPPED))
    rows = db.session.execute(select(Message.body, Message.data, Message.due_at).where(lately, goes_or_went))
    mine = (row.due_at for row in rows if (row.body, row.data.get("by")) == (body, actor_id))
    return next(mine, None)


def _told(body: str, actor_id: str | None, due_at: datetime, zone: str, now: datetime) -> Said:
    who = db.session.get_one(Rep, actor_id).name if actor_id else said("A program")
    if due_at == now:
        return said('{name} texted the customer: "{text}"', name=who, text=body)
    goes = about_moment(wording.day_and_time(due_at, zone, now=now), due_at)
    return said(
        '{name} wrote to the customer, which goes {when}, after the quiet hours: "{text}"',
        name=who,
        when=goes,
        text=body,
    )
