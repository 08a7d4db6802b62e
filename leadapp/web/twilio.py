"""Twilio's calls back: texts and calls that come in, and what became of those that went out. Every one is signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, abort, current_app, request, url_for
from sqlalchemy import ColumnElement
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from leadapp import clock
from leadapp.extensions import csrf, db
from leadapp.languages import Language, in_language, spoken_in
from leadapp.models import Message, Rep, Source
from leadapp.notify import callbacks
from leadapp.notify.delivery import count_callback, record_report
from leadapp.queries.sources import who_answers
from leadapp.routing.opting import Keyword
from leadapp.web import problems
from leadapp.web.receiving import country_for, source_in_use
from leadapp.workflow.answering import Said, answer, find_message
from leadapp.workflow.inbound import Incoming, keep_voicemail, take_missed_call, take_text
from leadapp.workflow.receipts import message_shown

blueprint = Blueprint("twilio", __name__)
problems.cover(blueprint)

_RINGS_FOR = 20  # seconds in the office before the caller is asked for a message
_DECIDES_FOR = 6  # seconds to press a key, once the office has picked up
_LONGEST_VOICEMAIL = 120
_ANSWERED = ("completed", "answered")
_MISSED = ("no-answer", "busy", "failed", "canceled")
_KEYS = {"1": Said.ACCEPT, "2": Said.PASS}
_MOST_PICTURES = 10  # in one text
_OPT_OUT_TYPES = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}

#: As Twilio calls what a voice can speak; without one it is American English.
_VOICES: dict[Language | None, str | None] = {None: None, Language.ENGLISH: None, Language.SPANISH: "es-MX"}

P = ParamSpec("P")


def _signed(view: Callable[P, Response]) -> Callable[P, Response]:
    """Lets in what Twilio signed with our token, for the address it was given: the public one, whatever proxy stands
    before us. Everything else is 403, and counted."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        settings = current_app.config["LEADAPP"]
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        url = f"{settings.base_url}{request.path}{query}"
        signature = request.headers.get("X-Twilio-Signature", "")
        token = settings.twilio_auth_token
        if not token or not RequestValidator(token).validate(url, request.form, signature):
            count_callback("forged")
            abort(403, "The signature is not Twilio's. Nothing was kept.")
        return view(*args, **kwargs)

    csrf.exempt(guarded)
    return guarded


@blueprint.post("/in/<key>/twilio/sms")
@_signed
def text(key: str) -> Response:
    """A text came in. What it is answered leaves by the outbox."""
    take_text(_incoming_text(source_in_use(key)), request.form.get("Body", ""), clock.now())
    return _xml(MessagingResponse())


@blueprint.post("/in/<key>/twilio/voice")
@_signed
def ring(key: str) -> Response:
    """Somebody calls: the office rings, and after a while the caller may leave a message."""
    source, said = source_in_use(key), VoiceResponse()
    rep = who_answers(source)
    if rep is None:
        return _missed(source)
    dial = said.dial(timeout=_RINGS_FOR, action=url_for("twilio.rang", key=source.key), answer_on_bridge=True)
    dial.number(rep.phone, url=url_for("twilio.screen", key=source.key))
    return _xml(said)


@blueprint.post("/in/<key>/twilio/picked-up")
@_signed
def screen(key: str) -> Response:
    """The office picked up. Only a person presses a key: a mailbox must not swallow the customer."""
    source, said = source_in_use(key), VoiceResponse()
    rep = who_answers(source)
    language = rep.language if rep else None
    gather = Gather(num_digits=1, timeout=_DECIDES_FOR, action=url_for("twilio.connect", key=source.key))
    asks = in_language(language, "A customer is calling. Press any key to take the call.")
    gather.say(asks, language=_VOICES[language])
    said.append(gather)
    said.hangup()
    return _xml(said)


@blueprint.post("/in/<key>/twilio/taken")
@_signed
def connect(key: str) -> Response:
    """A key was pressed: the end of what is said connects the two."""
    source_in_use(key)
    return _xml(VoiceResponse())


@blueprint.post("/in/<key>/twilio/voice-status")
@_signed
def rang(key: str) -> Response:
    """What became of a call: nothing to do when somebody answered, else it is a lead; a recording is kept with it."""
    source = source_in_use(key)
    if recording := request.form.get("RecordingUrl"):
        keep_voicemail(_incoming(source, "CallSid"), recording, clock.now())
        return _xml(VoiceResponse())
    dialled = request.form.get("DialCallStatus")
    was_connected = dialled in _ANSWERED and request.form.get("DialBridged") != "false"
    if dialled is not None and not was_connected:
        return _missed(source)
    if dialled is None and request.form.get("CallStatus") in _MISSED:
        take_missed_call(_incoming(source, "CallSid"), clock.now())
    return _xml(VoiceResponse())


