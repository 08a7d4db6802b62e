"""Which source something came in by, and how national phone numbers are read there."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from leadapp.extensions import db
from leadapp.models import Business, Rep, Source, SourceKind, Team
from leadapp.rows import committed

_TEAM, _BUSINESS = Team.__table__.c, Business.__table__.c
_COUNTRY = (
    select(func.coalesce(_TEAM.country, _BUSINESS.country).label("code"))
    .join(Business.__table__, _BUSINESS.id == 1)
    .where(_TEAM.retired_at.is_(None))
    .order_by((_TEAM.id == bindparam("team_id")).desc(), _TEAM.is_default.desc(), _TEAM.id)
    .limit(1)
)


def source_named(text: str) -> Source | None:
    """The source in use with this key, or with this name in any case."""
    in_use = select(Source).where(Source.retired_at.is_(None)).order_by(Source.id)
    sources = db.session.scalars(in_use).all()
    return next((s for s in sources if s.key == text or s.name.casefold() == text.casefold()), None)


def phone_source() -> Source | None:
    """The first telephone number in use; None while none is set up."""
    numbers = select(Source).where(Source.kind == SourceKind.PHONE, Source.retired_at.is_(None))
    return db.session.scalar(numbers.order_by(Source.id).limit(1))


def who_answers(source: Source) -> Rep | None:
    """Whose telephone rings for calls to this number: the fallback of its team, else the business's."""
    team = db.session.get(Team, source.team_id) if source.team_id else None
    business = db.session.get(Business, 1)
    who = (team.fallback_id if team else None, business.fallback_id if business else None)
    reps = (db.session.get(Rep, rep_id) for rep_id in who if rep_id)
    return next((rep for rep in reps if rep and rep.active and rep.phone), None)


def source_with_key(key: str) -> Source | None:
    """The source whose address this is, retired or not."""
    return db.session.scalar(select(Source).where(Source.key == key))


def country_of(source: Source | None) -> str | None:
    """The country of the source's team, else of the default team, else of the business. None before the business has a
    team: then nobody could be given a lead."""
    country = committed(_COUNTRY, {"team_id": source.team_id or "" if source else ""})
    return str(country.code) if country else None
