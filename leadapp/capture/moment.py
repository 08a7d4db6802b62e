"""The time a sender says a lead came in, in the many ways senders write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from leadapp.routing.said import said

SKEW = timedelta(minutes=5)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# What strict parsers refuse and senders write all the same: "T8:47:50", "-08:0", a leap second.
_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?"
    r"\s*(?:(Z|UTC|GMT)|([+-])(\d{1,2}):?(\d{0,2}))?",
    re.IGNORECASE | re.ASCII,
)
_UNIX = re.compile(r"\d{9,13}(?:\.\d+)?", re.ASCII)


def parse_moment(text: str | None, now: datetime) -> tuple[datetime | None, str | None]:
    """The sender's time in UTC and a sentence for the timeline, either of which may be None.

    A time later than now is None, so that the time of arrival is used; beyond five minutes' skew the sentence says so.
    """
    if text is None:
        return None, None
    shown = text if len(text) <= 60 else text[:60] + "…"
    try:
        found = _read(text)
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None, said("The sender's time {time} could not be read; the time of arrival was used.", time=shown)
    if moment > now:
        late = said("The sender's time {time} was in the future; the time of arrival was used.", time=shown)
        return None, late if moment > now + SKEW else None
    if moment < _EARLIEST:
        return None, said("The sender's time {time} was before 1970; the time of arrival was used.", time=shown)
    no_zone = said("The sender's time {time} had no time zone; it was read as UTC.", time=shown)
    return moment, None if found.tzinfo else no_zone


def _read(text: str) -> datetime:
    if _UNIX.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if loose := _LOOSE.fullmatch(text):
        return _from_parts(loose)
    return parsedate_to_datetime(text)  # RFC 2822, as Twilio and e-mail write it


def _from_parts(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    second, named, sign, zone_hours, zone_minutes = match.groups()[5:]
    zone = UTC if named else None
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
    return datetime(year, month, day, hour, minute, min(int(second or 0), 59), tzinfo=zone)
