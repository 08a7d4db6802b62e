"""What presence and shifts bring about, declared or by themselves: offers move on, and who is back gets what waits.

`reps.next_change_at` says when to look at a rep again. The clock sweeps it, and whatever frees him sets it to now, so
that nothing is lost if the process dies before it has followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from leadapp.extensions import db
from leadapp.facts import HOME_ZONE, rep_facts
from leadapp.models import AlarmKind, Lead, Rep, Team
from leadapp.routing.eligibility import is_away, next_change, presence_at
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState, Presence
from leadapp.transaction import board_changed, transaction
from leadapp.workflow.absences import show_absence
from leadapp.workflow.alarms import clear_alarms
from leadapp.workflow.coming_back import offer_waiting
from leadapp.workflow.errors import NotFound
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.leaving import let_go_of_waiting, let_others_answer, lock_leads_before, withdraw_offers
from leadapp.workflow.locks import lock_lead, lock_rep, lock_routing
from leadapp.workflow.ownership import put_back
from leadapp.workflow.turns import come_back

#: A rep who could not be followed is tried again after this long.
_AGAIN = timedelta(seconds=30)


def next_change_at() -> datetime | None:
    """When the next rep's presence or shift changes; the clock need not look before."""
    return db.session.scalar(select(func.min(Rep.next_change_at)))


def find_due_reps(now: datetime, limit: int) -> list[str]:
    """Reps whose presence or shift has changed by itself, the longest due first."""
    due = select(Rep.id).where(Rep.next_change_at <= now).order_by(Rep.next_change_at, Rep.id).limit(limit)
    return list(db.session.scalars(due))


def follow_rep(rep_id: str, now: datetime, *, actor_id: str | None = None) -> int:
    """Does what the rep's presence and shift ask for, if that is due at `now`; early, late and repeated calls are
    harmless. Answers how many offers moved on.

    An absence that is over ends, and he joins his rotations again. While he is away nothing is left before him; when
    he has left for good, nothing that he had taken either. When he is there he is offered the lead of the queue that
    has waited longest. Raises NotFound.
    """
    due_at = _begin(rep_id, now)
    if due_at is None:
        return 0
    moved = _move_on(rep_id, now, actor_id)
    offer_waiting(rep_id, now)
    _plan(rep_id, due_at, now)
    return moved


def put_off(rep_id: str, now: datetime) -> None:
    """The rep could not be followed: others come first now."""
    with transaction():
        locked_rep(rep_id).next_change_at = now + _AGAIN


def locked_rep(rep_id: str, *, leaves: bool = False) -> Rep:
    """The rep as he is now, held until the transaction ends. Raises NotFound."""
    rep = lock_rep(rep_id, leaves=leaves)
    if rep is None:
        raise NotFound("rep")
    return rep


def _begin(rep_id: str, now: datetime) -> datetime | None:
    """Since when this has been due, if it is. When it returns, every decision that took the rep for there is stored."""
    with transaction():
        rep = locked_rep(rep_id)
        if rep.next_change_at is None or rep.next_change_at > now:
            return None
        if rep.presence is not Presence.AVAILABLE and rep.presence_until and rep.presence_until <= now:
            was_out = rep.presence is Presence.OUT
            show_absence(rep, now)
            if was_out:
                come_back(rep.id)
        board_changed()
        lock_routing()
        return rep.next_change_at


def _move_on(rep_id: str, now: datetime, actor_id: str | None) -> int:
    with transaction():
        rep = db.session.get_one(Rep, rep_id, populate_existing=True)
        why = _why_away(rep, now)
        if why is None:
            if db.session.scalar(select(Team.id).where(Team.fallback_id == rep.id).limit(1)):
                clear_alarms(AlarmKind.LAST_RESORT, now=now)
            return 0
        lock_leads_before(rep)
        moving = withdraw_offers(rep, why, now, actor_id)
        waiting: Sequence[str] = ()
        if is_away(rep_facts(rep, 0, ""), now):  # a fallback on a job is rung all the same
            waiting = let_go_of_waiting(rep, now)
            let_others_answer(rep, why, now)
    for lead_id in (*moving, *waiting):
        advance_lead(lead_id, now)
    if not rep.active:
        _hand_back_all(rep, now, actor_id)
    return len(moving)


def _why_away(rep: Rep, now: datetime) -> Said | None:
    if not rep.active:
        return said("left the company")
    match presence_at(rep_facts(rep, 0, ""), now):
        case Presence.OUT:
            return said("is out of office")
        case Presence.BUSY:
            return said("is on a job")
        case Presence.AVAILABLE:
            return None


def _hand_back_all(rep: Rep, now: datetime, actor_id: str | None) -> None:
    for lead_id in db.session.scalars(owned_by(rep.id)).all():
        with transaction():
            lead = lock_lead(lead_id)
            if lead and lead.owner_id == rep.id and lead.state is not LeadState.CLOSED:
                put_back(lead, said("{name} left the company.", name=rep.name), now, actor_id)


def owned_by(rep_id: str) -> Select[str]:
    """Ids of the open leads that the rep has taken, oldest first."""
    # An owner is accountable; that column has the index.
    his = select(Lead.id).where(Lead.accountable_id == rep_id, Lead.owner_id == rep_id)
    return his.where(Lead.state != LeadState.CLOSED).order_by(Lead.id)


def _plan(rep_id: str, due_at: datetime, now: datetime) -> None:
    """Looks again at the next change, unless something else has become due meanwhile."""
    with transaction():
        rep = locked_rep(rep_id)
        if rep.next_change_at == due_at:
            home_zone = db.session.scalar(select(HOME_ZONE).where(Rep.id == rep_id)) or "UTC"
            rep.next_change_at = next_change(rep_facts(rep, 0, home_zone), now)
