"""Who is free again takes what has waited longest: one lead of the queue, before any new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from leadapp.routing.chain import Case, offer_to
from leadapp.routing.eligibility import needed_skill, refusals
from leadapp.routing.values import Because, Offer, Snapshot


def longest_waiting(waiting: Iterable[Snapshot], rep_id: str, now: datetime) -> str | None:
    """The id of the lead that came in first among those that the rep can be offered; None if there is none. `waiting`
    are leads in the queue."""
    oldest_first = sorted(waiting, key=lambda one: (one.lead.received_at, one.lead.id))
    return next((one.lead.id for one in oldest_first if offer_on_return(one, rep_id, now)), None)


def offer_on_return(snapshot: Snapshot, rep_id: str, now: datetime) -> Offer | None:
    """The offer of a lead in the queue to a rep who is free again; None unless he is in the lead's team, can be asked
    now, and neither was asked in this pass nor handed the lead back.

    He has the claim clock of the chain's first step. No turn and no try is used: when he passes or is silent, the lead
    is back at the end of its chain, in the queue.
    """
    progress, rep = snapshot.progress, snapshot.reps.get(rep_id)
    team = snapshot.teams.get(progress.team_id or "")
    if rep is None or team is None or progress.policy is None or rep_id in progress.asked | progress.barred:
        return None
    members = [snapshot.reps[member.rep_id] for member in team.members if member.rep_id in snapshot.reps]
    skill = needed_skill(snapshot.lead.fields.get("service"), members)
    if rep not in members or refusals(rep, now, skill=skill):
        return None
    case = Case(snapshot, now, team, progress.policy, snapshot.lead.urgent)
    return replace(offer_to(case, rep, Because.BACK), step=len(progress.policy.steps))
