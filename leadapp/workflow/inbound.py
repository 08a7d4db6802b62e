"""What comes in by telephone: a text from a customer or a rep, a call that nobody took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from leadapp import answer_wording
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Channel, Door, Event, EventKind, InboundText, Rep, Source
from leadapp.routing.opting import Keyword, keyword
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow.answering import Reply, answer, read_reply, waits_for_answer
from leadapp.workflow.arrivals import Evidence
from leadapp.workflow.configuration.lookup import business
from leadapp.workflow.intake import capture_lead
from leadapp.workflow.known_language import language_of
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.opting_out import opt_in, opt_out, rep_with_phone
from leadapp.workflow.ringing import write
from leadapp.workflow.timeline import record

_REPLY_LIFE = timedelta(minutes=15)
_ANSWERS = {
    Keyword.STOP: answer_wording.opted_out,
    Keyword.START: answer_wording.opted_in,
    Keyword.HELP: answer_wording.help_text,
}
#: What Twilio puts where the number is withheld: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED on the keys.
_WITHHELD = frozenset({"+266696687", "+7378742883", "+86282452253", "+8656696", "+2562533"})
_IN_SPANISH = frozenset({"alto", "parar", "pare", "basta", "cancelar", "baja", "iniciar", "empezar", "alta", "ayuda"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text or call as the provider tells it. `provider_id` is its name for it: the same one is taken once. `sender`
    is E.164, or whatever stands there for a number that is withheld. `country` reads national numbers. `pictures` are
    links. `answered` is what the provider took a text for when it has answered it itself."""

    provider_id: str
    sender: str
    country: str
    source: Source | None = None
    pictures: tuple[str, ...] = ()
    answered: Keyword | None = None

    @property
    def phone(self) -> str | None:
        """Where the sender can be called and texted; None when the number is withheld."""
        return self.sender if self.sender.startswith("+") and self.sender not in _WITHHELD else None


def take_text(incoming: Incoming, body: str, now: datetime) -> None:
    """Takes in a text. STOP, START and HELP are obeyed; what a rep sends answers his offer; all else is a customer's:
    it joins his open lead or makes one. Taken again, it changes nothing."""
    if _is_known(incoming.provider_id):
        return
    asked, rep = incoming.answered or keyword(body), rep_with_phone(incoming.sender)
    if asked is not None and incoming.phone:
        _obey(asked, incoming, body, rep, now)
    elif rep is not None:
        _answer_rep(rep, incoming, body, now)
    else:
        whole = _with_pictures(incoming, body)
        _keep(incoming, whole, now, lead_id=_capture(incoming, {"message": whole}, Door.TEXT, now, words=body))


def take_missed_call(incoming: Incoming, now: datetime) -> str:
    """A call that nobody took becomes a lead, and the caller is texted back. Returns the lead's id."""
    withheld = None if incoming.phone else "Missed call from a withheld number."
    return _capture(incoming, {"message": withheld, "attributes": {"missed_call": "yes"}}, Door.CALL, now)


def keep_voicemail(incoming: Incoming, recording: str, now: datetime) -> None:
    """What the caller said after the tone, as a link on the lead of his call; kept once."""
    lead_id = take_missed_call(incoming, now)
    text = said("Voicemail: {recording}", recording=recording)
    with transaction():
        lock_lead(lead_id)
        known = select(Event.id).where(Event.lead_id == lead_id, Event.text == text)
        if db.session.scalar(known.limit(1)) is None:
            record(lead_id, EventKind.MESSAGE, text, now=now)


def _obey(asked: Keyword, incoming: Incoming, body: str, rep: Rep | None, now: datetime) -> None:
    lead_id = None
    language = "es" if _IN_SPANISH & set(body.casefold().split()) else None
    if asked is Keyword.HELP and rep is None:  # "Help!" may be just that
        lead_id = _capture(incoming, {"message": body, "language": language}, Door.TEXT, now, words=body)
    reply = _ANSWERS[asked](business().name, language)
    with _once(incoming, body, now, lead_id=lead_id, rep_id=rep.id if rep else None):
        is_news = True
        if asked is Keyword.STOP:  # confirmed once: whoever says it again wants no further text about it
            is_news = opt_out(incoming.sender, said("texted {words}", words=repr(body.strip()[:60])), now)
        elif asked is Keyword.START:
            opt_in(incoming.sender, now)
        if is_news and incoming.answered is None:
            _reply(incoming, reply, now, data={"about_opt_out": True}, lead_id=lead_id)


def _answer_rep(rep: Rep, incoming: Incoming, body: str, now: datetime) -> None:
    reply = read_reply(rep, body)
    told = _do(reply, now) if reply else _not_understood(rep)
    with _once(incoming, body, now, rep_id=rep.id):
        _reply(incoming, told, now, rep_id=rep.id, language=rep.language)


def _do(reply: Reply, now: datetime) -> str:
    """In a transaction of its own, before the text is kept: what is cut off in between is done again, which is once."""
    return answer(reply.message_id, reply.said, now=now)


def _not_understood(rep: Rep) -> str:
    return answer_wording.not_understood(
        link=f"{current_app.config['LEADAPP'].base_url}/my", waits=waits_for_answer(rep)
    )


def _capture(incoming: Incoming, fields: dict[str, Any], door: Door, now: datetime, *, words: str | None = None) -> str:
    """The lead of the sender, made or joined; the provider's id keeps a repeat from being another one."""
    external = {"phone": incoming.phone, "source": "phone", "external_id": incoming.provider_id}
    if language := language_of(incoming.phone, words):
        external["language"] = language
    captured = from_fields(fields | external, country=incoming.country, now=now)
    return capture_lead(captured, now=now, source=incoming.source, evidence=Evidence(door)).lead_id


def _with_pictures(incoming: Incoming, body: str) -> str:
    return "\n".join(filter(None, (body, *incoming.pictures)))


def _keep(incoming: Incoming, body: str, now: datetime, *, lead_id: str | None) -> None:
    with _once(incoming, body, now, lead_id=lead_id):
        pass


@contextmanager
def _once(
    incoming: Incoming, body: str, now: datetime, *, lead_id: str | None = None, rep_id: str | None = None
) -> Iterator[None]:
    """A transaction that keeps the text, and what is done inside with it; nothing of both when another process was
    faster."""
    with suppress(IntegrityError), transaction():
        kept = InboundText(id=new_id(), provider_id=incoming.provider_id, sender=incoming.sender, body=body)
        kept.received_at, kept.lead_id, kept.rep_id = now, lead_id, rep_id
        kept.source_id = incoming.source.id if incoming.source else None
        db.session.add(kept)
        db.session.flush()
        yield


def _is_known(provider_id: str) -> bool:
    return db.session.scalar(select(InboundText.id).where(InboundText.provider_id == provider_id)) is not None


def _reply(incoming: Incoming, body: str, now: datetime, **columns: Any) -> None:
    cause = f"reply:{incoming.provider_id}"
    write(Channel.SMS, incoming.sender, cause, body, now, expires_at=now + _REPLY_LIFE, **columns)
