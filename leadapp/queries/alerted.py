"""What phones have reported of the alerts about offers that wait for an answer, in words for the office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from leadapp.extensions import db
from leadapp.models import PENDING, Channel, Message, Offer, Rep
from leadapp.routing.said import said

_Asked = Row[*tuple[Any, ...]]

#: A phone that has power and signal shows an alert in a second or two.
_LATE_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Alerted:
    """`text` is empty as long as there is nothing to say; `is_late`: a phone should have shown it by now. It says
    something else at `changes_at` if nothing is heard until then."""

    text: str = ""
    is_late: bool = False
    changes_at: datetime | None = None


def alerted(lead_ids: Collection[str], now: datetime) -> dict[str, Alerted]:
    """By lead, for those of which somebody with a device has been offered them; one statement, however many."""
    if not lead_ids:
        return {}
    asked: dict[str, list[_Asked]] = defaultdict(list)
    pushed = (Offer.lead_id.in_(lead_ids), PENDING, Message.channel == Channel.PUSH)
    for row in db.session.execute(
        select(
            Offer.lead_id,
            Rep.name,
            func.min(Message.created_at).label("rung_at"),
            func.max(Message.shown_at).label("shown_at"),
            func.max(Message.opened_at).label("opened_at"),
        )
        .join(Message, Message.offer_id == Offer.id)
        .join(Rep, Rep.id == Offer.rep_id)
        .where(*pushed)
        .group_by(Offer.id, Offer.lead_id, Rep.name)
        .order_by(Offer.id)
    ):
        asked[row.lead_id].append(row)
    return {lead_id: _say(rows, now) for lead_id, rows in asked.items()}


def _say(rows: list[_Asked], now: datetime) -> Alerted:
    not_shown = [row for row in rows if row.shown_at is None]
    late = [row for row in not_shown if row.rung_at + _LATE_AFTER <= now]
    changes_at = min((row.rung_at + _LATE_AFTER for row in not_shown if row not in late), default=None)
    return Alerted(_words(rows, late), is_late=bool(late), changes_at=changes_at)


def _words(rows: list[_Asked], late: list[_Asked]) -> str:
    if len(rows) > 1:  # everybody was asked: the first one to answer gets it, so who it is does not matter
        shown_count = sum(row.shown_at is not None for row in rows)
        shown = said("Shown to {shown} of {asked} who were asked", shown=shown_count, asked=len(rows))
        return shown if shown_count or late else ""
    [row] = rows
    if row.opened_at:
        return said("{name} has opened it", name=row.name)
    if row.shown_at:
        return said("{name}'s phone has shown it", name=row.name)
    return said("{name}'s phone has not shown it", name=row.name) if late else ""
