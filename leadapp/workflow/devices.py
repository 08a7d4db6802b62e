"""Screens on the wall: each has a key of its own, which can be taken away."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from leadapp.extensions import db
from leadapp.models import Device
from leadapp.routing.said import said
from leadapp.transaction import transaction
from leadapp.workflow.access import digest_of
from leadapp.workflow.errors import Invalid, NotFound

#: A screen asks every second and a half; that it lives is worth a write a minute.
_NOTED_EVERY = timedelta(minutes=1)
_LONGEST_NAME = 60


def add_device(name: str, now: datetime) -> str:
    """A screen that may show the board from now on. Answers its key, which is not kept. Raises Invalid (no name)."""
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name:
        raise Invalid(("name", said("Give the screen a name, such as Office wall.")))
    key = secrets.token_urlsafe(24)
    with transaction():
        db.session.add(Device(name=name, digest=digest_of(key), created_at=now))
    return key


def retire_device(device_id: str, now: datetime) -> None:
    """Its link shows nothing any more. Twice is once. Raises NotFound."""
    with transaction():
        device = db.session.get(Device, device_id)
        if device is None:
            raise NotFound("device")
        device.retired_at = device.retired_at or now


def find_device(key: str) -> Device | None:
    """The screen with this key, unless it was taken away."""
    return db.session.scalar(select(Device).where(Device.digest == digest_of(key), Device.retired_at.is_(None)))


def note_seen(device: Device, now: datetime) -> None:
    """That the screen is on."""
    if device.seen_at is None or device.seen_at < now - _NOTED_EVERY:
        with transaction():
            db.session.execute(update(Device).where(Device.id == device.id).values(seen_at=now))
