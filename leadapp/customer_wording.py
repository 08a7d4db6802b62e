"""The words of the instant text to a customer: who we are, what was asked, who calls and when, how to stop. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from leadapp.texts import Encoding, Segments, segments, sms, to_gsm7
from leadapp.wording import clock_time, is_spanish, las

# Letters alone make neither a number nor a link: whoever fills in a form may not write our texts to others.
_FEW_PLAIN_WORDS = re.compile(r"[^\W\d_]([^\W\d_]|[ &',-]){0,38}[^\W\d_]")
_ONE_SEGMENT = Segments(Encoding.GSM7, 1)


@sms
def customer_text(
    *, business: str, who: str, call_by: datetime, time_zone: str, language: str | None, about: str | None = None
) -> str:
    """The instant answer to a request: who we are, what was asked, who calls and by when, how to stop. English, or
    Spanish."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        calls = f"{who} o un colega le llama antes de {las(at)}. Responda STOP para no recibir textos."
    else:
        calls = f"{who} or a colleague will call you by {at}. Reply STOP to get no texts."
    return _received(business, about, calls, language)


@sms
def customer_text_while_closed(
    *, business: str, who: str, opens: str, language: str | None, about: str | None = None
) -> str:
    """The instant answer to a request that waits for opening. `opens` is `day_and_time` in the same language."""
    if is_spanish(language):
        calls = f"Abrimos {opens}; {who} o un colega le llama entonces. Responda STOP para no recibir textos."
    else:
        calls = f"We open {opens}; {who} or a colleague will call you then. Reply STOP to get no texts."
    return _received(business, about, calls, language)


@sms
def customer_text_after_call(
    *, business: str, who: str, call_by: datetime, time_zone: str, language: str | None
) -> str:
    """The instant answer to a call that nobody took."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        return (
            f"{business}: sentimos no haber contestado. {who} o un colega le llama antes de {las(at)}. "
            "Responda que necesita, o STOP para no recibir textos."
        )
    return (
        f"{business}: sorry we missed your call. {who} or a colleague will call you by {at}. "
        "Reply with what you need, or STOP to get no texts."
    )


def _received(business: str, about: str | None, calls: str, language: str | None) -> str:
    """Says what was asked only in a few plain words, and only where the text stays one segment."""
    spanish, asked = is_spanish(language), to_gsm7(" ".join((about or "").split()))
    received = f"{business}: recibimos su solicitud" if spanish else f"{business} got your request"
    if _FEW_PLAIN_WORDS.fullmatch(asked):
        told = f"{received} {'sobre' if spanish else 'about'} {asked}. {calls}"
        if segments(to_gsm7(told)) == _ONE_SEGMENT:
            return told
    return f"{received}. {calls}"


@sms
def promise_text(*, business: str, who: str, call_by: datetime, time_zone: str, language: str | None) -> str:
    """Who calls and by when, once a person has said so. English, or Spanish."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        return f"{business}: {who} le llama antes de {las(at)}. Responda STOP para no recibir textos."
    return f"{business}: {who} will call you by {at}. Reply STOP to get no texts."
