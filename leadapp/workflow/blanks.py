"""How many leads each rule could not match because a field was blank."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Executable, Table, Text, bindparam, cast, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from leadapp.extensions import db
from leadapp.models import RuleBlank
from leadapp.models.base import in_utc
from leadapp.routing.values import Blank


def write_blanks(counted: Mapping[Blank, tuple[int, datetime]]) -> None:
    """Adds to the counts (leads, and when the last came), in the running transaction; hold the routing lock.

    On PostgreSQL one statement, however many there are.
    """
    rows = [
        {"rule_id": blank.rule_id, "field": blank.field, "leads": leads, "last_at": last_at}
        for blank, (leads, last_at) in counted.items()
    ]
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_add_document(), {"counted": json.dumps(rows, default=_moment)})
    else:
        connection.execute(_add_each(), rows)


def forget_blanks(rule_id: str, fields: set[str]) -> None:
    """Drops what was counted for fields that the rule no longer asks for, in the running transaction."""
    gone = (RuleBlank.rule_id == rule_id) & RuleBlank.field.not_in(fields)
    db.session.execute(delete(RuleBlank).where(gone))


def _moment(value: datetime) -> str:
    return in_utc(value).isoformat()


@cache
def _add_each() -> Executable:
    insert = sqlite.insert(RuleBlank)
    return insert.on_conflict_do_update(index_elements=["rule_id", "field"], set_=_added_to(insert.excluded))


@cache
def _add_document() -> Executable:
    table: Table = RuleBlank.__table__  # type: ignore[assignment]
    names = [column.name for column in table.columns]
    document = cast(bindparam("counted", type_=Text), JSON)
    rows = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), document).table_valued(*names)
    insert = postgresql.insert(RuleBlank).from_select(names, select(*(rows.c[name] for name in names)))
    return insert.on_conflict_do_update(index_elements=["rule_id", "field"], set_=_added_to(insert.excluded))


def _added_to(excluded: Any) -> dict[str, Any]:
    return {"leads": RuleBlank.leads + excluded.leads, "last_at": excluded.last_at}
