"""Lists in pages, by the last row seen: a row that is added meanwhile is never shown twice and hides none."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from leadapp.extensions import db

LONGEST_PAGE = 200
DEFAULT_PAGE = 50


class BadCursor(Exception):
    """The cursor is not one that a page of this list gave."""


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: str | None


def page(
    query: Select[Any],
    by: Sequence[InstrumentedAttribute[Any]],
    *,
    newest_first: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_PAGE,
) -> Page:
    """One page of a query for one entity, ordered by columns of it that together are unique. Raises BadCursor."""
    key = tuple_(*by)
    if cursor is not None:
        last = tuple_(*_positions(cursor, by))
        query = query.where(key < last if newest_first else key > last)
    query = query.order_by(*(column.desc() if newest_first else column for column in by)).limit(limit + 1)
    rows = list(db.session.scalars(query))
    more = len(rows) > limit
    return Page(rows[:limit], _cursor(rows[limit - 1], by) if more else None)


def _cursor(row: object, by: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, column.key) for column in by]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _positions(cursor: str, by: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise BadCursor from None
    if not isinstance(values, list) or len(values) != len(by) or not all(map(_fits, values, by)):
        raise BadCursor
    return values


def _fits(value: object, column: InstrumentedAttribute[Any]) -> bool:
    if column.type.python_type is int:
        return type(value) is int and abs(value) < 2**31
    return isinstance(value, str) and value.isascii() and value.isalnum()
