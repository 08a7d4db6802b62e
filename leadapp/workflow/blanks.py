"""How many leads each rule could not match because a field was blank."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from leadapp.extensions import db
from leadapp.models import RuleBlank
from leadapp.routing.values import Blank


def write_blanks(counted: Mapping[Blank, tuple[int, datetime]]) -> None:
    """Adds to the counts (leads, and when the last came), in the running transaction; hold the routing lock."""
    connection = db.session.connection()
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(RuleBlank)
    more = {"leads": RuleBlank.leads + insert.excluded.leads, "last_at": insert.excluded.last_at}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["rule_id", "field"], set_=more),
        [
            {"rule_id": blank.rule_id, "field": blank.field, "leads": leads, "last_at": last_at}
            for blank, (leads, last_at) in counted.items()
        ],
    )


def forget_blanks(rule_id: str, fields: set[str]) -> None:
    """Drops what was counted for fields that the rule no longer asks for, in the running transaction."""
    gone = (RuleBlank.rule_id == rule_id) & RuleBlank.field.not_in(fields)
    db.session.execute(delete(RuleBlank).where(gone))
