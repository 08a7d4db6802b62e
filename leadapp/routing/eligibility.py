"""Who can be asked now, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leadapp.routing.folding import fold, is_blank
from leadapp.routing.hours import is_open
from leadapp.routing.values import Presence, Refusal, Rep

#: With one of these a person is not there at all. The others only say that no new lead should be put on him.
AWAY = frozenset({Refusal.INACTIVE, Refusal.OUT})


def refusals(rep: Rep, now: datetime, *, skill: str | None = None) -> tuple[Refusal, ...]:
    """Why `rep` cannot be offered a lead now, the weightiest reason first; empty means eligible.

    `skill` is what `needed_skill` says the lead needs; None when skill does not count (the contact's owner, a person
    the chain names). Whether he was asked already is a matter of the lead, and `decide` adds it.
    """
    presence = presence_at(rep, now)
    checks = (
        (Refusal.INACTIVE, not rep.active),
        (Refusal.OUT, presence is Presence.OUT),
        (Refusal.BUSY, presence is Presence.BUSY),
        (Refusal.OFF_SHIFT, not is_open(rep.shifts, rep.time_zone, now)),
        (Refusal.AT_CAPACITY, rep.max_open is not None and rep.open_count >= rep.max_open),
        (Refusal.UNREACHABLE, not rep.reachable),
        (Refusal.LACKS_SKILL, skill is not None and bool(rep.services) and skill not in map(fold, rep.services)),
    )
    return tuple(reason for reason, holds in checks if holds)


def presence_at(rep: Rep, now: datetime) -> Presence:
    """The declared presence; a period that has not begun or is over counts as available."""
    if rep.presence_from is not None and now < rep.presence_from:
        return Presence.AVAILABLE
    if rep.presence_until is not None and now >= rep.presence_until:
        return Presence.AVAILABLE
    return rep.presence


def needed_skill(service: str | None, team: Iterable[Rep]) -> str | None:
    """The service as a skill, folded, if at least one rep of the team lists it.

    A service nobody lists ("Other", a misspelling) filters nobody: else it would find nobody. Reps who list no services
    take everything.
    """
    if service is None or is_blank(service):
        return None
    skill = fold(service)
    return skill if any(skill in map(fold, rep.services) for rep in team) else None
