"""How times, numbers and durations read on a screen: in the viewer's zone, in the business's manner."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, g
from markupsafe import Markup

from leadapp import clock
from leadapp.capture.phone import as_written
from leadapp.extensions import db
from leadapp.languages import Language, spoken_in
from leadapp.models import Business
from leadapp.queries.people import home_zone
from leadapp.web.access import current_rep
from leadapp.web.languages import _, language
from leadapp.words import words_for

T = TypeVar("T")

_written = lru_cache(maxsize=4096)(as_written)
_TWELVE_HOURS = {"US", "CA", "AU", "NZ", "IN", "PH", "PK", "EG"}


class _Reader(NamedTuple):
    """Where and when the page is read."""

    zone: ZoneInfo
    today: date
    says_am: bool
    language: Language


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        moment=moment,
        time_of_day=time_of_day,
        day=day,
        iso=iso,
        waited=waited,
        due=due,
        countdown=countdown,
        seconds_left=seconds_left,
        clock_seconds=clock_seconds,
        phone=phone,
        spoken=spoken,
        map_query=quote_plus,
        bdi=bdi,
        named=named,
    )
    app.jinja_env.globals.update(now=frozen_now, business=business, zone=zone, hour_cycle=hour_cycle)


def frozen_now() -> datetime:
    """The present, the same throughout one request."""
    return _once("now", clock.now)


def zone() -> ZoneInfo:
    """The viewer's time zone, else his team's, else the business's: as in what he is sent. Looked up once a request."""
    return _once("zone", _zone)


def hour_cycle() -> str:
    """How the browser is to count hours, so that it says times as `moment` does."""
    return "h12" if _once("reader", _reader).says_am else "h23"


def business() -> Business:
    return _once("business", _business)


def moment(at: datetime) -> str:
    """The time alone today, with the day otherwise."""
    reader = _once("reader", _reader)
    local = at.astimezone(reader.zone)
    days = (local.date() - reader.today).days
    if days == 0:
        return _at_time(local, reader)
    if days == 1:
        return _("tomorrow %(time)s", time=_at_time(local, reader))
    if days == -1:
        return _("yesterday %(time)s", time=_at_time(local, reader))
    pattern = "EEE d MMM" if local.year == reader.today.year else "EEE d MMM y"
    return f"{format_date(local.date(), pattern, locale=reader.language)}, {_at_time(local, reader)}"


def spoken(words: str) -> str:
    """What the machine says, or a value of an enum, in the reader's language and by his clock; what people wrote as it
    is."""
    return spoken_in(_once("language", language), words_for(words) if isinstance(words, StrEnum) else words, moment)


def time_of_day(at: datetime) -> str:
    reader = _once("reader", _reader)
    return _at_time(at.astimezone(reader.zone), reader)


def wall_hour(hour: int) -> str:
    """An hour of the day: 17:00, or 5 pm where people say so."""
    if _once("reader", _reader).says_am:
        return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
    return f"{hour:02}:00"


def there(at: datetime, zone: ZoneInfo) -> str:
    """The day and the time in that zone, such as "Mon 23 Nov, 10:42"."""
    local = at.astimezone(zone)
    return f"{day(local.date())}, {_at_time(local, _once('reader', _reader))}"


def day(on: date) -> str:
    """Such as "Mon 23 Nov"."""
    return format_date(on, "EEE d MMM", locale=language())


def moment_there(at: datetime, there: str, *, beside: datetime | None = None) -> str:
    """Such as "Fri 27 Nov, 8:00", in the time of that zone; without the day where `beside` is on the same."""
    local, reader = at.astimezone(ZoneInfo(there)), _once("reader", _reader)
    time = _at_time(local, reader)
    if beside is not None and beside.astimezone(ZoneInfo(there)).date() == local.date():
        return time
    return f"{format_date(local.date(), 'EEE d MMM', locale=reader.language)}, {time}"


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def waited(since: datetime) -> str:
    """How long, in the largest unit that matters; ticker.js says the same in the browser."""
    return length(frozen_now() - since)


def due(at: datetime, late: bool = False) -> str:
    """When something happens; `late` says by how much it is overdue. ticker.js says the same in the browser."""
    span = at - frozen_now()
    if span > timedelta(hours=1):
        return _("at %(time)s", time=moment(at)) if _is_today(at) else moment(at)
    if span > timedelta():
        return _("in %(time)s", time=countdown(at))
    return _("%(time)s late", time=length(-span)) if late else _("now")


def seconds_left(at: datetime) -> float:
    return max(0, (at - frozen_now()).total_seconds())


def countdown(at: datetime) -> str:
    """Minutes and seconds left."""
    seconds = math.ceil(seconds_left(at))
    return f"{seconds // 60}:{seconds % 60:02}"


def clock_seconds(at: datetime) -> str:
    return f"{at.astimezone(zone()):%H:%M:%S}"


def length(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def phone(number: str) -> str:
    """An E.164 number the way people write it at home; what is none stays as it is."""
    return _written(number, business().country)


def named(name: str) -> Markup:
    """`bdi`, for the name that the sentence is about."""
    return Markup("<b>{}</b>").format(bdi(name))


def bdi(name: str) -> Markup:
    """A name that is filled into a sentence, and may be written the other way than the sentence."""
    return Markup("<bdi>{}</bdi>").format(name)


def _once(name: str, make: Callable[[], T]) -> T:
    """What was made first in this request under the name: a page asks for these at every time on it."""
    found: T | None = g.get(name)
    if found is None:
        found = make()
        setattr(g, name, found)
    return found


def _zone() -> ZoneInfo:
    rep = current_rep()
    own = (rep.time_zone or home_zone(rep.id)) if rep else None
    return ZoneInfo(own or business().time_zone)


def _business() -> Business:
    # A database without its business is not set up yet; the sign-in page must still open.
    return db.session.get(Business, 1) or Business(name="Leadapp", time_zone="UTC", country="US")


def _reader() -> _Reader:
    today, says_am = frozen_now().astimezone(zone()).date(), business().country in _TWELVE_HOURS
    return _Reader(zone(), today, says_am, language())


def _is_today(at: datetime) -> bool:
    reader = _once("reader", _reader)
    return at.astimezone(reader.zone).date() == reader.today


def _at_time(local: datetime, reader: _Reader) -> str:
    """10:42, or 10:42 am where people say so."""
    if reader.says_am:
        return f"{local.hour % 12 or 12}:{local.minute:02} {'am' if local.hour < 12 else 'pm'}"
    return f"{local.hour:02}:{local.minute:02}"
