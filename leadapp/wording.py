"""The words of every message out. Pure: values in, text out.

What goes out as a text message is marked `@sms`: it keeps to the GSM-7 alphabet, where a segment holds 160 characters
instead of 70, and so do the names that are filled in, wherever they can be read without their accents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from leadapp.routing.explain import duration
from leadapp.texts import sms

_LONGEST_POSTCODE = 10
_REACHES_SOMEBODY = re.compile(r"@|\d[\d\s().-]{5,}\d")
ALARM_TITLE = "Your set-up needs a look"


def clock_time(moment: datetime, time_zone: str) -> str:
    """ "10:42 AM" in that zone."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%I:%M %p").lstrip("0")


def day_and_time(moment: datetime, time_zone: str, *, now: datetime, language: str | None = None) -> str:
    """ "today at 8:00 AM", "Monday at 8:00 AM", "January 4 at 8:00 AM" in that zone. English, or Spanish."""
    zone = ZoneInfo(time_zone)
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    spanish, at = is_spanish(language), clock_time(moment, time_zone)
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


@sms
def offer_text(title: str, body: str, link: str) -> str:
    return offer_mail(title, body, link)


def offer_mail(title: str, body: str, link: str) -> str:
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


@sms
def customer_text(*, business: str, who: str, call_by: datetime, time_zone: str, language: str | None) -> str:
    """The instant answer to a request: who we are, who calls and by when, how to stop. English, or Spanish."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        return (
            f"{business}: recibimos su solicitud. {who} o un colega le llama antes de {_las(at)}. "
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
def promise_text(*, business: str, who: str, call_by: datetime, time_zone: str, language: str | None) -> str:
    """Who calls and by when, once a person has said so. English, or Spanish."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
        return f"{business}: {who} le llama antes de {_las(at)}. Responda STOP para no recibir textos."
    return f"{business}: {who} will call you by {at}. Reply STOP to get no texts."


@sms
def sign_in_text(code: str, business: str) -> str:
    return sign_in_mail(code, business)


def sign_in_mail(code: str, business: str) -> str:
    return f"{code} is your {business} sign-in code. It works for ten minutes."


def taken_title(*, service: str) -> str:
    return f"Taken: {service}"


def taken_body(*, place: str, who: str) -> str:
    return f"{place}. {who} has it. You need do nothing."


@sms
def customer_text_after_call(
    *, business: str, who: str, call_by: datetime, time_zone: str, language: str | None
) -> str:
    """The instant answer to a call that nobody took."""
    at = clock_time(call_by, time_zone)
    if is_spanish(language):
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
    """As near as a lock screen may say: no city with a number in it, which is a street, and no postcode too long for
    one."""
    known_city = city if city and not any(map(str.isdigit, city)) else None
    known_postcode = postcode if postcode and len(postcode) <= _LONGEST_POSTCODE else None
    return " ".join(filter(None, (known_city, known_postcode)))[:60] or "Place not given"


def service_of(service: str | None, team: str) -> str:
    """What it is about, as a lock screen may say it: the team, where the customer's words hold a number or an address
    to reach him by."""
    return team[:60] if not service or _REACHES_SOMEBODY.search(service) else service[:60]


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


def is_spanish(language: str | None) -> bool:
    return (language or "").lower().startswith(("es", "spanish"))


def _las(at: str) -> str:
    return f"la {at}" if at.startswith("1:") else f"las {at}"