@blueprint.post("/in/<key>/twilio/status")
@_signed
def report_by_number(key: str) -> Response:
    """Of a text that Twilio knows by its own name, where the address is set up at the number itself."""
    source_in_use(key)
    return _reported(Message.provider_id == request.form.get("MessageSid", ""), "MessageStatus")


@blueprint.post(f"{callbacks.TEXT_STATUS}<receipt>")
@_signed
def report_text(receipt: str) -> Response:
    return _reported(Message.receipt == receipt, "MessageStatus")


@blueprint.post(f"{callbacks.CALL_STATUS}<receipt>")
@_signed
def report_call(receipt: str) -> Response:
    return _reported(Message.receipt == receipt, "CallStatus")


@blueprint.post(f"{callbacks.CALL}<receipt>")
@_signed
def speak(receipt: str) -> Response:
    """Somebody picked up: the offer is read twice, and a key answers it."""
    said, message = VoiceResponse(), find_message(receipt)
    message_shown(receipt, clock.now())
    if message is None:
        said.say("This is over. Goodbye.")
        return _xml(said)
    language = _language_of(message)
    may_pass, voice = message.offer_id is not None, _VOICES[language]
    both, one = in_language(language, "Press 1 to accept, or 2 to pass."), in_language(language, "Press 1 to accept.")
    gather = Gather(num_digits=1, timeout=8, action=url_for("twilio.key_pressed", receipt=receipt))
    for _time in range(2):
        gather.say(message.body, language=voice)
        gather.say(both if may_pass else one, language=voice)
    said.append(gather)
    said.say(in_language(language, "No key was pressed. Goodbye."), language=voice)
    return _xml(said)


@blueprint.post(f"{callbacks.CALL}<receipt>/key")
@_signed
def key_pressed(receipt: str) -> Response:
    """The same claim as everywhere; whoever comes too late hears who has it."""
    said, message = VoiceResponse(), find_message(receipt)
    pressed = _KEYS.get(request.form.get("Digits", ""))
    language = _language_of(message) if message else None
    if message is None or pressed is None:
        sorry = in_language(language, "There is no such key. Nothing was changed.")
        said.say(sorry, language=_VOICES[language])
        said.redirect(url_for("twilio.speak", receipt=receipt))
        return _xml(said)
    told = answer(message.id, pressed, now=clock.now())
    said.say(spoken_in(language, told), language=_VOICES[language])
    return _xml(said)


def _language_of(message: Message) -> Language | None:
    """Of the rep who was called."""
    rep = db.session.get(Rep, message.rep_id) if message.rep_id else None
    return rep.language if rep else None


def _missed(source: Source) -> Response:
    take_missed_call(_incoming(source, "CallSid"), clock.now())
    said = VoiceResponse()
    said.say("Sorry, nobody can take your call right now. We call you back. Say after the tone what you need.")
    kept_by = url_for("twilio.rang", key=source.key)
    # Without an action Twilio asks for this very document again, and the caller is asked for a message without end.
    said.record(max_length=_LONGEST_VOICEMAIL, action=kept_by, recording_status_callback=kept_by)
    return _xml(said)


def _incoming_text(source: Source) -> Incoming:
    pictures = (request.form.get(f"MediaUrl{number}", "") for number in range(_MOST_PICTURES))
    asked = _OPT_OUT_TYPES.get(request.form.get("OptOutType", ""))
    return replace(_incoming(source, "MessageSid"), pictures=tuple(filter(None, pictures)), answered=asked)


def _incoming(source: Source, sid: str) -> Incoming:
    provider_id = request.form.get(sid, "")[:64] or abort(422, f"{sid} is missing. Nothing was kept.")
    return Incoming(provider_id, request.form.get("From", ""), country_for(source), source)


def _reported(which: ColumnElement[bool], status: str) -> Response:
    """Twilio is content with any answer that is no error; what it tells of a message nobody knows is counted."""
    code = request.form.get("ErrorCode", "")
    known_code = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None
    record_report(which, request.form.get(status, ""), known_code, clock.now())
    return Response("", 200)


def _xml(said: VoiceResponse | MessagingResponse) -> Response:
    return Response(str(said), mimetype="text/xml")
