"""The fixed cast as routing facts: Ana on shift, Ben, Carla, Mia the fallback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from leadapp.routing.policy import policy
from leadapp.routing.values import Lead, Member, Progress, Rep, Snapshot, Team

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
CLOSED_TODAY: dict[str, object] = {"tue": [["08:00", "17:00"]]}

ANA, BEN, CARLA, MIA = (Rep(name.lower(), name) for name in ("Ana", "Ben", "Carla", "Mia"))
CAST = {rep.id: rep for rep in (ANA, BEN, CARLA, MIA)}
NAMES = {**{rep.id: rep.name for rep in CAST.values()}, "plumbing": "Plumbing", "drains": "Drains", "r1": "Leaks first"}
USUAL = policy(300, 2, 900, 600)
URGENT = policy(120, 2, 300, 60)


def team(*members: str, id: str = "plumbing", **facts: Any) -> Team:
    usual: dict[str, Any] = {"name": id.title(), "fallback_id": "mia", "policy": USUAL, "urgent_policy": URGENT}
    return Team(id=id, members=tuple(Member(rep_id) for rep_id in members), **(usual | facts))


def cast(**changes: dict[str, Any]) -> dict[str, Rep]:
    """Everybody, with changes: cast(ana={"presence": Presence.OUT})."""
    return {id: replace(rep, **changes.get(id, {})) for id, rep in CAST.items()}


def snapshot(
    *teams: Team, reps: dict[str, Rep] | None = None, lead: dict[str, Any] | None = None, **facts: Any
) -> Snapshot:
    known = teams or (team("ana", "ben", "carla"),)
    usual: dict[str, Any] = {"default_team_id": known[0].id, "progress": Progress()}
    return Snapshot(
        lead=Lead(id="lead", received_at=NOON, **(lead or {})),
        teams={one.id: one for one in known},
        reps=reps or CAST,
        **(usual | facts),
    )
