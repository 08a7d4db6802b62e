"""The board as a wall shows it: initials instead of names, and nothing by which a customer could be found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadapp.queries.board import Board
from leadapp.routing.values import LeadState


@dataclass(frozen=True, slots=True)
class WallRow:
    """One open lead; `whose` and `who` are initials."""

    id: str
    state: LeadState
    urgent: bool
    trade: str
    who: str
    whose: str
    received_at: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """The most pressing leads; `counts` and `total` are of all that is open."""

    rows: tuple[WallRow, ...]
    counts: dict[LeadState, int]
    total: int

    @property
    def not_shown(self) -> int:
        return self.total - len(self.rows)


def wall(board: Board) -> Wall:
    rows = [
        WallRow(
            id=row.id,
            state=row.state,
            urgent=row.urgent,
            trade=row.team,
            who=initials(row.name),
            whose=initials(row.whose),
            received_at=row.received_at,
            due_at=row.due_at,
            is_late=row.is_late,
        )
        for row in board.rows
    ]
    return Wall(tuple(rows), dict(board.counts), board.total)


def initials(name: str | None) -> str:
    """Of the first and the last word: "Sam de la Rivera" is S. R."""
    words = [word for word in (name or "").split() if word[0].isalpha()]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return " ".join(f"{word[0].upper()}." for word in ends)
