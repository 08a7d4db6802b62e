"""Presence and leaving: what people say about themselves, and what it does to the leads before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from leadapp.extensions import db
from leadapp.models import PENDING, EventKind, Lead, Offer, Rep, Team
from leadapp.routing.values import LeadState, OfferOutcome, Presence
from leadapp.transaction import board_changed, transaction, wake_later
from leadapp.workflow.errors import Invalid, NotFound
from leadapp.workflow.escalation import advance_lead, fallback_now
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.offers import end_offers, is_offered
from leadapp.workflow.ownership import put_back
from leadapp.workflow.roster import read_roster
from leadapp.workflow.timeline import record
from leadapp.workflow.turns import come_back


@dataclass(frozen=True, slots=True)
class PresenceChange:
    """`offers_moved` went on to somebody else at once; `still_claimed` are open leads left to hand over."""

    offers_moved: int
    still_claimed: int


def set_presence(
    rep_id: str, *, state: str, now: datetime, until: datetime | None = None, start: datetime | None = None,
    cover_id: str | None = None, note: str | None = None, actor_id: str | None = None,
) -> PresenceChange:  # fmt: skip
    """Declares a rep available, busy or out, from `start` (now) until `until` (changed again).

    Whoever goes away now loses pending offers at once: they move on in the same breath. Raises NotFound, Invalid.
    """
    with transaction():
        rep = _rep(rep_id)
        _check_presence(rep, state, start or now, until, cover_id, now)
        was_out = rep.presence is Presence.OUT
        rep.presence = Presence(state)
        is_away = rep.presence is not Presence.AVAILABLE
        rep.presence_from, rep.presence_until = (start, until) if is_away else (None, None)
        rep.cover_id, rep.presence_note = (cover_id, note) if is_away else (None, None)
        board_changed()
        if was_out and not is_away:
            come_back(rep.id)
        leaves_now = is_away and (start is None or start <= now)
        moving = _withdraw_offers(rep, _going(rep), now, actor_id) if leaves_now else []
        waiting = _let_go_of_waiting(rep, now) if leaves_now else []
        if leaves_now:
            _let_others_answer(rep, _going(rep), now)
        change = PresenceChange(len(moving), _still_claimed(rep.id))
    for lead_id in (*moving, *waiting):
        advance_lead(lead_id, now)
    return change


def retire_rep(rep_id: str, *, now: datetime, actor_id: str | None = None) -> None:
    """The rep leaves the company: offers move on and leads go back to the rotation. Raises NotFound."""
    with transaction():
        rep = _rep(rep_id)
        rep.active, rep.session_version = False, rep.session_version + 1
        board_changed()
        moving = [*_withdraw_offers(rep, "left the company", now, actor_id), *_let_go_of_waiting(rep, now)]
        _let_others_answer(rep, "left the company", now)
    for lead_id in moving:
        advance_lead(lead_id, now)
    for lead_id in db.session.scalars(_owned_by(rep_id)).all():
        with transaction():
            lead = lock_lead(lead_id)
            if lead and lead.owner_id == rep_id and lead.state is not LeadState.CLOSED:
                put_back(lead, f"{rep.name} left the company.", now, actor_id)


def _rep(rep_id: str) -> Rep:
    # Not a full lock: captures and offers of the same moment refer to this row.
    rep = db.session.get(Rep, rep_id, with_for_update={"key_share": True}, populate_existing=True)
    if rep is None:
        raise NotFound("rep")
    return rep


def _check_presence(
    rep: Rep, state: str, start: datetime, until: datetime | None, cover_id: str | None, now: datetime
) -> None:
    if state not in set(Presence):
        raise Invalid(("state", f"Must be one of {', '.join(Presence)}."))
    if until and (until <= start or until <= now):
        raise Invalid(("until", "Ends before it starts. Choose a later time."))
    if cover_id is None:
        return
    if cover_id == rep.id:
        raise Invalid(("cover", "Nobody covers for himself. Choose somebody else."))
    cover = db.session.get(Rep, cover_id)
    if cover is None or not cover.active:
        raise Invalid(("cover", "There is no active person with this id. Choose one from the list of reps."))
    _refuse_loop(rep, cover, now)


def _refuse_loop(rep: Rep, cover: Rep, now: datetime) -> None:
    seen = {rep.id}
    stands_in: Rep | None = cover
    while stands_in and stands_in.presence is Presence.OUT and not _is_over(stands_in, now):
        if stands_in.id in seen:
            break
        seen.add(stands_in.id)
        stands_in = db.session.get(Rep, stands_in.cover_id) if stands_in.cover_id else None
    if stands_in and stands_in.id in seen:
        raise Invalid(
            ("cover", f"{cover.name} is away and covered in a circle back to {rep.name}. Choose somebody else.")
        )


def _is_over(rep: Rep, now: datetime) -> bool:
    return rep.presence_until is not None and rep.presence_until <= now


def _going(rep: Rep) -> str:
    return "is out of office" if rep.presence is Presence.OUT else "is on a job"


def _withdraw_offers(rep: Rep, why: str, now: datetime, actor_id: str | None) -> Sequence[str]:
    """Ends the rep's pending offers and makes their leads due at once, so that the clock moves them even if this
    process dies here. Answers the leads that have nobody left who is asked."""
    asked = select(Offer.lead_id).where(Offer.rep_id == rep.id, PENDING).order_by(Offer.lead_id)
    lead_ids = db.session.scalars(asked).all()
    moving = []
    for lead_id in lead_ids:
        lead = lock_lead(lead_id)
        his = (Offer.lead_id == lead_id) & (Offer.rep_id == rep.id) & PENDING
        end_offers(his, OfferOutcome.WITHDRAWN, now, reason=f"{rep.name} {why}", actor_id=actor_id)
        if lead and lead.state is LeadState.OFFERED and not is_offered(lead_id):
            lead.next_due_at, lead.accountable_id = now, db.session.get_one(Team, lead.team_id).fallback_id
            wake_later("advance_lead", lead_id)
            moving.append(lead_id)
    return moving


def _let_go_of_waiting(rep: Rep, now: datetime) -> Sequence[str]:
    """Leads that wait with the rep's name on them are due at once, so that somebody who is there gets them."""
    waits = Lead.state.in_((LeadState.QUEUED, LeadState.HELD))
    lead_ids = db.session.scalars(select(Lead.id).where(Lead.accountable_id == rep.id, waits).order_by(Lead.id)).all()
    for lead_id in lead_ids:
        lead = lock_lead(lead_id)
        if lead and lead.accountable_id == rep.id and lead.owner_id is None:
            lead.next_due_at = now
    return lead_ids


