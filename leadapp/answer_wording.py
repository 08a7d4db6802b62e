"""The words that answer a text: what a rep is told of his answer, what STOP, START and HELP are answered. Pure."""

from __future__ import annotations

from leadapp.routing.said import said
from leadapp.texts import sms
from leadapp.wording import is_spanish

PASSED = said("Passed. It goes to the next.")
OVER = said("That is over. Nothing was changed.")
CANNOT_BE_PASSED = said(
    "This lead is in the queue, and somebody has to take it: it cannot be passed. Nothing was changed."
)


@sms
def too_late(who: str) -> str:
    return said("Too late: {name} has it.", name=who)


@sms
def yours(*, name: str | None, phone: str | None, call_by: str | None) -> str:
    """To the rep's own phone, once the lead is his: whom to call, and by when."""
    who = ", ".join(filter(None, (name, phone))) or said("the customer")
    if call_by:
        return said("Yours. Call {who} by {time}.", who=who, time=call_by)
    return said("Yours. Call {who}.", who=who)


@sms
def not_understood(*, link: str, waits: bool) -> str:
    """To a rep whose text was no answer."""
    if waits:
        return said("That was not understood. Reply with one of the digits of the last text, or open {link}", link=link)
    return said("Nothing waits for an answer from you. Your leads: {link}", link=link)


@sms
def opted_out(business: str, language: str | None) -> str:
    """The one text that follows a STOP."""
    if is_spanish(language):
        return f"{business}: no recibira mas textos nuestros. Responda START para volver a recibirlos."
    return f"{business}: you will get no more texts from us. Reply START to get them again."


@sms
def opted_in(business: str, language: str | None) -> str:
    if is_spanish(language):
        return f"{business}: vuelve a recibir nuestros textos. Responda STOP para no recibir textos."
    return f"{business}: you get our texts again. Reply STOP to get no texts."


@sms
def help_text(business: str, language: str | None) -> str:
    if is_spanish(language):
        return f"{business}: escriba lo que necesita y le llamamos. Responda STOP para no recibir textos."
    return f"{business}: text us what you need and we call you. Reply STOP to get no texts."
