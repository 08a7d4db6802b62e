"""Whose turn it is: weighted fair queueing (WF2Q) over the members who are eligible now, and what the turn costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from leadapp.routing.values import Member, Turn

#: How far behind the team's virtual time a skipped member may fall, in turns of his own. Zero would put him level at
#: each skip, and then a rep who is busy at every second lead never gets another (simulated: 1 turn of 667 due). A
#: whole turn or more gives floods. With half a turn he keeps his place and never gets two in a row on coming back.
PLACE_KEPT = 0.5

#: Starts are sums of fractions such as 1/3; without slack their rounding, not the rule, would decide equal turns.
_SLACK = 1e-9
_NEVER = datetime.min.replace(tzinfo=UTC)


def pick(eligible: Sequence[Member], virtual_time: float, *, skipped: Iterable[Member] = ()) -> Turn:
    """The next of `eligible` (at least one) and the numbers to write back.

    V = max(V, smallest v); among the members with v <= V the smallest v + 1/weight is picked (ties: longest since the
    last offer, then id); his v grows by 1/weight and V by 1 / (sum of the eligible weights). `skipped` are the team's
    members who cannot be asked now: they keep their place, but never fall more than half a turn behind V, so that an
    absence nobody announced, however long, ends level.
    """
    now = max(virtual_time, min(member.virtual_start for member in eligible))
    chosen = min((m for m in eligible if m.virtual_start <= now + _SLACK), key=turn_order)
    after = now + 1 / sum(member.weight for member in eligible)

    starts = {chosen.rep_id: chosen.virtual_start + 1 / chosen.weight}
    for member in skipped:
        least = after - PLACE_KEPT / member.weight
        if member.virtual_start < least:
            starts[member.rep_id] = least
    return Turn(rep_id=chosen.rep_id, virtual_time=after, starts=starts)


def turn_order(member: Member) -> tuple[float, datetime, str]:
    """Sorts members by whose turn ends first; ties: longest since the last offer (never = longest), then id."""
    finish = round(member.virtual_start + 1 / member.weight, 6)
    return finish, member.last_offer_at or _NEVER, member.rep_id


def rejoin(member: Member, virtual_time: float) -> float:
    """The start of a member who joins the team or comes back to it: level with the others, never behind.

    The workflow stores it when a rep joins a team, is made active again, or comes back from being out. It is not needed
    for busy periods and shifts: `pick` looks after those who are skipped.
    """
    return max(member.virtual_start, virtual_time)


def give_back(member: Member) -> float:
    """The start of a member whose turn was wasted (junk) and is given back."""
    return member.virtual_start - 1 / member.weight
