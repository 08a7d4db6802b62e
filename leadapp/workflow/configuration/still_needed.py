"""What counts on a rep by name, and must name somebody else before he retires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from leadapp.extensions import db
from leadapp.models import Absence, Business, Rep, Team
from leadapp.workflow.errors import Invalid
from leadapp.workflow.roster import default_team


def refuse_still_needed(rep: Rep, now: datetime) -> None:
    """Raises Invalid while a team, its chain, its rota or somebody's absence names the rep. As the business's fallback
    he gives way to the default team's."""
    teams = db.session.scalars(select(Team).where(Team.retired_at.is_(None)).order_by(Team.id)).all()
    reasons = [*_in_teams(rep, teams), *_as_cover(rep, now)]
    if reasons:
        raise Invalid(*(("active", f"{rep.name} {why}, then retire.") for why in reasons))
    _replace_as_fallback(rep, teams)


def _in_teams(rep: Rep, teams: Sequence[Team]) -> Iterator[str]:
    if named := _names(team for team in teams if team.fallback_id == rep.id):
        yield f"is the fallback of {named}: name somebody else there first"
    if named := _names(team for team in teams if rep.id in _asked_by_name(team)):
        yield f"is asked by name in the chain of {named}: name somebody else there first"
    if named := _names(team for team in teams if rep.id in ((team.on_call or {}).get("reps") or ())):
        yield f"is on the on-call rota of {named}: take him off it first"


def _as_cover(rep: Rep, now: datetime) -> Iterator[str]:
    is_ahead = or_(Absence.ends_at.is_(None), (Absence.ends_at > now) & (Absence.ends_at > Absence.starts_at))
    covered = (
        select(Rep.name)
        .join(Absence, Absence.rep_id == Rep.id)
        .where(Absence.cover_id == rep.id, Rep.active, is_ahead)
        .distinct()
        .order_by(Rep.name)
    )
    if names := db.session.scalars(covered).all():
        yield f"covers for {' and '.join(names)}: choose another cover there first"


def _asked_by_name(team: Team) -> set[str]:
    return {step["rep"] for step in (*(team.chain or ()), *(team.urgent_chain or ())) if step.get("rep")}


def _names(teams: Iterator[Team]) -> str:
    return " and ".join(team.name for team in teams)


def _replace_as_fallback(rep: Rep, teams: Sequence[Team]) -> None:
    business = db.session.get(Business, 1)
    if business is None or business.fallback_id != rep.id:
        return
    if not teams:
        raise Invalid(("active", f"{rep.name} is the fallback of {business.name}: make a team with another first."))
    business.fallback_id = default_team(teams).fallback_id
