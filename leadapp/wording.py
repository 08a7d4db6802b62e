"""The words of every message out. Pure: values in, text out. What reps read is English that can be said in the language
of each of them; customers are written to in theirs.

What goes out as a text message is marked `@sms`: it keeps to the GSM-7 alphabet, where a segment holds 160 characters
instead of 70, and so do the names that are filled in, wherever they can be read without their accents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from leadapp.routing.explain import duration
from leadapp.routing.said import Said, said, strung
from leadapp.texts import sms

_LONGEST_POSTCODE = 10
_REACHES_SOMEBODY = re.compile(r"@|\d[\d\s().-]{5,}\d")
ALARM_TITLE = said("Your set-up needs a look")


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
        on = words.near[ahead]
    elif 0 <= ahead < 7:
        on = words.weekdays[day.weekday()]
    else:
        on = words.date(day.day, words.months[day.month - 1])
    return f"{on} a {las(at)}" if spanish else said("{day} at {time}", day=on, time=at)


def date_and_time(moment: datetime, time_zone: str) -> Said:
    """ "Monday, January 4 at 8:00 AM" in that zone: for what is read later, too."""
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    weekday, date = _ENGLISH.weekdays[day.weekday()], _ENGLISH.date(day.day, _ENGLISH.months[day.month - 1])
    return said("{weekday}, {date} at {time}", weekday=weekday, date=date, time=clock_time(moment, time_zone))


def offer_title(*, service: str, urgent: bool) -> Said:
    return said("URGENT: {service}", service=service) if urgent else said("New lead: {service}", service=service)


def offer_body(*, place: str, seconds: int, until: datetime, time_zone: str) -> Said:
    """What a lock screen shows: where, and how long there is. No name, phone or street."""
    time = clock_time(until, time_zone)
    return said("{place}. {duration} to accept, until {time}.", place=place, duration=duration(seconds), time=time)


@sms
def offer_text(title: str, body: str, link: str) -> str:
    return offer_mail(title, body, link)


def offer_mail(title: str, body: str, link: str) -> str:
    return strung("\n", (title, body, link))


def spoken_alert(title: str, body: str) -> Said:
    """What a call says before it asks for a key."""
    return strung(". ", (title, body))


def how_to_answer(accept: int, pass_on: int | None) -> str:
    """The line of a text that says which digits answer it; a lead of the queue can only be taken."""
    if pass_on is None:
        return said("Reply {digit} to take it.", digit=accept)
    return said("Reply {yes} to accept, {no} to pass.", yes=accept, no=pass_on)


def queue_title(*, service: str, urgent: bool) -> Said:
    if urgent:
        return said("URGENT, nobody has taken: {service}", service=service)
    return said("Nobody has taken: {service}", service=service)


def queue_body(*, place: str, waiting_seconds: int) -> Said:
    waiting = duration(waiting_seconds)
    return said("{place}. Waiting {duration}. It is yours until somebody takes it.", place=place, duration=waiting)


def queue_of_many_title(*, count: int, urgent: bool) -> Said:
    if urgent:
        return said("URGENT, nobody has taken {count} leads", count=count)
    return said("Nobody has taken {count} leads", count=count)


def queue_of_many_body(*, longest_waiting_seconds: int) -> Said:
    longest = duration(longest_waiting_seconds)
    return said("The oldest waits {duration}. They are yours until somebody takes them.", duration=longest)


def unanswered_title(*, count: int, urgent: bool) -> Said:
    leads = said("a lead") if count == 1 else said("{count} leads", count=count)
    return said("URGENT, nobody takes {leads}", leads=leads) if urgent else said("Nobody takes {leads}", leads=leads)


def unanswered_body(*, fallback: str, waiting_seconds: int) -> Said:
    waiting = duration(waiting_seconds)
    return said("{name} was rung twice and has not answered. Waiting {duration}.", name=fallback, duration=waiting)


def absent_owner_title(*, service: str) -> Said:
    return said("Your customer asked: {service}", service=service)


def absent_owner_body(*, place: str, keeper: str) -> Said:
    return said("{place}. You are not free, so {name} has it.", place=place, name=keeper)


def overdue_title(*, service: str) -> Said:
    return said("Not called yet: {service}", service=service)


def overdue_body(*, owner: str, waiting_seconds: int) -> Said:
    since = duration(waiting_seconds)
    return said("{name} took it {duration} ago and nobody has spoken to the customer.", name=owner, duration=since)


def assigned_title(*, service: str, urgent: bool) -> Said:
    return said("URGENT, yours: {service}", service=service) if urgent else said("Yours: {service}", service=service)


def assigned_body(*, place: str, by: str | None) -> Said:
    who = by or said("The office")
    return said("{place}. {name} gave it to you. Call the customer now.", place=place, name=who)


def again_title(*, service: str) -> Said:
    return said("Asked again: {service}", service=service)


def again_body(*, place: str) -> Said:
    return said("{place}. The same customer got in touch again.", place=place)


def nudged_title(*, service: str) -> Said:
    return said("Waiting: {service}", service=service)


def nudged_body(*, place: str, by: str, waiting_seconds: int) -> Said:
    waited = duration(waiting_seconds)
    return said(
        "{place}. {name} asks you to see to it; it has waited {duration}.", place=place, name=by, duration=waited
    )


@sms
def sign_in_text(code: str, business: str) -> str:
    return sign_in_mail(code, business)


def sign_in_mail(code: str, business: str) -> str:
    return said("{code} is your {business} sign-in code. It works for ten minutes.", code=code, business=business)


def taken_title(*, service: str) -> Said:
    return said("Taken: {service}", service=service)


def taken_body(*, place: str, who: str) -> Said:
    return said("{place}. {name} has it. You need do nothing.", place=place, name=who)


def first_name(name: str) -> str:
    """What somebody is called in a sentence: "Ana" of "Ana Torres"."""
    return next(iter(name.split()), name)


def place_of(*, postcode: str | None, city: str | None) -> str:
    """As near as a lock screen may say: no city with a number in it, which is a street, and no postcode too long for
    one."""
    known_city = city if city and not any(map(str.isdigit, city)) else None
    known_postcode = postcode if postcode and len(postcode) <= _LONGEST_POSTCODE else None
    return " ".join(filter(None, (known_city, known_postcode)))[:60] or said("Place not given")


def service_of(service: str | None, team: str) -> str:
    """What it is about, as a lock screen may say it: the team, where the customer's words hold a number or an address
    to reach him by."""
    return team[:60] if not service or _REACHES_SOMEBODY.search(service) else service[:60]


@dataclass(frozen=True)
class _Words:
    date: Callable[[int, str], str]
    near: tuple[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


_ENGLISH = _Words(
    lambda day, month: said("{month} {day}", month=month, day=day),
    (said("today"), said("tomorrow")),
    (said("Monday"), said("Tuesday"), said("Wednesday"), said("Thursday"), said("Friday"), said("Saturday"),
     said("Sunday")),
    (said("January"), said("February"), said("March"), said("April"), said("May"), said("June"), said("July"),
     said("August"), said("September"), said("October"), said("November"), said("December")),
)  # fmt: skip
#: "sabado", because GSM-7 has no such letter.
_SPANISH = _Words(
    lambda day, month: f"el {day} de {month}",
    ("hoy", "mañana"),
    ("el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sabado", "el domingo"),
    ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
     "diciembre"),
)  # fmt: skip


def is_spanish(language: str | None) -> bool:
    return (language or "").lower().startswith(("es", "spanish"))


def las(at: str) -> str:
    """The hour, as Spanish says it after "a" or "de"."""
    return f"la {at}" if at.startswith("1:") else f"las {at}"
