"""/outbox: the texts, calls and mails that the log channels would have sent, and the answers one can play to them."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.capture.phone import parse_phone
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Channel, Message
from leadapp.queries.pages import OUTBOX_SHOWN, outbox
from leadapp.queries.sources import phone_source
from leadapp.web import htmx
from leadapp.web.access import OFFICE, OWNER, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now, spoken
from leadapp.web.receiving import country_for
from leadapp.workflow.answering import Said, answer
from leadapp.workflow.inbound import Incoming, take_missed_call, take_text

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")
_KEYS = {"1": Said.ACCEPT, "2": Said.PASS}
_LONGEST_TEXT = 1600  # what Twilio takes


@blueprint.get("")
@requires(*OFFICE)
def show() -> ResponseReturnValue:
    return htmx.respond(_screen(request.args.get("before")))


@blueprint.post("/<message_id>/reply")
@requires(*OFFICE)
def reply(message_id: str) -> ResponseReturnValue:
    """What whoever got this text sends back."""
    message = _played(message_id, Channel.SMS)
    text = _text()
    if not text:
        return htmx.respond(_screen(), status=422, notice=_("Write what is texted back. Nothing was sent."))
    take_text(_incoming(message.to), text, frozen_now())
    return htmx.respond_changed(_screen(), _("Texted back: %(text)s", text=text))


@blueprint.post("/<message_id>/key")
@requires(*OFFICE)
def press(message_id: str) -> ResponseReturnValue:
    """The key that whoever was called presses."""
    message, key = _played(message_id, Channel.CALL), request.form.get("key", "")
    if key not in _KEYS or not message.data.get("answers"):
        return htmx.respond(_screen(), status=422, notice=_("This call takes no such key. Nothing was changed."))
    told = spoken(answer(message.id, _KEYS[key], now=frozen_now()))
    return htmx.respond_changed(_screen(), _("The call says: %(words)s", words=told))


@blueprint.post("/customer")
@requires(*OFFICE)
def customer() -> ResponseReturnValue:
    """A customer texts, or calls and nobody answers."""
    _only_played()
    incoming, text = _incoming(request.form.get("phone", "")), _text()
    if not incoming.sender.startswith("+"):
        return htmx.respond(_screen(), status=422, notice=_("That is no telephone number. Nothing was sent."))
    if request.form.get("what") == "call":
        take_missed_call(incoming, frozen_now())
        return htmx.respond_changed(_screen(), _("Somebody called, and nobody answered."))
    if not text:
        return htmx.respond(_screen(), status=422, notice=_("Write what the customer texts. Nothing was sent."))
    take_text(incoming, text, frozen_now())
    return htmx.respond_changed(_screen(), _("A customer texted: %(text)s", text=text))


def _screen(before: str | None = None) -> Screen:
    rows = outbox(before, reads_owner_codes=viewer().has_role(*OWNER), now=frozen_now())
    shown = rows[:OUTBOX_SHOWN]
    older = shown[-1].id if len(rows) > OUTBOX_SHOWN else None
    context = {"messages": shown, "older": older, "is_played": _is_played()}
    return Screen(url_for("outbox.show"), "outbox/show.html", "outbox/_messages.html", context)


def _played(message_id: str, channel: Channel) -> Message:
    _only_played()
    message = db.session.get(Message, message_id)
    if message is None or message.channel is not channel or message.sent_at is None:
        abort(404)
    return message


def _incoming(phone: str) -> Incoming:
    source = phone_source()
    country = country_for(source)
    return Incoming(f"played-{new_id()}", parse_phone(phone, country) or phone, country, source)


def _text() -> str:
    return request.form.get("text", "").strip()[:_LONGEST_TEXT]


def _only_played() -> None:
    if not _is_played():
        abort(404)


def _is_played() -> bool:
    """With a provider, people answer from their own phones."""
    return bool(current_app.config["LEADAPP"].sms_provider == "log")
