"""How long a service asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 86_400


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """`Retry-After`: whole seconds or a date. None when it says nothing that can be read."""
    if not value:
        return None
    try:
        if value.strip().isdecimal():
            return timedelta(seconds=min(int(value), _LONGEST_SECONDS))
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta(0))
