"""The words of every message out. Pure: values in, text out.

Texts to customers keep to the GSM-7 alphabet, where a segment holds 160 characters instead of 70.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from leadapp.routing.explain import duration

ALARM_TITLE = "Your set-up needs a look"
ANSWER_PASSED = "Passed. It goes to the next."
ANSWER_OVER = "That is over. Nothing was changed."
CANNOT_BE_PASSED = "This lead is in the queue, and somebody has to take it: it cannot be passed. Nothing was changed."


def clock_time(moment: datetime, time_zone: str) -> str:
    """ "10:42 AM" in that zone."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%I:%M %p").lstrip("0")


def day_and_time(moment: datetime, time_zone: str, *, now: datetime, language: str | None = None) -> str:
    """ "today at 8:00 AM", "Monday at 8:00 AM", "January 4 at 8:00 AM" in that zone. English, or Spanish."""
    zone = ZoneInfo(time_zone)
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    spanish, at = _is_spanish(language), clock_time(moment, time_zone)
    words, ahead = _SPANISH if spanish else _ENGLISH, (day - today).days
    if 0 <= ahead < len(words.near):
        said = words.near[ahead]
    elif 0 <= ahead < 7:
        said = words.weekdays[day.weekday()]
    else:
        said = words.date.format(day=day.day, month=words.months[day.month - 1])
    return f"{said} a {_las(at)}" if spanish else f"{said} at {at}"


def date_and_time(moment: datetime, time_zone: str) -> str:
    """ "Monday, January 4 at 8:00 AM" in that zone: for what is read later, too."""
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    weekday, month = _ENGLISH.weekdays[day.weekday()], _ENGLISH.months[day.month - 1]
    return f"{weekday}, {month} {day.day} at {clock_time(moment, time_zone)}"


def offer_title(*, service: str, urgent: bool) -> str:
    return f"URGENT: {service}" if urgent else f"New lead: {service}"


def offer_body(*, place: str, seconds: int, until: datetime, time_zone: str) -> str:
    """What a lock screen shows: where, and how long there is. No name, phone or street."""
    return f"{place}. {duration(seconds)} to accept, until {clock_time(until, time_zone)}."


def offer_text(title: str, body: str, link: str) -> str:
    return f"{title}\n{body}\n{link}"


def spoken_alert(title: str, body: str) -> str:
    """What a call says before it asks for a key."""
    return f"{title}. {body}"


def how_to_answer(accept: int, pass_on: int | None) -> str:
    """The line of a text that says which digits answer it; a lead of the queue can only be taken."""
    if pass_on is None:
        return f"Reply {accept} to take it."
    return f"Reply {accept} to accept, {pass_on} to pass."


def queue_title(*, service: str, urgent: bool) -> str:
    return f"{'URGENT, nobody' if urgent else 'Nobody'} has taken: {service}"


def queue_body(*, place: str, waiting_seconds: int) -> str:
    return f"{place}. Waiting {duration(waiting_seconds)}. It is yours until somebody takes it."


def queue_of_many_title(*, count: int, urgent: bool) -> str:
    return f"{'URGENT, nobody' if urgent else 'Nobody'} has taken {count} leads"


def queue_of_many_body(*, longest_waiting_seconds: int) -> str:
    return f"The oldest waits {duration(longest_waiting_seconds)}. They are yours until somebody takes them."


def unanswered_title(*, count: int, urgent: bool) -> str:
    return f"{'URGENT, nobody' if urgent else 'Nobody'} takes {'a lead' if count == 1 else f'{count} leads'}"


def unanswered_body(*, fallback: str, waiting_seconds: int) -> str:
    return f"{fallback} was rung twice and has not answered. Waiting {duration(waiting_seconds)}."


def absent_owner_title(*, service: str) -> str:
    return f"Your customer asked: {service}"


def absent_owner_body(*, place: str, keeper: str) -> str:
    return f"{place}. You are not free, so {keeper} has it."


def overdue_title(*, service: str) -> str:
    return f"Not called yet: {service}"


def overdue_body(*, owner: str, waiting_seconds: int) -> str:
    return f"{owner} took it {duration(waiting_seconds)} ago and nobody has spoken to the customer."


def assigned_title(*, service: str, urgent: bool) -> str:
    return f"{'URGENT, yours' if urgent else 'Yours'}: {service}"


def assigned_body(*, place: str, by: str | None) -> str:
    return f"{place}. {by or 'The office'} gave it to you. Call the customer now."


def again_title(*, service: str) -> str:
    return f"Asked again: {service}"


