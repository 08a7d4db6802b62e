"""What is done about an ill machine: its incidents are alarms, and the last resort is told when one begins and when it
is over, by everything that may still work."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Row, or_, select, update

from leadapp.extensions import db
from leadapp.machine import wording
from leadapp.machine.illness import Illness, Kind, Limits, Vitals
from leadapp.machine.incidents import View, next_steps
from leadapp.machine.wording import Words
from leadapp.models import Alarm, AlarmKind, Business, Channel, Message, MessageState, Rep
from leadapp.over_wording import CLEARED
from leadapp.routing.covers import last_resorts
from leadapp.routing.said import as_json
from leadapp.transaction import end_reads, transaction
from leadapp.wording import offer_mail
from leadapp.workflow.alarms import clear_alarms, note_alarm
from leadapp.workflow.locks import lock_routing
from leadapp.workflow.ringing import write
from leadapp.workflow.roster import Roster, read_roster

log = logging.getLogger(__name__)

_Incident = Row[str, AlarmKind, str, datetime, datetime]
_ALARM_KINDS = [AlarmKind(kind.value) for kind in Kind]
_LIFE = timedelta(days=1)  # whoever hears of it late still learns that leads were late
_PAGE = "/board"

_INCIDENTS = select(Alarm.id, Alarm.kind, Alarm.subject, Alarm.raised_at, Alarm.last_at).where(
    Alarm.kind.in_(_ALARM_KINDS)
)
_STANDING = _INCIDENTS.where(Alarm.cleared_at.is_(None))


class Address(NamedTuple):
    """Where somebody is told; `to` of a push is the device."""

    rep_id: str
    channel: Channel
    to: str


def find_standing() -> dict[Illness, datetime]:
    """The incidents of now, each with the moment when somebody saw it last."""
    end_reads()
    return {illness: row.last_at for illness, row in _standing().items()}


def follow(view: View, vitals: Vitals, known: dict[Illness, datetime], limits: Limits, now: datetime) -> None:
    """Begins, carries on and ends incidents as this view asks for; `known` are those that stood when it was made.

    What stands is asked again under the routing lock, so that one incident is told of once, and its end too, however
    many processes look. Where nothing is to be done nothing is written. Until a business is set up nobody can be told.
    """
    if not next_steps(known, view, limits):
        return
    with transaction():
        lock_routing()
        if db.session.scalar(select(Business.id)) is None:
            return
        standing = _standing()
        steps = next_steps({illness: row.last_at for illness, row in standing.items()}, view, limits)
        for illness in steps.go_on:
            db.session.execute(update(Alarm).where(Alarm.id == standing[illness].id).values(last_at=now))
        for illness in steps.end:
            _end(illness, standing[illness].raised_at, now)
        if steps.begin:
            _begin(steps.begin, vitals, _ill_channels((*standing, *steps.begin)), now)


def find_unsent(now: datetime, *, late_by: timedelta) -> list[str]:
    """Ids of messages about incidents that should have left so long ago and that nobody is sending. Reads only."""
    end_reads()
    of_late = or_(Alarm.cleared_at.is_(None), Alarm.cleared_at > now - _LIFE)
    rows = db.session.execute(_INCIDENTS.where(of_late))
    causes = [cause(_illness(row), row.raised_at) for row in rows for cause in (_cause, _cause_of_end)]
    if not causes:
        return []
    waits = Message.state.in_((MessageState.PENDING, MessageState.SENDING)) & (Message.due_at <= now - late_by)
    is_free = or_(Message.leased_until.is_(None), Message.leased_until <= now)
    asked = select(Message.id).where(Message.cause.in_(causes), waits, is_free).order_by(Message.id)
    return list(db.session.scalars(asked))


def _begin(illnesses: Sequence[Illness], vitals: Vitals, ill: Collection[Channel], now: datetime) -> None:
    roster = read_roster()
    addresses = _addresses_of_last_resort(roster, ill, now)
    for illness in illnesses:
        words = wording.told(illness, vitals)
        if note_alarm(AlarmKind(illness.kind.value), illness.subject, words.text, now):
            log.critical("machine_ill kind=%s subject=%s told=%d", illness.kind, illness.subject, len(addresses))
            for address in addresses:
                _tell(address, _cause(illness, now), words, illness, now)


def _end(illness: Illness, began_at: datetime, now: datetime) -> None:
    """All clear, to exactly those who were told; what has not left by now is not sent any more."""
    cause = _cause(illness, began_at)
    clear_alarms(AlarmKind(illness.kind.value), now=now, about=illness.subject)
    log.warning("machine_well kind=%s subject=%s", illness.kind, illness.subject)
    waits = (Message.cause == cause) & (Message.state == MessageState.PENDING)
    dropped = {"state": MessageState.DROPPED, "error": CLEARED, "error_said": as_json(CLEARED)}
    db.session.execute(update(Message).where(waits).values(**dropped))
    is_sent = (Message.cause == cause) & (Message.state == MessageState.SENDING)
    db.session.execute(update(Message).where(is_sent).values(expires_at=now))  # this try is the last
    told = select(Message.rep_id, Message.channel, Message.to).where(Message.cause == cause).order_by(Message.id)
    words = wording.over(illness, began_at, now)
    for row in db.session.execute(told).all():
        _tell(Address(row.rep_id or "", row.channel, row.to), _cause_of_end(illness, began_at), words, illness, now)


def _addresses_of_last_resort(roster: Roster, ill: Collection[Channel], now: datetime) -> list[Address]:
    """Everything the last resort has, except what is known not to work while there is anything else. Whoever cannot be
    reached, or has nothing, is left out while there is somebody who can."""
    fallback = roster.rep_facts.get(roster.business.fallback_id)
    asked = last_resorts(roster.rep_facts, now, named=[fallback] if fallback else [])
    asked.sort(key=lambda rep: not rep.reachable)
    everything = next(filter(None, (_addresses_of(rep.id, roster) for rep in asked)), [])
    return [address for address in everything if address.channel not in ill] or everything


def _addresses_of(rep_id: str, roster: Roster) -> list[Address]:
    rep = roster.reps[rep_id]
    pushes = [Address(rep_id, Channel.PUSH, device_id) for device_id in roster.devices.get(rep_id, ())]
    others = ((Channel.SMS, rep.phone), (Channel.EMAIL, rep.email))
    return pushes + [Address(rep_id, channel, to) for channel, to in others if to]


def _tell(address: Address, cause: str, words: Words, illness: Illness, now: datetime) -> None:
    """At once and by each channel, without a ladder: nobody knows which of them still works."""
    link = f"{current_app.config['LEADAPP'].base_url}{_PAGE}"
    columns: dict[str, Any] = {"rep_id": address.rep_id, "expires_at": now + _LIFE, "data": {"title": words.title}}
    columns["language"] = db.session.scalar(select(Rep.language).where(Rep.id == address.rep_id))
    body: str
    match address.channel:
        case Channel.PUSH:
            body, columns["subscription_id"] = words.text, address.to
            columns["data"] |= {"navigate": _PAGE, "tag": f"alarm:{illness.kind}:{illness.subject}"}
        case Channel.SMS:
            body = wording.text_message(words, link)
        case _:
            body = offer_mail(words.title, words.text, link)
    write(address.channel, address.to, cause, body, now, **columns)


def _standing() -> dict[Illness, _Incident]:
    return {_illness(row): row for row in db.session.execute(_STANDING)}


def _illness(row: _Incident) -> Illness:
    return Illness(Kind(row.kind.value), row.subject)


def _ill_channels(illnesses: Collection[Illness]) -> set[Channel]:
    return {Channel(illness.subject) for illness in illnesses if illness.kind is Kind.SENDS_FAIL}


def _cause(illness: Illness, began_at: datetime) -> str:
    return f"alarm:{illness.kind}:{illness.subject}:{began_at:%Y%m%dT%H%M%S%f}"


def _cause_of_end(illness: Illness, began_at: datetime) -> str:
    return f"over:{illness.kind}:{illness.subject}:{began_at:%Y%m%dT%H%M%S%f}"
