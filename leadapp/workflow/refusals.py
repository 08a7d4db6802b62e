"""Providers that have something against our account: whatever the number or address, nothing leaves by that channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, text

from leadapp import reach_wording
from leadapp.extensions import db
from leadapp.ids import earliest_id
from leadapp.models import Alarm, AlarmKind, Channel, Message
from leadapp.transaction import end_reads, transaction
from leadapp.workflow.alarms import clear_alarms, note_alarm
from leadapp.workflow.alerts import alert_reach
from leadapp.workflow.configuration.lookup import reps_with_role
from leadapp.workflow.locks import lock_routing

_REMEMBERED_FOR = timedelta(days=7)  # what was refused longer ago says nothing of the account as it is now
_COUNTED_FOR = timedelta(days=1)


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
    for owner in reps_with_role("owner"):
        alert_reach(title, words, f"alarm:{AlarmKind.PROVIDER_REFUSED}:{channel}", owner, now)


def _refusals(now: datetime) -> dict[str, str]:
    """What is held against us, by channel, in words: the last refusal of late, unless it is made up for since."""
    # Written out: SQLite uses a partial index only for the very condition that it was made with.
    latest = (
        select(func.max(Message.id)).where(text("refused"), *_within(_REMEMBERED_FOR, now)).group_by(Message.channel)
    )
    refused = db.session.scalars(select(Message).where(Message.id.in_(latest))).all()
    standing = (each for each in refused if not (_is_rare(each, now) if each.sent_at else _went_out_since(each)))
    return {
        message.channel.value: reach_wording.provider_refused(message.channel, message.why or "")
        for message in standing
    }


def _went_out_since(refused: Message) -> bool:
    """Whether the provider has taken another one since it took none."""
    since = (Message.channel == refused.channel) & (Message.id > refused.id) & Message.sent_at.is_not(None)
    return bool(db.session.scalar(select(exists().where(since))))


def _is_rare(refused: Message, now: datetime) -> bool:
    """Of what was taken and then held back by the carriers: whether more arrives than that, within a day. Carriers hold
    one back and deliver the next, and the owners would be told every time."""
    held_back = Message.refused & Message.sent_at.is_not(None)
    counts = select(func.count().filter(held_back), func.count().filter(Message.shown_at.is_not(None)))
    of_late = (Message.channel == refused.channel, *_within(_COUNTED_FOR, now))
    refusals, arrivals = db.session.execute(counts.where(*of_late)).one()
    return bool(arrivals > refusals or not refusals)


def _within(span: timedelta, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Messages written within this time; by their ids, so that a look costs no more in a year than today."""
    return Message.id >= earliest_id(span), Message.created_at > now - span


def _standing() -> dict[str, str]:
    standing = (Alarm.kind == AlarmKind.PROVIDER_REFUSED) & Alarm.cleared_at.is_(None)
    return {alarm.subject: alarm.text for alarm in db.session.scalars(select(Alarm).where(standing))}
