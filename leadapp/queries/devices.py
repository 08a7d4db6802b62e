"""Screens on the wall, for whoever looks after them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Device


def devices_in_use() -> Sequence[Device]:
    """By name."""
    in_use = select(Device).where(Device.retired_at.is_(None))
    return db.session.scalars(in_use.order_by(Device.name, Device.id)).all()
