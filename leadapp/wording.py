"""The words of every message out. Pure: values in, text out.

Texts to customers keep to the GSM-7 alphabet, where a segment holds 160 characters instead of 70.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from leadapp.routing.explain import duration

ALARM_TITLE = "Your set-up needs a look"


def clock_time(moment: datetime, time_zone: str) -> str:
    """ "10:42 AM" in that zone."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%I:%M %p").lstrip("0")


def offer_title(*, service: str, urgent: bool) -> str:
    return f"URGENT: {service}" if urgent else f"New lead: {service}"


def offer_body(*, place: str, seconds: int, until: datetime, time_zone: str) -> str:
    """What a lock screen shows: where, and how long there is. No name, phone or street."""
    return f"{place}. {duration(seconds)} to accept, until {clock_time(until, time_zone)}."


def offer_text(title: str, body: str, link: str) -> str:
    return f"{title}\n{body}\n{link}"


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
    if (language or "").lower().startswith(("es", "spanish")):
        return (
            f"{business}: recibimos su solicitud. {who} o un colega le llama antes de las {at}. "
            "Responda STOP para no recibir textos."
        )
    return f"{business} got your request. {who} or a colleague will call you by {at}. Reply STOP to get no texts."


def sign_in_code(code: str, business: str) -> str:
    return f"{code} is your {business} sign-in code. It works for ten minutes."


def first_name(name: str) -> str:
    """What somebody is called in a sentence: "Ana" of "Ana Torres"."""
    return next(iter(name.split()), name)


def place_of(*, postcode: str | None, city: str | None) -> str:
    """As near as a lock screen may say."""
    parts = [part for part in (city, postcode) if part]
    return " ".join(parts)[:60] or "Place not given"


def service_of(service: str | None, team: str) -> str:
    return (service or team)[:60]
