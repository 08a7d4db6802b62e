"""Absences: every time for which somebody was declared busy or out. A rep's row shows the one that holds or is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Absence, Rep
from leadapp.routing.said import said
from leadapp.routing.values import Presence
from leadapp.workflow.errors import Invalid

Period = tuple[datetime, datetime | None]


def declare_absence(rep: Rep, absence: Absence, now: datetime) -> None:
    """The rep is away for that time. What overlaps it is replaced: cut short where it began earlier, else dropped. What
    ends before it or begins after it stands. A job is no end of a holiday that is planned: it lasts until then at
    most."""
    for other in absences_of(rep.id, now):
        if not _overlap((absence.starts_at, absence.ends_at), (other.starts_at, other.ends_at)):
            continue
        if _is_job_before(absence, other):
            absence.ends_at = other.starts_at
        else:
            other.ends_at = absence.starts_at if other.starts_at < absence.starts_at else now
    db.session.add(absence)
    db.session.flush()
    show_absence(rep, now)


def _is_job_before(absence: Absence, other: Absence) -> bool:
    is_holiday = absence.state is Presence.BUSY and other.state is Presence.OUT
    return is_holiday and other.starts_at > absence.starts_at


def end_absence(rep: Rep, now: datetime) -> None:
    """The rep is available: what holds now has ended; where nothing does, what is planned next is dropped."""
    if standing := absences_of(rep.id, now):
        standing[0].ends_at = now
        db.session.flush()
    show_absence(rep, now)


def show_absence(rep: Rep, now: datetime) -> None:
    """The rep's row says which absence holds now or is next, if there is one."""
    standing = absences_of(rep.id, now)
    absence = standing[0] if standing else None
    rep.presence = absence.state if absence else Presence.AVAILABLE
    begins_later = absence is not None and absence.starts_at > absence.declared_at
    rep.presence_from = absence.starts_at if absence and begins_later else None
    rep.presence_until = absence.ends_at if absence else None
    rep.presence_note, rep.cover_id = (absence.note, absence.cover_id) if absence else (None, None)


def absences_of(rep_id: str, now: datetime) -> Sequence[Absence]:
    """Those that hold or are planned, in the order in which they begin."""
    of_rep = select(Absence).where(Absence.rep_id == rep_id).order_by(Absence.starts_at, Absence.id)
    found = db.session.scalars(of_rep.execution_options(populate_existing=True)).all()
    return [one for one in found if _is_ahead(one, now)]


def refuse_circle(rep: Rep, cover: Rep, period: Period, now: datetime) -> None:
    """Raises Invalid if at some moment of the period the cover, his cover and so on are all away, back to the rep."""
    if _leads_back(rep.id, cover.id, period, now):
        circle = said(
            "{cover} is away and covered in a circle back to {rep}. Choose somebody else.",
            cover=cover.name, rep=rep.name,
        )  # fmt: skip
        raise Invalid(("cover", circle))


def _leads_back(rep_id: str, cover_id: str, period: Period, now: datetime, seen: frozenset[str] = frozenset()) -> bool:
    if cover_id == rep_id:
        return True
    if cover_id in seen:
        return False
    return any(
        _leads_back(rep_id, absence.cover_id, both, now, seen | {cover_id})
        for absence in absences_of(cover_id, now)
        if absence.cover_id and (both := _overlap(period, (absence.starts_at, absence.ends_at)))
    )


def _overlap(one: Period, other: Period) -> Period | None:
    ends = [end for end in (one[1], other[1]) if end is not None]
    start, end = max(one[0], other[0]), min(ends, default=None)
    return (start, end) if end is None or start < end else None


def _is_ahead(absence: Absence, now: datetime) -> bool:
    """Not over, and not dropped before it began."""
    return absence.ends_at is None or absence.ends_at > max(now, absence.starts_at)
