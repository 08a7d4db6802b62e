"""The demo business: Harbor Plumbing, open at all hours so that it works whenever it is tried."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Business, Membership, Rep, Source, SourceKind, Team
from leadapp.transaction import transaction

_PEOPLE = (
    ("Olivia Reyes", "olivia@harborplumbing.example", "+14155550100", ["owner"]),
    ("Mia Chen", "mia@harborplumbing.example", "+14155550101", ["office"]),
    ("Ana Torres", "ana@harborplumbing.example", "+14155550102", ["rep"]),
    ("Ben Okafor", "ben@harborplumbing.example", "+14155550103", ["rep"]),
    ("Carla Novak", "carla@harborplumbing.example", "+14155550104", ["rep"]),
)
_ZONE = "America/Los_Angeles"


def is_empty() -> bool:
    return db.session.scalar(select(Business.id)) is None


def demo_business(now: datetime) -> None:
    """Writes Harbor Plumbing into an empty database: five people, two teams, a website form and an ads source."""
    with transaction():
        olivia, mia, *techs = [_person(*person, now) for person in _PEOPLE]
        db.session.add_all([olivia, mia, *techs])
        db.session.flush()
        db.session.add(Business(id=1, name="Harbor Plumbing", country="US", time_zone=_ZONE, fallback_id=mia.id))
        plumbing = _team("Plumbing", mia, now, is_default=True)
        drains = _team("Drains", mia, now)
        db.session.add_all([plumbing, drains])
        db.session.flush()
        ana, ben, carla = techs
        for team, members in ((plumbing, (ana, ben, carla)), (drains, (ben, carla))):
            db.session.add_all(Membership(team_id=team.id, rep_id=rep.id, joined_at=now) for rep in members)
        db.session.add(_source("Website", SourceKind.FORM, now))
        db.session.add(_source("Google Ads", SourceKind.GOOGLE_ADS, now))


def demo_people() -> list[Rep]:
    """The people of the demo business, if this is one."""
    emails = [email for _name, email, _phone, _roles in _PEOPLE]
    return list(db.session.scalars(select(Rep).where(Rep.active, Rep.email.in_(emails)).order_by(Rep.id)))


def form_key() -> str:
    """The key in the address of the demo's website form."""
    forms = select(Source.key).where(Source.kind == SourceKind.FORM).order_by(Source.id)
    return db.session.scalars(forms).first() or ""


def _person(name: str, email: str, phone: str, roles: list[str], now: datetime) -> Rep:
    return Rep(name=name, email=email, phone=phone, roles=roles, languages=["en"], time_zone=_ZONE, created_at=now)


def _team(name: str, fallback: Rep, now: datetime, *, is_default: bool = False) -> Team:
    return Team(
        name=name, fallback_id=fallback.id, is_default=is_default, time_zone=_ZONE, country="US", created_at=now
    )


def _source(name: str, kind: SourceKind, now: datetime) -> Source:
    return Source(name=name, kind=kind, key=secrets.token_urlsafe(12), created_at=now)
