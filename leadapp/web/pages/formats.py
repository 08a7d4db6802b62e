"""How times, numbers and durations read on a screen: in the viewer's zone, in the business's manner."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import phonenumbers
from flask import Flask, g

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Business
from leadapp.web.access import current_rep

_TWELVE_HOURS = {"US", "CA", "AU", "NZ", "IN", "PH", "PK", "EG"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        moment=moment,
        iso=iso,
        waited=waited,
        due=due,
        countdown=countdown,
        clock_seconds=clock_seconds,
        phone=phone,
        map_query=quote_plus,
    )
    app.jinja_env.globals.update(now=frozen_now, business=business, zone=zone)


def frozen_now() -> datetime:
    """The present, the same throughout one request."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def zone() -> ZoneInfo:
    """The viewer's time zone, else the business's; looked up once a request, and used for every time on the page."""
    if "zone" not in g:
        rep = current_rep()
        g.zone = ZoneInfo((rep.time_zone if rep else None) or business().time_zone)
    found: ZoneInfo = g.zone
    return found


def business() -> Business:
    if "business" not in g:
        # A database without its business is not set up yet; the sign-in page must still open.
        g.business = db.session.get(Business, 1) or Business(name="Leadapp", time_zone="UTC", country="US")
    found: Business = g.business
    return found


def at_time(at: datetime) -> str:
    """10:42, or 10:42 am where people say so."""
    local = at.astimezone(zone())
    if business().country in _TWELVE_HOURS:
        return f"{local:%I:%M}".lstrip("0") + f" {local:%p}".lower()
    return f"{local:%H:%M}"


def moment(at: datetime) -> str:
    """The time alone today, with the day otherwise."""
    days = (at.astimezone(zone()).date() - frozen_now().astimezone(zone()).date()).days
    if days == 0:
        return at_time(at)
    if abs(days) == 1:
        return f"{'tomorrow' if days == 1 else 'yesterday'} {at_time(at)}"
    return f"{long_date(at)}, {at_time(at)}"


def long_date(at: datetime) -> str:
    local = at.astimezone(zone())
    year = "" if local.year == frozen_now().astimezone(zone()).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def waited(since: datetime) -> str:
    """How long, in the largest unit that matters; ticker.js says the same in the browser."""
    return length(frozen_now() - since)


def due(at: datetime, late: bool = False) -> str:
    """When something happens; `late` says by how much it is overdue. ticker.js says the same in the browser."""
    span = at - frozen_now()
    if span > timedelta(hours=1):
        return f"at {moment(at)}"
    if span > timedelta():
        return f"in {countdown(at)}"
    return f"{length(-span)} late" if late else "now"


def countdown(at: datetime) -> str:
    """Minutes and seconds left."""
    seconds = max(0, math.ceil((at - frozen_now()).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def clock_seconds(at: datetime) -> str:
    return f"{at.astimezone(zone()):%H:%M:%S}"


def length(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


@lru_cache(maxsize=4096)
def phone(number: str) -> str:
    """An E.164 number the way people write it at home."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