def again_body(*, place: str) -> str:
    return f"{place}. The same customer got in touch again."


def customer_text(*, business: str, who: str, call_by: datetime, time_zone: str, language: str | None) -> str:
    """The instant answer to a request: who we are, who calls and by when, how to stop. English, or Spanish."""
    at = clock_time(call_by, time_zone)
    if _is_spanish(language):
        return (
            f"{business}: recibimos su solicitud. {who} o un colega le llama antes de {_las(at)}. "
            "Responda STOP para no recibir textos."
        )
    return f"{business} got your request. {who} or a colleague will call you by {at}. Reply STOP to get no texts."


def customer_text_while_closed(*, business: str, who: str, opens: str, language: str | None) -> str:
    """The instant answer to a request that waits for opening. `opens` is `day_and_time` in the same language."""
    if _is_spanish(language):
        return (
            f"{business}: recibimos su solicitud. Abrimos {opens}; {who} o un colega le llama entonces. "
            "Responda STOP para no recibir textos."
        )
    calls = f"We open {opens}; {who} or a colleague will call you then."
    return f"{business} got your request. {calls} Reply STOP to get no texts."


def sign_in_code(code: str, business: str) -> str:
    return f"{code} is your {business} sign-in code. It works for ten minutes."


def answer_too_late(who: str) -> str:
    return f"Too late: {who} has it."


def answer_yours(*, name: str | None, phone: str | None, call_by: str | None) -> str:
    """To the rep's own phone, once the lead is his: whom to call, and by when."""
    who = ", ".join(filter(None, (name, phone))) or "the customer"
    return f"Yours. Call {who} by {call_by}." if call_by else f"Yours. Call {who}."


def taken_title(*, service: str) -> str:
    return f"Taken: {service}"


def taken_body(*, place: str, who: str) -> str:
    return f"{place}. {who} has it. You need do nothing."


def not_understood(*, link: str, waits: bool) -> str:
    """To a rep whose text was no answer."""
    if waits:
        return f"That was not understood. Reply with one of the digits of the last text, or open {link}"
    return f"Nothing waits for an answer from you. Your leads: {link}"


def opted_out(business: str, language: str | None) -> str:
    """The one text that follows a STOP."""
    if _is_spanish(language):
        return f"{business}: no recibira mas textos nuestros. Responda START para volver a recibirlos."
    return f"{business}: you will get no more texts from us. Reply START to get them again."


def opted_in(business: str, language: str | None) -> str:
    if _is_spanish(language):
        return f"{business}: vuelve a recibir nuestros textos. Responda STOP para no recibir textos."
    return f"{business}: you get our texts again. Reply STOP to get no texts."


def help_text(business: str, language: str | None) -> str:
    if _is_spanish(language):
        return f"{business}: escriba lo que necesita y le llamamos. Responda STOP para no recibir textos."
    return f"{business}: text us what you need and we call you. Reply STOP to get no texts."


def customer_text_after_call(
    *, business: str, who: str, call_by: datetime, time_zone: str, language: str | None
) -> str:
    """The instant answer to a call that nobody took."""
    at = clock_time(call_by, time_zone)
    if _is_spanish(language):
        return (
            f"{business}: sentimos no haber contestado. {who} o un colega le llama antes de {_las(at)}. "
            "Responda que necesita, o STOP para no recibir textos."
        )
    return (
        f"{business}: sorry we missed your call. {who} or a colleague will call you by {at}. "
        "Reply with what you need, or STOP to get no texts."
    )


def first_name(name: str) -> str:
    """What somebody is called in a sentence: "Ana" of "Ana Torres"."""
    return next(iter(name.split()), name)


def place_of(*, postcode: str | None, city: str | None) -> str:
    """As near as a lock screen may say."""
    parts = [part for part in (city, postcode) if part]
    return " ".join(parts)[:60] or "Place not given"


def service_of(service: str | None, team: str) -> str:
    return (service or team)[:60]


@dataclass(frozen=True)
class _Words:
    date: str
    near: tuple[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


_ENGLISH = _Words(
    "{month} {day}",
    ("today", "tomorrow"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"),
)  # fmt: skip
#: "sabado", because GSM-7 has no such letter.
_SPANISH = _Words(
    "el {day} de {month}",
    ("hoy", "mañana"),
    ("el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sabado", "el domingo"),
    ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
     "diciembre"),
)  # fmt: skip


def _is_spanish(language: str | None) -> bool:
    return (language or "").lower().startswith(("es", "spanish"))


def _las(at: str) -> str:
    return f"la {at}" if at.startswith("1:") else f"las {at}"
