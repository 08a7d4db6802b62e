"""Adds rows to the running transaction; where many come together, all of them in one statement a table, which costs a
third of what the unit of work does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from sqlalchemy import Table, insert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from leadapp.extensions import db
from leadapp.models import Base
from leadapp.transaction import require_transaction

RowT = TypeVar("RowT", bound=Base)
Values = dict[str, Any]
_KEPT = "kept_rows"


def new(model: type[RowT], **given: Any) -> RowT:
    """A row to `add` that nobody will change: it has the attributes of its class, but is not tracked, which would cost
    more than writing it does."""
    return cast(RowT, _untracked(model)(**_values_unless_given(cast(Table, model.__table__)) | given))


def add(*rows: Base) -> None:
    """Adds rows made by `new` to the running transaction."""
    kept: list[Base] | None = db.session().info.get(_KEPT)
    if kept is not None:
        kept.extend(rows)
        return
    require_transaction()
    db.session.flush()
    _insert(rows)


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
    row back; values a row was not given are filled in by the table's defaults, and are not known to it afterwards.
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
    _insert(rows)


@cache
def _untracked(model: type[Base]) -> type[SimpleNamespace]:
    return type(f"New{model.__name__}", (SimpleNamespace,), {"__tablename__": model.__tablename__})


def _insert(rows: Iterable[Base]) -> None:
    by_table: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        by_table[row.__tablename__].append(vars(row))
    connection = db.session.connection()
    for table in _parents_first():
        if given := by_table.get(table.name):
            for alike in _by_columns(given):
                connection.execute(insert(table), alike)


def _by_columns(rows: Iterable[Values]) -> Iterable[list[Values]]:
    """Only rows with the same columns go into one statement: some were given an id, for others the table makes one."""
    alike: dict[frozenset[str], list[Values]] = defaultdict(list)
    for row in rows:
        alike[frozenset(row)].append(row)
    return alike.values()


@cache
def _parents_first() -> list[Table]:
    """Working out the order takes longer than an insert."""
    return Base.metadata.sorted_tables


@cache
def _values_unless_given(table: Table) -> Values:
    """What a row holds where nothing is said: the column's fixed default, else nothing where it may be empty."""
    return {
        column.name: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault) or (column.nullable and column.default is None)
    }
