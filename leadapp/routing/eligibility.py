"""Who can be asked now, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leadapp.routing.folding import is_blank
from leadapp.routing.hours import is_open, next_start
from leadapp.routing.synonyms import trade
from leadapp.routing.values import Presence, Refusal, Rep

_AWAY_AS = {Presence.AVAILABLE: (), Presence.OUT: (Refusal.OUT,), Presence.BUSY: (Refusal.BUSY,)}


def refusals(rep: Rep, now: datetime, *, skill: str | None = None) -> tuple[Refusal, ...]:
    """Why `rep` cannot be offered a lead now, the weightiest reason first; empty means eligible.

    `skill` is what `needed_skill` says the lead needs; None when skill does not count (the contact's owner, a person
    the chain names). Whether he was asked already is a matter of the lead, and `decide` adds it.
    """
    reasons: list[Refusal] = []
    if not rep.active:
        reasons.append(Refusal.INACTIVE)
    if rep.presence is not Presence.AVAILABLE:
        reasons += _AWAY_AS[presence_at(rep, now)]
    if rep.shifts and not is_open(rep.shifts, rep.time_zone, now):
        reasons.append(Refusal.OFF_SHIFT)
    if rep.max_open is not None and rep.open_count >= rep.max_open:
        reasons.append(Refusal.AT_CAPACITY)
    if not rep.reachable:
        reasons.append(Refusal.UNREACHABLE)
    if skill is not None and rep.services and skill not in map(trade, rep.services):
        reasons.append(Refusal.LACKS_SKILL)
    return tuple(reasons)


def is_away(rep: Rep, now: datetime) -> bool:
    """Whether he is not there at all. Every other refusal only says that no new lead should be put on him."""
    return not rep.active or presence_at(rep, now) is Presence.OUT


def presence_at(rep: Rep, now: datetime) -> Presence:
    """The declared presence; a period that has not begun or is over counts as available."""
    if rep.presence_from is not None and now < rep.presence_from:
        return Presence.AVAILABLE
    if rep.presence_until is not None and now >= rep.presence_until:
        return Presence.AVAILABLE
    return rep.presence


def next_change(rep: Rep, now: datetime) -> datetime | None:
    """The first moment after `now`, in UTC, at which a declared presence begins or ends by itself or a shift starts;
    None if there is none, as for a rep who has left."""
    if not rep.active:
        return None
    declared = () if rep.presence is Presence.AVAILABLE else (rep.presence_from, rep.presence_until)
    moments = (*declared, next_start(rep.shifts, rep.time_zone, now))
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def needed_skill(service: str | None, team: Iterable[Rep]) -> str | None:
    """The service as a skill, as `trade` reads it, if at least one rep of the team lists it.

    A service nobody lists ("Other", a misspelling) filters nobody: else it would find nobody. Reps who list no services
    take everything.
    """
    if service is None or is_blank(service):
        return None
    skill = trade(service)
    return skill if any(skill in map(trade, rep.services) for rep in team) else None
