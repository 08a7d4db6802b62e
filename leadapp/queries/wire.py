"""How values look on the wire: moments as RFC 3339 in UTC, references as {id, name}."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Lead, Rep, Team

Reference = dict[str, str | None]


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Names:
    """References to rows of one table, read with one query."""

    def __init__(self, table: type[Rep] | type[Team] | type[Lead], ids: Iterable[str | None]) -> None:
        wanted = {row_id for row_id in ids if row_id}
        found: Iterable[Any] = ()
        if wanted:
            found = db.session.execute(select(table.id, table.name).where(table.id.in_(wanted)))
        self._names: dict[str, str | None] = {row[0]: row[1] for row in found}

    def __getitem__(self, row_id: str | None) -> Reference | None:
        return None if row_id is None else {"id": row_id, "name": self._names.get(row_id)}
