"""The board: every open lead, most pressing clock first, and the version that says whether any of it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text

from leadapp.extensions import db
from leadapp.models import PENDING, Alarm, BoardVersion, Lead, Offer, Rep, Task, Team
from leadapp.queries.alerted import Alerted, alerted
from leadapp.queries.excerpts import excerpt, place, trade
from leadapp.queries.lists import mentions
from leadapp.routing.said import restored
from leadapp.routing.values import LeadState, TaskKind
from leadapp.words import source_words

SHOWN = 100
MOST_SHOWN = 1_000
ALARMS_SHOWN = 5

# Written out, because SQLite uses a partial index only for a condition it can read.
IS_OPEN = text("leads.state <> 'closed'")
OLDEST_FIRST = (Lead.received_at, Lead.id)
#: What waits for somebody comes before what is being talked about; of these urgent ones, then the nearest clock.
PRESSING_FIRST = (Lead.next_due_at.is_(None), Lead.urgent.desc(), Lead.next_due_at, Lead.id)

#: By when its owner has to call, or to call again.
CONTACT_CLOCK = (
    select(func.min(Task.due_at))
    .where(and_(Task.lead_id == Lead.id, Task.kind != TaskKind.ACCEPT, Task.done_at.is_(None)))
    .scalar_subquery()
)
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
    """One open lead. `due_at` is when something is to happen; `is_late`: a clock of it has run out; `alerted` is what
    the phones of whoever is asked have reported."""

    id: str
    state: LeadState
    urgent: bool
    trade: str
    team: str
    place: str
    name: str | None
    source: str
    whose: str
    received_at: datetime
    due_at: datetime | None
    is_late: bool
    alerted: Alerted
    can_take_over: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for on the board; nothing = everything. `late`: what nobody took, and what should have been
    called by now; `queued`: what nobody took, the oldest first. `q` is words, a name or a phone."""

    team_id: str | None = None
    urgent: bool = False
    mine: bool = False
    late: bool = False
    queued: bool = False
    q: str = ""
    shown: int = SHOWN

    @property
    def is_everything(self) -> bool:
        return self == Wanted(shown=self.shown)


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Board:
    """`alarms` are sentences about what has to be put right, for the owner. `counts` are of all that is open, `total`
    of what was looked for. `changes_at` is when time alone makes it say something else."""

    rows: tuple[BoardRow, ...]
    counts: Mapping[LeadState, int]
    total: int
    alarms: tuple[str, ...] = ()

    @property
    def changes_at(self) -> datetime | None:
        return min((row.alerted.changes_at for row in self.rows if row.alerted.changes_at), default=None)

    @property
    def not_shown(self) -> int:
        return self.total - len(self.rows)


def board_version() -> int:
    """Grows with every change that a board would show."""
    return db.session.scalar(select(BoardVersion.version)) or 0


def board(
    viewer_id: str, now: datetime, *, whole: bool, wanted: Wanted = EVERYTHING, sees_alarms: bool = False
) -> Board:
    """The whole board, or only what is the viewer's own or offered to them; of it what is `wanted`."""
    visible = () if whole else (_own_or_offered(viewer_id),)
    chosen = _chosen(wanted, viewer_id, now)
    found = db.session.execute(
        select(
            *JOB,
            Lead.name,
            Lead.source,
            Lead.next_due_at,
            Lead.owner_id,
            Rep.name.label("whose"),
            CONTACT_CLOCK.label("call_by"),
            func.count().over().label("total"),
        )
        .join(Rep, Rep.id == Lead.accountable_id)
        .join(Team, Team.id == Lead.team_id)
        .where(IS_OPEN, *visible, *chosen)
        .order_by(*(OLDEST_FIRST if wanted.queued else PRESSING_FIRST))
        .limit(wanted.shown)
    ).all()
    counts = db.session.execute(
        select(Lead.state, func.count().label("open")).where(IS_OPEN, *visible).group_by(Lead.state)
    ).all()
    reported = alerted([row.id for row in found if row.state == LeadState.OFFERED], now) if whole else {}
    return Board(
        rows=tuple(_row(row, reported.get(row.id, _NOTHING), viewer_id, whole, now) for row in found),
        counts={row.state: row.open for row in counts},
        total=found[0].total if found else 0,
        alarms=_alarms() if sees_alarms else (),
    )


def teams_in_use() -> list[tuple[str, str]]:
    """Id and name of every team, by name."""
    rows = db.session.execute(select(Team.id, Team.name).where(Team.retired_at.is_(None)).order_by(Team.name, Team.id))
    return [(team_id, name) for team_id, name in rows]


def _alarms() -> tuple[str, ...]:
    standing = select(Alarm.text, Alarm.said).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id.desc())
    return tuple(restored(row.said, row.text) for row in db.session.execute(standing.limit(ALARMS_SHOWN)))


def _own_or_offered(viewer_id: str) -> ColumnElement[bool]:
    offered = select(Offer.lead_id).where(Offer.rep_id == viewer_id, PENDING)
    return or_(Lead.accountable_id == viewer_id, Lead.id.in_(offered))


def _chosen(wanted: Wanted, viewer_id: str, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.team_id:
        yield Lead.team_id == wanted.team_id
    if wanted.urgent:
        yield Lead.urgent.is_(True)
    if wanted.mine:
        yield _own_or_offered(viewer_id)
    if wanted.late:
        yield or_(Lead.state == LeadState.QUEUED, and_(Lead.state == LeadState.CLAIMED, now >= CONTACT_CLOCK))
    if wanted.queued:
        yield Lead.state == LeadState.QUEUED
    if wanted.q:
        yield mentions(wanted.q)


def _row(row: Row[*tuple[Any, ...]], reported: Alerted, viewer_id: str, whole: bool, now: datetime) -> BoardRow:
    # Before somebody has taken it, a rep sees the job and not the customer.
    sees_customer = whole or row.owner_id == viewer_id
    is_claimed = row.state == LeadState.CLAIMED
    # Once it has run out, the next that happens by itself is a reminder: what counts is since when he is late.
    call_by = row.call_by if is_claimed else None
    return BoardRow(
        id=row.id,
        state=row.state,
        urgent=row.urgent,
        trade=trade(row.service, row.team),
        team=row.team,
        place=place(row.city, row.postcode),
        name=excerpt(row.name, 60) if sees_customer else None,
        source=source_words(excerpt(row.source, 40) or ""),
        whose=row.whose,
        received_at=row.received_at,
        due_at=call_by or row.next_due_at if row.state != LeadState.CONTACTED else None,
        is_late=row.state == LeadState.QUEUED or (call_by is not None and call_by <= now),
        alerted=reported,
        can_take_over=whole and row.owner_id != viewer_id,
    )
