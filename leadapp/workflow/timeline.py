"""Writes the timeline: one row a step, for good."""

from __future__ import annotations

import logging
from datetime import datetime

from leadapp.ids import new_id
from leadapp.models import Event, EventKind
from leadapp.transaction import board_changed
from leadapp.workflow.writing import add

log = logging.getLogger("leadapp.timeline")


def record(
    lead_id: str, kind: EventKind, text: str, *, now: datetime, actor_id: str | None = None, raw: str | None = None
) -> None:
    """Adds a row in the running transaction, and a log line without personal data."""
    add(Event(id=new_id(), lead_id=lead_id, at=now, kind=kind, actor_id=actor_id, text=text, raw=raw))
    board_changed()
    log.info("lead_%s lead=%s actor=%s", kind.value, lead_id, actor_id or "machine")
