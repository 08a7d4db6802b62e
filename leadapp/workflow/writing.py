"""Adds rows to the running transaction; where many come together, all of them at once, which costs a third of what the
unit of work does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from leadapp.extensions import db
from leadapp.models import Base
from leadapp.transaction import require_transaction
from leadapp.workflow.inserting import insert_rows

RowT = TypeVar("RowT", bound=Base)
Values = dict[str, Any]
_KEPT = "kept_rows"


def new(model: type[RowT], **given: Any) -> RowT:
    """A row to `add` that nobody will change: it has the attributes of its class, but is not tracked, which would cost
    more than writing it does."""
    fixed, made = _unless_given(model)
    values = fixed | given
    for name in made.keys() - given.keys():
        values[name] = made[name](None)
    return cast(RowT, _untracked(model)(**values))


def add(*rows: Base) -> None:
    """Adds rows made by `new` to the running transaction."""
    kept: list[Base] | None = db.session().info.get(_KEPT)
    if kept is not None:
        kept.extend(rows)
        return
    require_transaction()
    db.session.flush()
    insert_rows(rows)


def unwritten(model: type[RowT]) -> list[RowT]:
    """What has been added and is kept: no statement can find it yet."""
    kept: list[Base] = db.session().info.get(_KEPT) or []
    return [cast(RowT, row) for row in kept if row.__tablename__ == model.__tablename__]


@contextmanager
def forgotten_on_error() -> Iterator[None]:
    """Inside `rows_written_at_once`: what was added by a part that raises is not written."""
    kept: list[Base] = db.session().info[_KEPT]
    before = len(kept)
    try:
        yield
    except BaseException:
        del kept[before:]
        raise


@contextmanager
def rows_written_at_once() -> Iterator[list[Base]]:
    """Keeps what is added inside, and writes it at the end, parents first. Yields the rows.

    What was changed is written before: a new offer may stand where one has just ended. Nothing inside can read a new
    row back.
    """
    session, rows = db.session(), list[Base]()
    if session.info.get(_KEPT) is not None:  # whoever began first writes
        yield session.info[_KEPT]
        return
    session.info[_KEPT] = rows
    try:
        with session.no_autoflush:
            yield rows
    finally:
        session.info[_KEPT] = None
    session.flush()
    insert_rows(rows)


@cache
def _untracked(model: type[Base]) -> type[SimpleNamespace]:
    return type(f"New{model.__name__}", (SimpleNamespace,), {"__tablename__": model.__tablename__})


@cache
def _unless_given(model: type[Base]) -> tuple[Values, Mapping[str, Callable[[Any], Any]]]:
    """What a row holds where nothing is said: the column's fixed default, or nothing where it may be empty; and what
    makes its other defaults."""
    columns = cast(Table, model.__table__).columns
    fixed = {
        column.name: column.default.arg for column in columns if isinstance(column.default, ScalarElementColumnDefault)
    }
    empty = {column.name: None for column in columns if column.nullable and column.default is None}
    made = {column.name: column.default.arg for column in columns if isinstance(column.default, CallableColumnDefault)}
    return empty | fixed, made
