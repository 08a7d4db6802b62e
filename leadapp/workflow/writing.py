"""Writes many new rows at once: one statement a table, which costs half of what the unit of work does."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from sqlalchemy import JSON, Table, insert

from leadapp.extensions import db
from leadapp.models import Base

Values = dict[str, Any]


def write_new_rows() -> tuple[Base, ...]:
    """Inserts everything the session holds as new, parents first, and lets go of it. Answers the rows.

    What was changed is written before: a new offer may stand where one has just ended. Values a row was not given are
    filled in by the table's defaults, and are not known to the row afterwards.
    """
    rows = tuple(db.session.new)
    by_table: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        db.session.expunge(row)
        by_table[row.__tablename__].append({name: value for name, value in vars(row).items() if name[0] != "_"})
    db.session.flush()
    connection = db.session.connection()
    for table in _parents_first():
        if given := by_table.get(table.name):
            for alike in _by_columns(given, _filled_with_null(table)):
                connection.execute(insert(table), alike)
    return rows


def _by_columns(rows: list[Values], nullable: Values) -> list[list[Values]]:
    """Only rows with the same columns go into one statement."""
    groups: dict[frozenset[str], list[Values]] = defaultdict(list)
    for row in rows:
        whole = nullable | row
        groups[frozenset(whole)].append(whole)
    return list(groups.values())


@cache
def _parents_first() -> list[Table]:
    """Working out the order takes longer than an insert."""
    return Base.metadata.sorted_tables


@cache
def _filled_with_null(table: Table) -> Values:
    """The columns that are empty when a row says nothing of them. (An explicit None would be stored as a JSON null.)"""
    return {
        column.name: None
        for column in table.columns
        if column.nullable and column.default is None and not isinstance(column.type, JSON)
    }
