"""Checks hours, shifts and on-call duty before they are stored: routing leaves out what it cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from leadapp.routing.hours import next_opening, read_closure, read_span
from leadapp.routing.wall_clock import WEEKDAYS, local_time
from leadapp.workflow.configuration.lookup import active_rep
from leadapp.workflow.errors import Invalid

_HANDOVER = re.compile(rf"({'|'.join(WEEKDAYS)}) (\d\d:\d\d)")
_ANY_DAY = date(2026, 1, 1)


def check_hours(hours: Mapping[str, Any], field: str, *, zone: str, now: datetime) -> None:
    """Raises Invalid for hours (or shifts) that cannot be read, or that are never open."""
    errors = [error for key, value in hours.items() for error in _errors(key, value, f"{field}.{key}")]
    if errors:
        raise Invalid(*errors)
    if hours and next_opening(hours, zone, now) is None:
        raise Invalid((field, "There is no open hour in the next year. Leave it empty for always."))


def check_on_call(on_call: Mapping[str, Any], field: str) -> None:
    """Raises Invalid for duty that names nobody, or a handover that is no time of the week."""
    if not on_call:
        return
    for index, rep_id in enumerate(on_call.get("reps") or ()):
        active_rep(rep_id, f"{field}.reps.{index}")
    handover = on_call.get("handover")
    match = _HANDOVER.fullmatch(handover) if handover else None
    if handover and not (match and _is_clock(match[2])):
        raise Invalid((f"{field}.handover", 'Write a day and a time, such as "mon 08:00".'))


def _errors(key: str, value: Any, field: str) -> Iterator[tuple[str, str]]:
    if key == "holidays":
        if not isinstance(value, list) or not all(map(_is_date, value)):
            yield field, 'Write a list of dates, such as ["2026-12-25"].'
    elif key == "closures":
        yield from _closure_errors(value, field)
    elif key not in WEEKDAYS:
        yield field, f"There is no day of this name; use {', '.join(WEEKDAYS)}, holidays or closures."
    elif not isinstance(value, list) or None in map(read_span, value):
        yield field, 'Write a list of spans, such as [["08:00", "17:00"]].'


def _closure_errors(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield field, 'Write a list of closures, such as [["2026-12-24T12:00", "2026-12-27T08:00"]].'
        return
    for index, closure in enumerate(value):
        if read_closure(closure, "UTC") is None:
            yield (
                f"{field}.{index}",
                'Write from and until in local time, such as ["2026-12-24T12:00", "2026-12-27T08:00"], or days such as'
                ' ["2026-12-24", "2026-12-26"]; until comes after from.',
            )


def _is_clock(clock: Any) -> bool:
    return isinstance(clock, str) and local_time(_ANY_DAY, clock, "UTC") is not None


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
