"""Inserts many rows of many tables: on SQLite in one statement a table, on PostgreSQL in one for all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Executable, Insert, Table, Text, bindparam, cast, func, insert, literal_column, select

from leadapp.extensions import db
from leadapp.models import Base
from leadapp.models.base import in_utc

Values = dict[str, Any]


def insert_rows(rows: Iterable[Base]) -> None:
    """Writes rows that hold a value for every column, parents first, in the running transaction. Raises TypeError for a
    row that holds more or less: PostgreSQL would not notice a misspelt name in a document, and lose its value."""
    by_table: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        by_table[row.__tablename__].append(vars(row))
    tables = tuple(table for table in _parents_first() if table.name in by_table)
    for table in tables:
        _check_names(table, by_table[table.name])
    connection = db.session.connection()
    if tables and connection.dialect.name == "postgresql":
        documents = {table.name: json.dumps(by_table[table.name], default=_moment) for table in tables}
        connection.execute(_insert_documents(tables), documents)
        return
    for table in tables:
        connection.execute(insert(table), by_table[table.name])


def _check_names(table: Table, rows: Iterable[Values]) -> None:
    names = set(table.columns.keys())
    for row in rows:
        if row.keys() != names:
            raise TypeError(f"{table.name}: {sorted(row.keys() ^ names)} are not both in the row and in the table")


@cache
def _parents_first() -> Sequence[Table]:
    """Working out the order takes longer than an insert."""
    return Base.metadata.sorted_tables


@cache
def _insert_documents(tables: Sequence[Table]) -> Executable:
    """One statement that takes the rows of each table as one JSON document: a message a row and a parameter a value
    cost more than storing them does. References are checked when it ends, so the tables may be filled in any order."""
    first, *others = map(_insert_document, tables)
    return first.add_cte(*(each.cte(f"into_{each.table.name}") for each in others))


def _insert_document(table: Table) -> Insert:
    names = [column.name for column in table.columns]
    document = cast(bindparam(table.name, type_=Text), JSON)
    rows = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), document).table_valued(*names)
    return insert(table).from_select(names, select(*(rows.c[name] for name in names)))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    raise TypeError(f"a {type(value).__name__} was about to be stored")
