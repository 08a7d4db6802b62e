"""What operating needs to see: counts and times, never names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from leadapp.extensions import db
from leadapp.models import CallbackCount, Channel, Lead, Message, MessageState, Pulse
from leadapp.routing.values import LeadState

ALIVE_FOR = timedelta(seconds=15)
OFFER_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
CLAIM_BUCKETS = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
CONTACT_BUCKETS = (30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 14400.0, 86400.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many leads took at most each number of seconds; `count` of them were timed, together for `total` seconds."""

    buckets: tuple[tuple[float, int], ...]
    count: int
    total: float


def leads_by_state() -> dict[LeadState, int]:
    counted = db.session.execute(select(Lead.state, func.count()).group_by(Lead.state))
    return dict.fromkeys(LeadState, 0) | {state: count for state, count in counted}  # noqa: C416


def messages_by_channel_and_state() -> dict[tuple[Channel, MessageState], int]:
    kinds = (Message.channel, Message.state)
    return {
        (channel, state): count
        for channel, state, count in db.session.execute(select(*kinds, func.count()).group_by(*kinds))
    }


def callbacks_ignored() -> dict[str, int]:
    """The telephone provider's calls back that came to nothing, by why."""
    counted = {count.why: count.count for count in db.session.scalars(select(CallbackCount))}
    return {"forged": 0, "unknown": 0} | counted


def time_to_offer(since: datetime) -> Histogram:
    return _timed(Lead.routed_at, OFFER_BUCKETS, since)


def time_to_claim(since: datetime) -> Histogram:
    return _timed(Lead.claimed_at, CLAIM_BUCKETS, since)


def time_to_contact(since: datetime) -> Histogram:
    return _timed(Lead.contacted_at, CONTACT_BUCKETS, since)


def living_workers(now: datetime) -> int:
    """Workers whose clock has beaten within the last 15 seconds."""
    return db.session.scalar(select(func.count()).select_from(Pulse).where(*_living_clocks(now))) or 0


def clock_lag(now: datetime) -> float:
    """Seconds by which due leads are, or lately were, late: the sweepers' own word, and what the table says itself."""
    told = db.session.scalar(select(func.max(Pulse.lag_seconds)).where(*_living_clocks(now))) or 0.0
    oldest = db.session.scalar(select(func.min(Lead.next_due_at)))
    return max(told, (now - oldest).total_seconds() if oldest else 0.0, 0.0)


def _living_clocks(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Pulse.name.startswith("clock:"), Pulse.at > now - ALIVE_FOR


def _timed(moment: InstrumentedAttribute[Any], buckets: tuple[float, ...], since: datetime) -> Histogram:
    seconds = _seconds_between(Lead.stored_at, moment)
    within = [func.count().filter(seconds <= bound) for bound in buckets]
    row = db.session.execute(
        select(func.count(moment), func.sum(seconds), *within).where(Lead.received_at >= since)
    ).one()
    count, total, *counts = row
    return Histogram(tuple(zip(buckets, counts, strict=True)), count, float(total or 0))


def _seconds_between(start: InstrumentedAttribute[Any], end: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    if db.engine.dialect.name == "sqlite":
        return (func.julianday(end) - func.julianday(start)) * 86400.0
    return extract("epoch", end) - extract("epoch", start)
