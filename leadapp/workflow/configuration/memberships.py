"""Who is in which team's rotation, and with what weight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import AlarmKind, Membership, Rep
from leadapp.workflow.alarms import clear_alarms
from leadapp.workflow.configuration.lookup import active_team
from leadapp.workflow.errors import Invalid
from leadapp.workflow.turns import join_rotation, leave_rotation


def join_teams(rep: Rep, wanted: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Makes the rep a member of exactly these teams. Who joins is level with the others; who stays keeps his place."""
    weights = {place["team"]: float(place.get("weight", 1)) for place in wanted}
    if len(weights) < len(wanted):
        raise Invalid(("teams", "A team is named twice."))
    for index, place in enumerate(wanted):
        active_team(place["team"], f"teams.{index}.team")
    kept = {place.team_id: place for place in _memberships(rep)}
    for team_id in kept.keys() - weights.keys():
        leave_rotation(kept[team_id], now)
    for team_id, weight in weights.items():
        if team_id in kept:
            kept[team_id].weight = weight
        else:
            join_rotation(team_id, rep.id, weight, now)
            clear_alarms(AlarmKind.TEAM_EMPTY, about=team_id, now=now)


def _memberships(rep: Rep) -> Sequence[Membership]:
    return db.session.scalars(select(Membership).where(Membership.rep_id == rep.id)).all()
