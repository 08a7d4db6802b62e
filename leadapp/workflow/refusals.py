"""Providers that have something against our account: whatever the number or address, nothing leaves by that channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, text

from leadapp import reach_wording
from leadapp.extensions import db
from leadapp.models import Alarm, AlarmKind, Channel, Message, Rep
from leadapp.transaction import end_reads, transaction
from leadapp.workflow.alarms import clear_alarms, note_alarm
from leadapp.workflow.alerts import alert_reach
from leadapp.workflow.locks import lock_routing

_STEADY_FOR = timedelta(hours=1)


def review_providers(now: datetime) -> None:
    """While a provider of texts, calls or mail refuses us an alarm stands, one a channel, and the owners are told once.
    It is over when something went through by that channel again."""
    end_reads()
    refusals, standing = _refusals(now), _standing()
    if refusals == standing:
        return
    with transaction():
        lock_routing()
        refusals, standing = _refusals(now), _standing()
        for channel in sorted(standing.keys() - refusals.keys()):
            clear_alarms(AlarmKind.PROVIDER_REFUSED, now=now, about=channel)
        for channel, words in sorted(refusals.items() - standing.items()):
            _sound(Channel(channel), words, now)


def _sound(channel: Channel, words: str, now: datetime) -> None:
    if not note_alarm(AlarmKind.PROVIDER_REFUSED, channel, words, now):
        return  # the reason is another one by now, and the alarm says so
    title = reach_wording.PROVIDER_REFUSED_TITLES[channel]
    for owner in db.session.scalars(select(Rep).where(Rep.active).order_by(Rep.id)):
        if owner.has_role("owner"):
            alert_reach(title, words, f"alarm:{AlarmKind.PROVIDER_REFUSED}:{channel}", owner, now)


def _refusals(now: datetime) -> dict[str, str]:
    """What is held against us, by channel: the last refusal in words, unless something has gone through since."""
    # Written out: SQLite uses a partial index only for the very condition that it was made with.
    latest = select(func.max(Message.id)).where(text("refused")).group_by(Message.channel)
    refused = db.session.scalars(select(Message).where(Message.id.in_(latest))).all()
    standing = (message for message in refused if not _went_through_since(message, now))
    return {
        message.channel.value: reach_wording.provider_refused(message.channel, message.error or "")
        for message in standing
    }


def _went_through_since(refused: Message, now: datetime) -> bool:
    """What was taken and then not delivered is made up for only by what has arrived, and not at once: carriers deliver
    one and hold back the next, and the owners would be told every time."""
    was_taken = refused.sent_at is not None
    if was_taken and now - refused.created_at < _STEADY_FOR:
        return False
    went = Message.shown_at if was_taken else Message.sent_at
    since = (Message.channel == refused.channel) & (Message.id > refused.id) & went.is_not(None)
    return bool(db.session.scalar(select(exists().where(since))))


def _standing() -> dict[str, str]:
    standing = (Alarm.kind == AlarmKind.PROVIDER_REFUSED) & Alarm.cleared_at.is_(None)
    return {alarm.subject: alarm.text for alarm in db.session.scalars(select(Alarm).where(standing))}
