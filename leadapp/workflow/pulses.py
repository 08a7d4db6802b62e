"""Signs of life, written by whatever must not stop unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from leadapp.extensions import db
from leadapp.models import Pulse
from leadapp.transaction import transaction

_KEPT_FOR = timedelta(hours=1)


def beat(name: str, *, now: datetime, lag_seconds: float) -> None:
    """Says that `name` lives, and how late its oldest work was. Forgets who has been silent for an hour."""
    with transaction():
        db.session.merge(Pulse(name=name, at=now, lag_seconds=lag_seconds))
        db.session.execute(delete(Pulse).where(Pulse.at < now - _KEPT_FOR))
