"""What the business and a customer have texted each other about a lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import WRITTEN, Channel, Contact, InboundText, Lead, Message, MessageState, OptOut, Source
from leadapp.models import SourceKind as Kind
from leadapp.queries.people import rep_names
from leadapp.routing.said import said, strung
from leadapp.texts import segments

_SHOWN = 200
_WAITS = (MessageState.PENDING, MessageState.SENDING)
_SEEN = (MessageState.SHOWN, MessageState.OPENED, MessageState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Said:
    """One text. Of ours: who wrote it, what has become of it, what it costs, and until when it waits if it does so for
    the end of the quiet hours."""

    at: datetime
    who: str
    body: str
    is_ours: bool
    state: str = ""
    segments: int = 0
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """Oldest first. `on_its_way`: some text may be sent, or fail, at any moment. `written` is how many the reader has
    sent."""

    texts: tuple[Said, ...]
    wants_none: bool
    on_its_way: bool
    written: int


def thread(lead_id: str, reader_id: str, *, now: datetime) -> Thread:
    """The newest 200 texts of the lead, and whether its number wants none."""
    lead = db.session.get_one(Lead, lead_id)
    ours = (Message.lead_id == lead_id) & Message.rep_id.is_(None) & (Message.channel == Channel.SMS)
    sent = db.session.scalars(select(Message).where(ours).order_by(Message.id.desc()).limit(_SHOWN)).all()
    theirs = select(InboundText).where(InboundText.lead_id == lead_id).order_by(InboundText.id.desc()).limit(_SHOWN)
    heard = db.session.scalars(theirs).all()
    names, customer = rep_names(), lead.name or said("The customer")
    texts = [_ours(message, names, now) for message in sent]
    texts += [Said(text.received_at, customer, text.body, is_ours=False) for text in heard]
    if lead.message and _began_by_text(lead, heard):
        texts.append(Said(lead.received_at, customer, lead.message, is_ours=False))
    return Thread(
        texts=tuple(sorted(texts, key=lambda text: (text.at, text.is_ours))[-_SHOWN:]),
        wants_none=_wants_none(lead),
        on_its_way=any(message.state in _WAITS and message.due_at <= now for message in sent),
        written=sum(message.data.get("by") == reader_id for message in sent),
    )


def _ours(message: Message, names: dict[str, str], now: datetime) -> Said:
    by = message.data.get("by")
    nobody = said("A program") if message.cause.startswith(WRITTEN) else said("Sent by itself")
    sender = names.get(by, "") if by else nobody
    is_held = message.state is MessageState.PENDING and message.due_at > now and not message.attempts
    return Said(
        message.created_at,
        sender,
        message.body,
        is_ours=True,
        state=_state(message),
        segments=segments(message.body).count,
        waits_until=message.due_at if is_held else None,
    )


def _state(message: Message) -> str:
    if message.state in _WAITS:
        return _because(said("waiting"), message)
    if message.state is MessageState.FAILED:
        return _because(said("failed"), message)
    if message.state is MessageState.DROPPED:
        return _because(said("not sent"), message)
    return said("delivered") if message.state in _SEEN else said("sent")


def _because(state: str, message: Message) -> str:
    return strung(": ", (state, message.why)) if message.why else state


def _began_by_text(lead: Lead, heard: Sequence[InboundText]) -> bool:
    """Whether the lead's own message was a text that is not among those that were kept beside it."""
    if (
        not lead.external_id
        or lead.attributes.get("missed_call")
        or any(text.provider_id == lead.external_id for text in heard)
    ):
        return False
    source = db.session.get(Source, lead.source_id) if lead.source_id else None
    return lead.source == "phone" or (source is not None and source.kind is Kind.PHONE)


def _wants_none(lead: Lead) -> bool:
    contact = db.session.get(Contact, lead.contact_id) if lead.contact_id else None
    return bool(contact and contact.opted_out_at) or db.session.get(OptOut, lead.phone) is not None
