"""Adds and changes rows in the running transaction; where many come together, all of them at once, which costs a third
of what the unit of work does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from leadapp.extensions import db
from leadapp.models import Base
from leadapp.transaction import require_transaction
from leadapp.workflow.bulk import Batch, write

RowT = TypeVar("RowT", bound=Base)
Values = dict[str, Any]
_KEPT = "kept_batch"


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
    with _batch() as batch:
        batch.new.extend(rows)


def change(model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Changes stored rows in the running transaction: each holds its primary key and the columns that change, the same
    ones in all. Nobody may hold them as tracked objects that change too."""
    with _batch() as batch:
        batch.change(cast(Table, model.__table__), rows)


def unwritten(model: type[RowT]) -> list[RowT]:
    """What has been added and is kept: no statement can find it yet."""
    kept: Batch | None = db.session().info.get(_KEPT)
    return [cast(RowT, row) for row in kept.new if row.__tablename__ == model.__tablename__] if kept else []


@contextmanager
def forgotten_on_error() -> Iterator[None]:
    """Inside `rows_written_at_once`: what was added by a part that raises is not written."""
    kept: Batch = db.session().info[_KEPT]
    before = len(kept.new)
    try:
        yield
    except BaseException:
        del kept.new[before:]
        raise


@contextmanager
def rows_written_at_once() -> Iterator[list[Base]]:
    """Keeps what is added and changed inside, and writes it at the end, parents first. Yields the new rows.

    What was changed in tracked objects is written before: a new offer may stand where one has just ended. Nothing
    inside can read a new row back.
    """
    with _batch() as batch:
        session = db.session()
        whose, session.info[_KEPT] = session.info.get(_KEPT), batch
        try:
            with session.no_autoflush:
                yield batch.new
        finally:
            session.info[_KEPT] = whose


@contextmanager
def _batch() -> Iterator[Batch]:
    """What is kept until later, where somebody keeps it; else a batch that is written at the end."""
    session = db.session()
    kept: Batch | None = session.info.get(_KEPT)
    if kept is not None:
        yield kept
        return
    require_transaction()
    batch = Batch()
    yield batch
    session.flush()
    write(batch)


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
