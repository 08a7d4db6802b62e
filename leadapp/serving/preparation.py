"""What must be true before anybody is served: tables, keys, and something to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_migrate import upgrade

from leadapp import seed
from leadapp.links import sign_in_link
from leadapp.notify.vapid import current_key


@dataclass(frozen=True, slots=True)
class Invitation:
    name: str
    roles: str
    link: str


def prepare(app: Flask, *, demo: bool, now: datetime) -> list[Invitation]:
    """Migrates, makes the push key, and with `demo` fills an empty database. Returns a way in for each demo person."""
    with app.app_context():
        upgrade()
        current_key(now)
        if not demo:
            return []
        if seed.is_empty():
            seed.demo_business(now)
        return [Invitation(rep.name, ", ".join(rep.roles), sign_in_link(rep.id, now)) for rep in seed.demo_people()]
