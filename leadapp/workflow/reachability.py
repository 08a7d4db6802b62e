"""The guard against dead phones: who can be reached follows from what came of the messages to him, and whoever can not
is told of before a lead is lost on him."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from leadapp import reach_wording
from leadapp.extensions import db
from leadapp.models import Alarm, AlarmKind, Message, MessageState, OptOut, PushSubscription, Rep, VapidKey
from leadapp.reach_facts import channels_of, was_missed
from leadapp.routing.reach import examine, is_reachable
from leadapp.transaction import board_changed, end_reads, transaction
from leadapp.workflow.alarms import clear_alarms, note_alarm
from leadapp.workflow.alerts import alert_reach
from leadapp.workflow.configuration.lookup import reps_with_role
from leadapp.workflow.locks import lock_rep, lock_routing

log = logging.getLogger(__name__)

#: The clock looks every few seconds; what came of messages that ended longer ago is found by the look at everybody.
_A_WHILE = timedelta(minutes=2)
#: A phone is seen whenever the app is opened on it. One that nobody opens any more keeps no alarm alive for ever.
_FORGOTTEN_AFTER = timedelta(days=30)


def find_changed(now: datetime, *, everybody: bool = False) -> list[str]:
    """Active reps who have become reachable, or are no longer. Looks at those about whom something has been learned of
    late, or at everybody."""
    end_reads()
    asked = select(Rep).where(Rep.active).order_by(Rep.id)
    reps = db.session.scalars(asked if everybody else asked.where(_is_worth_a_look(now))).all()
    channels = channels_of(reps, now)
    return [rep.id for rep in reps if is_reachable(channels[rep.id], now) != rep.reachable]


def review_rep(rep_id: str, now: datetime) -> None:
    """Works out anew whether the rep can be reached. When that has changed, it is stored, and while he cannot be an
    alarm stands: he, the office and the owners are told once. When he can be again, what waits is offered to him.

    Called for nothing, twice or for somebody who has left, it changes nothing.
    """
    end_reads()
    rep = db.session.get(Rep, rep_id, populate_existing=True)
    if rep is None or _is_as_stored(rep, now):
        return
    with transaction():
        locked = lock_rep(rep_id)
        if locked is None or _is_as_stored(locked, now):
            return
        locked.reachable = not locked.reachable
        db.session.flush()  # the rep before routing
        lock_routing()
        board_changed()
        log.info("rep_%s rep=%s", "reachable" if locked.reachable else "unreachable", rep_id)
        if locked.reachable:
            locked.next_change_at = now  # as for whoever is back, the clock follows
            clear_alarms(AlarmKind.REP_UNREACHABLE, now=now, about=rep_id)
        else:
            _sound(locked, now)


def hear_from(rep_id: str | None, now: datetime) -> None:
    """A device of the rep has reported: good news, that only matters while he counts as unreachable."""
    if rep_id and db.session.scalar(select(Rep.reachable).where(Rep.id == rep_id)) is False:
        review_rep(rep_id, now)


def review_keys(now: datetime) -> None:
    """While a push service refuses what is signed with one of our keys an alarm stands, one a key, and the owners are
    told once. It is over when no phone is left that was refused: its next push was taken, it has another key or, the
    key being retired, will have, or nobody has opened the app on it for a month."""
    end_reads()
    refused, standing = _refused_keys(now), _standing_keys()
    if refused == standing:
        return
    with transaction():
        lock_routing()
        refused, standing = _refused_keys(now), _standing_keys()
        for key_id in sorted(standing - refused):
            clear_alarms(AlarmKind.PUSH_REFUSED, now=now, about=key_id)
        for key_id in sorted(refused - standing):
            note_alarm(AlarmKind.PUSH_REFUSED, key_id, reach_wording.PUSH_REFUSED, now)
            for owner in reps_with_role("owner"):
                cause = f"alarm:{AlarmKind.PUSH_REFUSED}:{key_id}"
                alert_reach(reach_wording.PUSH_REFUSED_TITLE, reach_wording.PUSH_REFUSED, cause, owner, now)


def _is_as_stored(rep: Rep, now: datetime) -> bool:
    return not rep.active or is_reachable(channels_of([rep], now)[rep.id], now) == rep.reachable


def _sound(rep: Rep, now: datetime) -> None:
    states = examine(channels_of([rep], now)[rep.id], now)
    text, cause = reach_wording.unreachable(rep.name, states), f"alarm:{AlarmKind.REP_UNREACHABLE}:{rep.id}"
    if not note_alarm(AlarmKind.REP_UNREACHABLE, rep.id, text, now):
        return
    # A phone that is turned on within the day shows it, and by its receipt the rep is reachable again.
    alert_reach(reach_wording.YOU_TITLE, reach_wording.you_are_unreachable(states), cause, rep, now, navigate="/me")
    for other in reps_with_role("owner", "office"):
        if other.id != rep.id:
            alert_reach(reach_wording.unreachable_title(rep.name), text, cause, other, now)


def _is_worth_a_look(now: datetime) -> ColumnElement[bool]:
    of_late = Message.rep_id.is_not(None) & Message.shown_at.is_(None) & (Message.expires_at > now - _A_WHILE)
    failed = (Message.state == MessageState.FAILED) | was_missed(now)
    learned = select(Message.rep_id).where(of_late, failed)
    opted_out = select(OptOut.phone)
    return or_(~Rep.reachable, Rep.id.in_(learned), Rep.phone.in_(opted_out))


def _refused_keys(now: datetime) -> set[str]:
    """Keys of phones that would ring if their push service took our pushes."""
    refused = PushSubscription.refused_at.is_not(None) & PushSubscription.removed_at.is_(None)
    in_use = (PushSubscription.seen_at > now - _FORGOTTEN_AFTER) & VapidKey.retired_at.is_(None)
    asked = select(PushSubscription.key_id).join(Rep, Rep.id == PushSubscription.rep_id)
    asked = asked.join(VapidKey, VapidKey.id == PushSubscription.key_id).where(refused, in_use, Rep.active)
    return set(db.session.scalars(asked.distinct()))


def _standing_keys() -> set[str]:
    standing = (Alarm.kind == AlarmKind.PUSH_REFUSED) & Alarm.cleared_at.is_(None)
    return set(db.session.scalars(select(Alarm.subject).where(standing)))
