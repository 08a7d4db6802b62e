"""The words of the instant text to a customer: who we are, who calls and when, how to stop. Pure."""

from __future__ import annotations

from datetime import datetime

from leadapp.texts import sms
from leadapp.wording import clock_time, is_spanish, las


@sms
def customer_text(*, business: str, who: str, call_by: datetime, time_zone: str, language: str | None) -> str:
    """The instant answer to a request: who we are, who calls and by when, how to stop. English, or Spanish."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        return (
            f"{business}: recibimos su solicitud. {who} o un colega le llama antes de {las(at)}. "
            "Responda STOP para no recibir textos."
        )
    return f"{business} got your request. {who} or a colleague will call you by {at}. Reply STOP to get no texts."


@sms
def customer_text_while_closed(*, business: str, who: str, opens: str, language: str | None) -> str:
    """The instant answer to a request that waits for opening. `opens` is `day_and_time` in the same language."""
    if is_spanish(language):
        return (
            f"{business}: recibimos su solicitud. Abrimos {opens}; {who} o un colega le llama entonces. "
            "Responda STOP para no recibir textos."
        )
    calls = f"We open {opens}; {who} or a colleague will call you then."
    return f"{business} got your request. {calls} Reply STOP to get no texts."


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
