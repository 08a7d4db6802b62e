"""Where somebody stands in a rotation: how many offers go to others before one comes to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from leadapp.routing.rotation import pick
from leadapp.routing.values import Member

#: Further ahead than this nobody plans, and whoever comes or goes meanwhile changes it.
FARTHEST = 9


def offers_before(eligible: Sequence[Member], virtual_time: float, rep_id: str) -> int | None:
    """How many of the team's next offers go to others first; 0 = the next is theirs, None = more than nine, or not
    among the eligible. What would happen if leads came now and each was taken by whoever is asked first."""
    if all(member.rep_id != rep_id for member in eligible):
        return None
    turns = next_turns(eligible, virtual_time)
    return next((before for before, whose in enumerate(turns) if whose == rep_id), None)


def next_turns(eligible: Sequence[Member], virtual_time: float) -> Iterator[str]:
    """Whose the team's next ten turns would be, in order; none when nobody is eligible."""
    members = {member.rep_id: replace(member, turns_to_catch_up=0) for member in eligible}
    for _ in range(FARTHEST + 1 if members else 0):
        turn = pick(list(members.values()), virtual_time)
        yield turn.rep_id
        members |= turn.members
        virtual_time = turn.virtual_time
