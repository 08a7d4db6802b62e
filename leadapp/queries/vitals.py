"""What a process sees of the machine: how late it is, who works, whether Redis answers, what does not leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from leadapp.extensions import db
from leadapp.ids import earliest_id
from leadapp.machine.illness import COUNTED_FOR, Sends, Vitals
from leadapp.models import Channel, Message, MessageState, PushSubscription
from leadapp.queries.health import redis_error
from leadapp.queries.operations import clock_lag, living_workers

_LONGEST_LIFE = timedelta(days=1)  # of a message: nothing that was written earlier leaves now
_FEWEST_TRIES = 2  # one that is tried a second time is no sign of anything yet
_TAKEN_AT_ONCE = (MessageState.PENDING, MessageState.SENDING)

#: The phone has left, or its push service refuses us: the one is no illness, the other has an alarm of its own.
_DEVICE_IS_OUT = (
    select(PushSubscription.id)
    .where(PushSubscription.id == Message.subscription_id)
    .where(PushSubscription.removed_at.is_not(None) | PushSubscription.refused_at.is_not(None))
    .exists()
)
# A call that was taken and then failed was not picked up.
_WAS_NOT_PICKED_UP = (Message.channel == Channel.CALL) & Message.sent_at.is_not(None)
_IS_OUR_FAULT = ~Message.nobody_there & ~_DEVICE_IS_OUT & ~_WAS_NOT_PICKED_UP
_FAILS = or_(
    Message.state == MessageState.FAILED,
    Message.state.in_(_TAKEN_AT_ONCE) & (Message.attempts >= _FEWEST_TRIES) & Message.error.is_not(None),
)


def read_vitals(now: datetime, *, also: Collection[Channel] = ()) -> Vitals:
    """A handful of small reads. What went out is counted of channels on which something fails, and of those in `also`:
    nobody asks it of the others."""
    return Vitals(
        lag=timedelta(seconds=clock_lag(now)),
        living_workers=living_workers(now),
        redis_answers=redis_error() is None,
        sends=count_sends(now, also=also),
    )


def count_sends(now: datetime, *, also: Collection[Channel] = ()) -> dict[Channel, Sends]:
    """What failed and what went out lately, by channel."""
    since = now - COUNTED_FOR
    counted = (
        select(Message.channel, func.count().label("failing"), func.max(Message.id).label("newest"))
        .where(Message.failed_at > since, _FAILS, _IS_OUR_FAULT)
        .group_by(Message.channel)
    )
    rows = db.session.execute(counted).all()
    found = db.session.scalars(select(Message).where(Message.id.in_(row.newest for row in rows))) if rows else ()
    errors = {message.channel: message.why for message in found}
    failing = {row.channel: Sends(row.failing, error=errors[row.channel]) for row in rows}
    asked = failing.keys() | set(also)
    went_out = _went_out(since, asked) if asked else Counter[Channel]()
    return {channel: replace(failing.get(channel, Sends()), went_out=went_out[channel]) for channel in asked}


def _went_out(since: datetime, channels: Collection[Channel]) -> Counter[Channel]:
    sent = (Message.sent_at > since) & (Message.state != MessageState.FAILED) & Message.channel.in_(channels)
    of_late = Message.id >= earliest_id(_LONGEST_LIFE)
    counted = select(Message.channel, func.count().label("went_out")).where(of_late, sent).group_by(Message.channel)
    return Counter({row.channel: row.went_out for row in db.session.execute(counted)})
