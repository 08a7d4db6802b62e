"""Writes the timeline: one row a step, for good."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Event, EventKind
from leadapp.transaction import board_changed
from leadapp.workflow.writing import add

log = logging.getLogger("leadapp.timeline")

_EVENTS = cast(Table, Event.__table__)


def record(
    lead_id: str, kind: EventKind, text: str, *, now: datetime, actor_id: str | None = None, raw: str | None = None
) -> None:
    """Adds a row in the running transaction, and a log line without personal data."""
    add(Event(id=new_id(), lead_id=lead_id, at=now, kind=kind, actor_id=actor_id, text=text, raw=raw))
    board_changed()
    log.info("lead_%s lead=%s actor=%s", kind.value, lead_id, actor_id or "machine")


def record_each(texts: Iterable[tuple[str, str]], kind: EventKind, *, now: datetime, actor_id: str | None) -> None:
    """`record` for many rows at once, given as (lead id, text) in their order; one log line a lead."""
    rows = [
        {"id": new_id(), "lead_id": lead_id, "at": now, "kind": kind, "actor_id": actor_id, "text": text}
        for lead_id, text in texts
    ]
    db.session.connection().execute(insert(_EVENTS), rows)
    board_changed()
    for lead_id, count in Counter(row["lead_id"] for row in rows).items():
        log.info("lead_%s lead=%s actor=%s times=%d", kind.value, lead_id, actor_id or "machine", count)
