"""What is known of the ways to people, out of the rows that messages leave: devices, receipts, numbers, addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from leadapp.extensions import db
from leadapp.models import Message, OptOut, PushSubscription, Rep
from leadapp.routing.reach import Address, Channels, Device

_LATER = aliased(Message)


def channels_of(reps: Sequence[Rep], now: datetime) -> dict[str, Channels]:
    """The channels of each of these reps, by id, in a handful of statements however many there are."""
    rep_ids = [rep.id for rep in reps]
    devices = defaultdict(list)
    for row in db.session.execute(_devices(rep_ids, now)):
        devices[row.rep_id].append(_device(row))
    phones = [rep.phone for rep in reps if rep.phone]
    opted_out = set(db.session.scalars(select(OptOut.phone).where(OptOut.phone.in_(phones))))
    dead = {(row.rep_id, row.to) for row in db.session.execute(_dead(rep_ids))}

    def address(rep: Rep, to: str | None) -> Address | None:
        return Address(refused=(rep.id, to) in dead, opted_out=to in opted_out) if to else None

    return {
        rep.id: Channels(tuple(devices[rep.id]), phone=address(rep, rep.phone), email=address(rep, rep.email))
        for rep in reps
    }


def was_missed(now: datetime) -> ColumnElement[bool]:
    """A push that its service took, and no device had shown when its life was over."""
    return (
        Message.subscription_id.is_not(None)
        & Message.sent_at.is_not(None)
        & Message.shown_at.is_(None)
        & (Message.expires_at <= now)
    )


def _devices(rep_ids: Sequence[str], now: datetime) -> Select[Any]:
    of_them = select(PushSubscription.id).where(PushSubscription.rep_id.in_(rep_ids))
    shown = (
        select(Message.subscription_id, func.max(Message.shown_at).label("at"))
        .where(Message.subscription_id.in_(of_them), Message.shown_at.is_not(None))
        .group_by(Message.subscription_id)
        .subquery()
    )
    # Only what was sent after the last receipt: what lies before it was made up for by it.
    missed = (
        select(Message.subscription_id, func.count().label("count"), func.min(Message.sent_at).label("since"))
        .outerjoin(shown, shown.c.subscription_id == Message.subscription_id)
        .where(Message.subscription_id.in_(of_them), was_missed(now))
        .where(shown.c.at.is_(None) | (Message.sent_at > shown.c.at))
        .group_by(Message.subscription_id)
        .subquery()
    )
    return (
        select(
            PushSubscription.rep_id,
            PushSubscription.refused_at,
            PushSubscription.removed_at,
            shown.c.at.label("shown_at"),
            missed.c.count.label("missed"),
            missed.c.since.label("missed_since"),
        )
        .outerjoin(shown, shown.c.subscription_id == PushSubscription.id)
        .outerjoin(missed, missed.c.subscription_id == PushSubscription.id)
        .where(PushSubscription.rep_id.in_(rep_ids))
        .order_by(PushSubscription.id)
    )


def _device(row: Row[Any]) -> Device:
    return Device(
        shown_at=row.shown_at,
        missed=row.missed or 0,
        missed_since=row.missed_since,
        refused=row.refused_at is not None,
        gone=row.removed_at is not None,
    )


def _dead(rep_ids: Sequence[str]) -> Select[str | None, str]:
    """Numbers and addresses at which nobody was reached, and nothing was taken for them since."""
    since = exists().where(
        _LATER.rep_id == Message.rep_id, _LATER.to == Message.to, _LATER.id > Message.id, _LATER.sent_at.is_not(None)
    )
    return select(Message.rep_id, Message.to).where(Message.rep_id.in_(rep_ids), Message.nobody_there, ~since)
