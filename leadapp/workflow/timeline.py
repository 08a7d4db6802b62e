"""Writes the timeline: one row a step, for good."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from leadapp.ids import new_id
from leadapp.models import Event, EventKind
from leadapp.routing.said import as_json
from leadapp.transaction import board_changed
from leadapp.workflow.writing import add, new

log = logging.getLogger("leadapp.timeline")


def record(
    lead_id: str, kind: EventKind, text: str, *, now: datetime, actor_id: str | None = None, raw: str | None = None
) -> None:
    """Adds a row in the running transaction, and a log line without personal data."""
    words = {"text": text, "said": as_json(text)}
    add(new(Event, id=new_id(), lead_id=lead_id, at=now, kind=kind, actor_id=actor_id, raw=raw, **words))
    board_changed()
    log.info("lead_%s lead=%s actor=%s", kind.value, lead_id, actor_id or "machine")


def record_each(texts: Iterable[tuple[str, str]], kind: EventKind, *, now: datetime, actor_id: str | None) -> None:
    """`record` for many rows at once, given as (lead id, text) in their order; one log line a lead."""
    events = [
        new(Event, id=new_id(), lead_id=lead_id, at=now, kind=kind, actor_id=actor_id, text=text, said=as_json(text))
        for lead_id, text in texts
    ]
    add(*events)
    board_changed()
    for lead_id, count in Counter(event.lead_id for event in events).items():
        log.info("lead_%s lead=%s actor=%s times=%d", kind.value, lead_id, actor_id or "machine", count)
