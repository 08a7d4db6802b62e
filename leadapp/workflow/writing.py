"""Writes many new rows at once: one statement a table, which costs half of what the unit of work does."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import insert

from leadapp.extensions import db
from leadapp.models import Base


def write_new_rows() -> tuple[Base, ...]:
    """Inserts everything the session holds as new, parents first, and lets go of it. Answers the rows.

    Values a row was not given are filled in by the table's defaults, and are not known to the row afterwards.
    """
    rows = tuple(db.session.new)
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        db.session.expunge(row)
        by_table[row.__tablename__].append({name: value for name, value in vars(row).items() if name[0] != "_"})
    connection = db.session.connection()
    for table in Base.metadata.sorted_tables:
        for alike in _by_columns(by_table.get(table.name, [])):
            connection.execute(insert(table), alike)
    return rows


def _by_columns(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Only rows with the same columns go into one statement."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(row)
    return list(groups.values())
