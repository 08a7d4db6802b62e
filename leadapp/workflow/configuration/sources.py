"""Sources: made, changed, retired."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Source, SourceKind
from leadapp.transaction import transaction
from leadapp.workflow.configuration.lookup import active_team, existing, in_use


def create_source(values: Mapping[str, Any], *, now: datetime) -> str:
    """Makes a source, with a key of its own, and returns its id."""
    with transaction():
        source = Source(id=new_id(), key=secrets.token_urlsafe(12), created_at=now)
        _apply(source, values)
        db.session.add(source)
    return source.id


def change_source(source_id: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Changes what is given; the key stays."""
    with transaction():
        _apply(in_use(Source, source_id), values)


def retire_source(source_id: str, *, now: datetime) -> None:
    """Closes this way in; its address says from now on that it is gone."""
    with transaction():
        source = existing(Source, source_id)
        source.retired_at = source.retired_at or now


def _apply(source: Source, values: Mapping[str, Any]) -> None:
    for field in ("name", "urgent", "secret", "defaults"):
        if field in values:
            setattr(source, field, values[field])
    if "kind" in values:
        source.kind = SourceKind(values["kind"])
    if "team" in values:
        team = active_team(values["team"], "team")
        source.team_id = team.id if team else None
