"""Writes many rows of many tables, new ones and changed ones: on SQLite in one statement a table, on PostgreSQL in one
for all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    FromClause,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite

from leadapp.extensions import db
from leadapp.models import Base
from leadapp.models.base import in_utc

Values = Mapping[str, Any]


@dataclass
class Batch:
    """`new` rows hold a value for every column. `changed` rows hold their primary key and the columns that change, the
    same ones in all of a table; what changes a row again takes the place of what did before."""

    new: list[Base] = field(default_factory=list)
    changed: dict[Table, dict[tuple[Any, ...], Values]] = field(default_factory=lambda: defaultdict(dict))

    def change(self, table: Table, rows: Iterable[Values]) -> None:
        key = [column.name for column in table.primary_key]
        self.changed[table].update((tuple(row[name] for name in key), row) for row in rows)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is done to one table: its rows are inserted, or these columns of them changed."""

    table: Table
    columns: tuple[str, ...]
    is_new: bool

    @property
    def name(self) -> str:
        return f"{'new' if self.is_new else 'changed'}_{self.table.name}"


def write(batch: Batch) -> None:
    """Writes the batch, parents first, in the running transaction. Raises TypeError for a row that holds more or less
    than it should: PostgreSQL would not notice a misspelt name in a document, and lose its value."""
    rows = dict(_parts(batch))
    connection = db.session.connection()
    if rows and connection.dialect.name == "postgresql":
        documents = {part.name: json.dumps(of_part, default=_moment, allow_nan=False) for part, of_part in rows.items()}
        connection.execute(_write_documents(tuple(rows)), documents)
        return
    for part, of_part in rows.items():
        given = [{_as_given(name): row[name] for name in part.columns} for row in of_part]
        connection.execute(_write_rows(part), given)


def _parts(batch: Batch) -> Iterator[tuple[_Part, Sequence[Values]]]:
    new: dict[str, list[Values]] = defaultdict(list)
    for row in batch.new:
        new[row.__tablename__].append(vars(row))
    for table in _parents_first():
        if of_table := new.get(table.name):
            yield _part(table, table.columns.keys(), of_table, is_new=True), of_table
    for table, by_key in batch.changed.items():
        rows = [*by_key.values()]
        yield _part(table, rows[0], rows, is_new=False), rows


def _part(table: Table, columns: Iterable[str], rows: Iterable[Values], *, is_new: bool) -> _Part:
    part = _Part(table, tuple(columns), is_new)
    expected = set(part.columns)
    for row in rows:
        if row.keys() != expected:
            raise TypeError(f"{part.name}: {sorted(row.keys() ^ expected)} should be in every row or in none")
    return part


@cache
def _parents_first() -> Sequence[Table]:
    """Working out the order takes longer than an insert."""
    return Base.metadata.sorted_tables


@cache
def _write_rows(part: _Part) -> Insert | Update:
    given: dict[str, Any] = {name: bindparam(_as_given(name)) for name in part.columns}
    return _insert(part, sqlite.insert).values(given) if part.is_new else _change(part, given.__getitem__)


def _as_given(name: str) -> str:
    """What a column's value is called on its way: its own name is taken in an update."""
    return f"given_{name}"


@cache
def _write_documents(parts: Sequence[_Part]) -> Insert | Update:
    """One statement that takes the rows of each part as one JSON document: a message a row and a parameter a value
    cost more than storing them does. References are checked when it ends, so the tables may be filled in any order."""
    first, *others = parts
    return _write_document(first).add_cte(*(_write_document(part).cte(part.name) for part in others))


def _write_document(part: _Part) -> Insert | Update:
    document = sql_cast(bindparam(part.name, type_=Text), JSON)
    recordset = func.json_populate_recordset(literal_column(f"NULL::{part.table.name}"), document)
    rows: FromClause = recordset.table_valued(*part.columns)
    if part.is_new:
        values = select(*(rows.c[name] for name in part.columns))
        new: Insert = _insert(part, postgresql.insert).from_select(part.columns, values)
        return new
    return _change(part, rows.c.__getitem__)


def _insert(part: _Part, insert: Callable[[Table], Any]) -> Any:
    """Where a table says which columns make a row the same as one that is there, the one that is there stays."""
    first_stays_by = part.table.info.get("first_stays_by")
    statement = insert(part.table)
    return statement.on_conflict_do_nothing(index_elements=first_stays_by) if first_stays_by else statement


def _change(part: _Part, given: Callable[[str], Any]) -> Update:
    key = [column.name for column in part.table.primary_key]
    return (
        update(part.table)
        .where(*(part.table.c[name] == given(name) for name in key))
        .values({name: given(name) for name in part.columns if name not in key})
    )


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    raise TypeError(f"a {type(value).__name__} was about to be stored")
