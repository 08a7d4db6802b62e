"""The times of a column, all read in the one way that fits most of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from leadapp.capture.moment import parse_moment

_SAMPLE = 500
_AT_THE_END_OF_TIME = datetime.max.replace(tzinfo=UTC)  # a plan may lie in the future; only the pace is taken from it
_DATES = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d %b %Y")
_HOURS = (" %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M", "")


def read_moments(texts: Sequence[str | None]) -> list[datetime | None]:
    """Each text as a moment, None where it is blank or cannot be read. Days before months when only that fits."""
    sample = [text for text in texts if text][:_SAMPLE]
    read = max(_READERS, key=lambda reader: sum(reader(text) is not None for text in sample))
    return [read(text) if text else None for text in texts]


def _standard(text: str) -> datetime | None:
    return parse_moment(text, _AT_THE_END_OF_TIME)[0]


def _in_format(pattern: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None


_READERS: tuple[Callable[[str], datetime | None], ...] = (
    _standard,
    *(partial(_in_format, date + hour) for date in _DATES for hour in _HOURS),
)
