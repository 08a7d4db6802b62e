"""Presence and leaving: what people say about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import Absence, AlarmKind, Rep
from leadapp.routing.said import said
from leadapp.routing.values import Presence
from leadapp.transaction import transaction
from leadapp.workflow.absences import Period, declare_absence, end_absence, refuse_circle
from leadapp.workflow.alarms import clear_alarms
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.following import follow_rep, locked_rep, owned_by
from leadapp.workflow.turns import come_back


@dataclass(frozen=True, slots=True)
class PresenceChange:
    """`offers_moved` went on to somebody else at once; `still_claimed` are open leads left to hand over; `mark` is the
    `presence_mark` of what was declared."""

    offers_moved: int
    still_claimed: int
    mark: str


def set_presence(
    rep_id: str, *, state: str, now: datetime, until: datetime | None = None, start: datetime | None = None,
    cover_id: str | None = None, note: str | None = None, actor_id: str | None = None, only_after: str | None = None,
) -> PresenceChange:  # fmt: skip
    """Declares a rep available, busy or out, from `start` (now) until `until` (changed again).

    Whoever goes away now loses pending offers at once: they move on in the same breath. Whoever is back is offered the
    lead that has waited longest. With `only_after`, the `presence_mark` of what is to be undone, nobody may have
    declared anything since. Raises NotFound, Invalid, Conflict.
    """
    with transaction():
        rep = locked_rep(rep_id)
        if only_after is not None and only_after != presence_mark(rep, now):
            raise Conflict(said("It was changed again since."))
        period = (max(start or now, now), until)
        _check_presence(rep, state, period, cover_id, now)
        was_out = rep.presence is Presence.OUT
        if state == Presence.AVAILABLE:
            end_absence(rep, now)
        else:
            absence = Absence(
                rep_id=rep.id, state=Presence(state), starts_at=period[0], ends_at=until, cover_id=cover_id, note=note,
                declared_at=now,
            )  # fmt: skip
            declare_absence(rep, absence, now)
            if cover_id:  # he may stand in for a fallback who is away
                clear_alarms(AlarmKind.LAST_RESORT, now=now)
        mark = presence_mark(rep, now)
        rep.next_change_at = now
        if was_out and state == Presence.AVAILABLE:
            come_back(rep.id)
    offers_moved = follow_rep(rep_id, now, actor_id=actor_id)
    return PresenceChange(offers_moved, _still_claimed(rep_id), mark)


def presence_mark(rep: Rep, now: datetime) -> str:
    """Stands for what the rep has declared, and is another as soon as anything else is."""
    is_over = rep.presence_until is not None and rep.presence_until <= now
    if rep.presence is Presence.AVAILABLE or is_over:
        return Presence.AVAILABLE.value
    period = [at.isoformat() if at else "" for at in (rep.presence_from, rep.presence_until)]
    return "|".join((rep.presence.value, *period, rep.cover_id or ""))


def retire_rep(rep_id: str, *, now: datetime, actor_id: str | None = None) -> None:
    """The rep leaves the company: offers move on and leads go back to the rotation. Raises NotFound."""
    with transaction():
        rep = locked_rep(rep_id, leaves=True)
        rep.active, rep.session_version, rep.next_change_at = False, rep.session_version + 1, now
        clear_alarms(AlarmKind.REP_UNREACHABLE, now=now, about=rep_id)
    follow_rep(rep_id, now, actor_id=actor_id)


def _check_presence(rep: Rep, state: str, period: Period, cover_id: str | None, now: datetime) -> None:
    start, until = period
    if state not in set(Presence):
        raise Invalid(("state", f"Must be one of {', '.join(Presence)}."))
    if until and until <= start:
        raise Invalid(("until", said("Ends before it starts. Choose a later time.")))
    if cover_id is None:
        return
    if cover_id == rep.id:
        raise Invalid(("cover", said("Nobody covers for himself. Choose somebody else.")))
    cover = db.session.get(Rep, cover_id)
    if cover is None or not cover.active:
        raise Invalid(("cover", said("There is no active person with this id. Choose one from the list of reps.")))
    refuse_circle(rep, cover, period, now)


def _still_claimed(rep_id: str) -> int:
    return db.session.scalar(select(func.count()).select_from(owned_by(rep_id).subquery())) or 0
