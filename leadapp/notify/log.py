"""Texts, e-mails and calls while no provider is set up: they are kept in the database and shown at /outbox."""

from __future__ import annotations

from datetime import datetime

from leadapp.models import Message
from leadapp.notify.outcomes import Parcel, Sent, Settled
from leadapp.routing.said import said


class LogTransport:
    taken = said("was written to the outbox")
    waits = False

    def prepare(self, message: Message, now: datetime) -> Parcel:
        return Settled(Sent())
