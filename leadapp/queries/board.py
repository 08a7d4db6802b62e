"""The board: every open lead, most pressing clock first, and the version that says whether any of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, text

from leadapp.extensions import db
from leadapp.models import PENDING, Alarm, BoardVersion, Lead, Offer, Rep, Team
from leadapp.queries.alerted import Alerted, alerted
from leadapp.queries.excerpts import excerpt, place, trade
from leadapp.routing.said import restored, said
from leadapp.routing.values import LeadState
from leadapp.words import source_words

SHOWN = 100
ALARMS_SHOWN = 5

# Written out, because SQLite uses a partial index only for a condition it can read.
IS_OPEN = text("leads.state <> 'closed'")
PRESSING_FIRST = (Lead.urgent.desc(), Lead.next_due_at.is_(None), Lead.next_due_at, Lead.id)

_NOTHING = Alerted()

#: What every list of leads says about the job. Not who the customer is.
JOB = (
    Lead.id,
    Lead.state,
    Lead.urgent,
    Lead.service,
    Lead.city,
    Lead.postcode,
    Lead.received_at,
    Team.name.label("team"),
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One open lead. `due_at` is when something happens by itself; `next_text` is what that is; `alerted` is what the
    phones of whoever is asked have reported."""

    id: str
    state: LeadState
    urgent: bool
    trade: str
    place: str
    name: str | None
    source: str
    whose: str
    received_at: datetime
    due_at: datetime | None
    next_text: str
    alerted: Alerted
    can_take_over: bool


@dataclass(frozen=True, slots=True)
class Board:
    """`alarms` are sentences about what has to be put right, for the owner. `changes_at` is when time alone makes it
    say something else."""

    rows: tuple[BoardRow, ...]
    counts: Mapping[LeadState, int]
    alarms: tuple[str, ...] = ()

    @property
    def changes_at(self) -> datetime | None:
        return min((row.alerted.changes_at for row in self.rows if row.alerted.changes_at), default=None)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def not_shown(self) -> int:
        return self.total - len(self.rows)


def board_version() -> int:
    """Grows with every change that a board would show."""
    return db.session.scalar(select(BoardVersion.version)) or 0


def board(viewer_id: str, now: datetime, *, whole: bool, sees_alarms: bool = False) -> Board:
    """The whole board, or only what is the viewer's own or offered to them."""
    mine = () if whole else (_own_or_offered(viewer_id),)
    rows = db.session.execute(
        select(
            *JOB,
            Lead.name,
            Lead.source,
            Lead.next_due_at,
            Lead.owner_id,
            Rep.name.label("whose"),
        )
        .join(Rep, Rep.id == Lead.accountable_id)
        .join(Team, Team.id == Lead.team_id)
        .where(IS_OPEN, *mine)
        .order_by(*PRESSING_FIRST)
        .limit(SHOWN)
    ).all()
    counts = db.session.execute(
        select(Lead.state, func.count().label("open")).where(IS_OPEN, *mine).group_by(Lead.state)
    ).all()
    reported = alerted([row.id for row in rows if row.state == LeadState.OFFERED], now) if whole else {}
    return Board(
        rows=tuple(_row(row, reported.get(row.id, _NOTHING), viewer_id, whole) for row in rows),
        counts={row.state: row.open for row in counts},
        alarms=_alarms() if sees_alarms else (),
    )


def _alarms() -> tuple[str, ...]:
    standing = select(Alarm.text, Alarm.said).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id.desc())
    return tuple(restored(row.said, row.text) for row in db.session.execute(standing.limit(ALARMS_SHOWN)))


def _own_or_offered(viewer_id: str) -> ColumnElement[bool]:
    offered = select(Offer.lead_id).where(Offer.rep_id == viewer_id, PENDING)
    return or_(Lead.accountable_id == viewer_id, Lead.id.in_(offered))


def _row(row: Row[*tuple[Any, ...]], reported: Alerted, viewer_id: str, whole: bool) -> BoardRow:
    # Before somebody has taken it, a rep sees the job and not the customer.
    sees_customer = whole or row.owner_id == viewer_id
    return BoardRow(
        id=row.id,
        state=row.state,
        urgent=row.urgent,
        trade=trade(row.service, row.team),
        place=place(row.city, row.postcode),
        name=excerpt(row.name, 60) if sees_customer else None,
        source=source_words(excerpt(row.source, 40) or ""),
        whose=row.whose,
        received_at=row.received_at,
        due_at=row.next_due_at if row.state != LeadState.CONTACTED else None,
        next_text=_next(row.state, row.whose),
        alerted=reported,
        can_take_over=whole and row.owner_id != viewer_id,
    )


def _next(state: LeadState, whose: str) -> str:
    match state:
        case LeadState.NEW:
            return said("Goes to a person")
        case LeadState.HELD:
            return said("Waits for opening")
        case LeadState.OFFERED:
            return said("{name} answers, or it moves on", name=whose)
        case LeadState.QUEUED:
            return said("Rings {name} again", name=whose)
        case LeadState.CLAIMED:
            return said("{name} speaks to the customer", name=whose)
        case _:
            return said("{name} says how it ended", name=whose)