def _let_others_answer(rep: Rep, why: str, now: datetime) -> None:
    """While several are asked a lead bears its fallback's name. When that is the rep, somebody who is there answers for
    it from now on; those who are asked keep their offers."""
    is_asked = select(Offer.id).where(Offer.lead_id == Lead.id, Offer.rep_id == rep.id, PENDING).exists()
    his = (Lead.accountable_id == rep.id) & (Lead.state == LeadState.OFFERED) & ~is_asked
    lead_ids = db.session.scalars(select(Lead.id).where(his).order_by(Lead.id)).all()
    roster = read_roster() if lead_ids else None
    for lead_id in lead_ids:
        lead = lock_lead(lead_id)
        if roster and lead and lead.accountable_id == rep.id and lead.state is LeadState.OFFERED:
            lead.accountable_id = fallback_now(lead, roster, now)
            keeper = roster.reps[lead.accountable_id]
            if keeper.id != rep.id:
                text = f"{keeper.name} answers for it until somebody accepts: {rep.name} {why}."
                record(lead.id, EventKind.NOTE, text, now=now)


def _owned_by(rep_id: str) -> Select[str]:
    # An owner is accountable; that column has the index.
    return (
        select(Lead.id)
        .where(Lead.accountable_id == rep_id, Lead.owner_id == rep_id, Lead.state != LeadState.CLOSED)
        .order_by(Lead.id)
    )


def _still_claimed(rep_id: str) -> int:
    return db.session.scalar(select(func.count()).select_from(_owned_by(rep_id).subquery())) or 0
