"""Offers: accept, pass, expire, withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select, update

from leadapp.database import BUSY_SECONDS, DatabaseBusy
from leadapp.extensions import db
from leadapp.models import PENDING, EventKind, Lead, Offer, Rep, Task
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.rows import committed
from leadapp.transaction import transaction
from leadapp.workflow import alerts
from leadapp.workflow.apply import route_on
from leadapp.workflow.coming_back import free_soon, is_from_queue
from leadapp.workflow.errors import Conflict, NotFound, Taken
from leadapp.workflow.locks import STAYS, lock_lead
from leadapp.workflow.promises import check_promise, note_promise
from leadapp.workflow.receipts import note_answered
from leadapp.workflow.taking import refuse_if_gone, refuse_if_taken, take
from leadapp.workflow.timeline import record, record_each
from leadapp.workflow.turns import give_back_passed_turn

_KINDS = {
    OfferOutcome.EXPIRED: EventKind.EXPIRED,
    OfferOutcome.WITHDRAWN: EventKind.WITHDRAWN,
    OfferOutcome.PASSED: EventKind.PASSED,
}


def accept_offer(offer_id: str, *, now: datetime, actor_id: str | None = None, call_in: int | None = None) -> str:
    """The offered rep takes the lead, if nobody has; also after the offer has ended. With `call_in`, the customer is
    told that he calls within so many minutes. Answers the lead's id.

    Twice by the same rep is once. Raises Taken when somebody else has it, Conflict when it is closed, Invalid
    (call_in), NotFound.
    """
    if call_in is not None:
        check_promise(call_in)
    lead_id = _lead_unless_lost(offer_id)
    with _turnstile(lead_id) as has_waited:
        if has_waited:  # perhaps for the winner: then it is said here, without waiting for the database's lock too
            _lead_unless_lost(offer_id)
        return _accept(offer_id, lead_id, now, actor_id, call_in)


def _accept(offer_id: str, lead_id: str, now: datetime, actor_id: str | None, call_in: int | None) -> str:
    with transaction():
        lead, offer, rep = lock_offer(offer_id, lead_id)
        if lead.owner_id == offer.rep_id and lead.state is not LeadState.CLOSED:
            return lead.id
        refuse_if_taken(lead)
        if offer.released_at:
            raise Conflict(
                said("You handed this lead back, so this offer is over. Open the lead to take it after all.")
            )
        refuse_if_gone(rep)
        _end(Offer.id == offer.id, OfferOutcome.ACCEPTED, now)
        take(lead, rep, LeadEvent.ACCEPT, now)
        accepted = said("{name} accepted it.", name=rep.name)
        record(lead.id, EventKind.ACCEPTED, accepted, now=now, actor_id=actor_id or rep.id)
        note_answered(lead.id, rep.id, now)
        withdraw_pending(lead, said("{name} took it", name=rep.name), now)
        if call_in is not None:
            note_promise(lead, call_in, now, actor_id)
        if is_from_queue(offer, lead):
            free_soon(rep.id, now)
        return lead.id


def pass_offer(offer_id: str, *, now: datetime, reason: str | None = None, actor_id: str | None = None) -> str:
    """The offered rep says no and the lead moves on at once; others asked at the same time keep their offers.

    Passing an offer that has ended changes nothing. Raises Conflict when the rep has already accepted it, NotFound.
    """
    with transaction():
        lead, offer, _rep = lock_offer(offer_id, find_lead_of(offer_id))
        if offer.outcome is OfferOutcome.ACCEPTED and lead.owner_id == offer.rep_id:
            raise Conflict(said("This lead was accepted already. It stays with its owner; hand it back instead."))
        if offer.outcome is OfferOutcome.PENDING:
            offer.reason, offer.before_pass = reason, _as_it_is(lead, offer)
            his, actor = Offer.id == offer.id, actor_id or offer.rep_id
            end_offers(his, OfferOutcome.PASSED, now, reason=reason or "", actor_id=actor)
            note_answered(lead.id, offer.rep_id, now)
            if is_from_queue(offer, lead):
                free_soon(offer.rep_id, now)
            give_back_passed_turn(offer, now)
            if lead.state is LeadState.OFFERED and not is_offered(lead.id):
                route_on(lead, now)
        return lead.id


def is_offered(lead_id: str) -> bool:
    """Whether anybody is still asked."""
    return db.session.scalar(select(Offer.id).where(Offer.lead_id == lead_id, PENDING).limit(1)) is not None


def find_lead_of(offer_id: str) -> str:
    """Raises NotFound."""
    lead_id = db.session.scalar(select(Offer.lead_id).where(Offer.id == offer_id))
    if lead_id is None:
        raise NotFound("offer")
    return lead_id


def lock_offer(offer_id: str, lead_id: str) -> tuple[Lead, Offer, Rep]:
    """The lead is locked first, so the offer is read as it is while nobody else can move it."""
    lead = lock_lead(lead_id)
    if lead is None:
        raise NotFound("offer")
    with_rep = select(Offer, Rep).join(Rep, Rep.id == Offer.rep_id).where(Offer.id == offer_id)
    with_rep = with_rep.with_for_update(of=Rep, **STAYS)
    offer, rep = db.session.execute(with_rep.execution_options(populate_existing=True)).one()
    return lead, offer, rep


def withdraw_pending(lead: Lead, reason: str, now: datetime) -> None:
    """Ends what is still offered, because a person decided otherwise; with that decision all its tasks are over."""
    withdrawn = _end((Offer.lead_id == lead.id) & PENDING, OfferOutcome.WITHDRAWN, now, reason=reason)
    if withdrawn and lead.owner_id:
        alerts.tell_taken(lead, withdrawn, db.session.get_one(Rep, lead.owner_id), now)


def end_offers(
    which: ColumnElement[bool], outcome: OfferOutcome, now: datetime, *, reason: str = "", actor_id: str | None = None
) -> None:
    """Ends each of these offers, its accept task with it, and says so on the timeline."""
    if ended := _end(which, outcome, now, reason=reason, actor_id=actor_id):
        _finish_tasks_of(ended, now)


def _as_it_is(lead: Lead, offer: Offer) -> dict[str, Any]:
    """What passing changes, to be put back should the pass be taken back."""
    names = ("step", "tries", "rings", "team_id", "accountable_id", "why")
    return {name: getattr(lead, name) for name in names} | {"used_turn": offer.used_turn}


def _end(
    which: ColumnElement[bool], outcome: OfferOutcome, now: datetime, *, reason: str = "", actor_id: str | None = None
) -> Sequence[Row[str, str, str]]:
    end = update(Offer).where(which).values(outcome=outcome, ended_at=now)
    ended = db.session.execute(end.returning(Offer.id, Offer.lead_id, Offer.rep_id)).all()
    if ended and outcome in _KINDS:
        names = _names([offer.rep_id for offer in ended])
        texts = [(offer.lead_id, _ended(outcome, names[offer.rep_id], reason)) for offer in sorted(ended)]
        record_each(texts, _KINDS[outcome], now=now, actor_id=actor_id)
    return ended


def _ended(outcome: OfferOutcome, name: str, reason: str) -> Said:
    match outcome:
        case OfferOutcome.EXPIRED:
            return said("{name} did not answer in time.", name=name)
        case OfferOutcome.WITHDRAWN:
            return said("The offer to {name} was withdrawn: {reason}.", name=name, reason=reason)
        case _ if reason:
            return said("{name} passed: {reason}.", name=name, reason=reason)
        case _:
            return said("{name} passed.", name=name)


def _finish_tasks_of(offers: Sequence[Row[str, str, str]], now: datetime) -> None:
    is_theirs = Task.lead_id.in_({offer.lead_id for offer in offers}), Task.offer_id.in_([offer.id for offer in offers])
    db.session.execute(update(Task).where(*is_theirs, Task.done_at.is_(None)).values(done_at=now))


def _names(rep_ids: Sequence[str]) -> dict[str, str]:
    return dict(db.session.execute(select(Rep.id, Rep.name).where(Rep.id.in_(rep_ids))).all())


def _lead_unless_lost(offer_id: str) -> str:
    """The offer's lead. Raises Taken when somebody else has it: one cheap read, because when many tap at once nearly
    all lose."""
    row = committed(_WHO_HAS_IT, {"offer": offer_id})
    if row is None:
        raise NotFound("offer")
    if row.owner_id and row.owner_id != row.offered_to and row.state != LeadState.CLOSED:
        raise Taken(row.owner_id, row.owner, row.since)
    return str(row.lead_id)


_WHO_HAS_IT = (
    select(
        Lead.id.label("lead_id"),
        Lead.state,
        Lead.owner_id,
        Rep.name.label("owner"),
        Lead.claimed_at.label("since"),
        Offer.rep_id.label("offered_to"),
    )
    .join(Offer, Offer.lead_id == Lead.id)
    .outerjoin(Rep, Rep.id == Lead.owner_id)
    .where(Offer.id == bindparam("offer"))
)
#: Claims of one lead take turns in a process before they ask for the database's write lock, so that fifty who tap at
#: once are one write and forty-nine reads. It only spares waiting: what keeps two from winning is in the database.
_TURNSTILES = tuple(Lock() for _ in range(64))


@contextmanager
def _turnstile(lead_id: str) -> Iterator[bool]:
    """Yields whether somebody else was before."""
    lock = _TURNSTILES[hash(lead_id) % len(_TURNSTILES)]
    has_waited = not lock.acquire(blocking=False)
    if has_waited and not lock.acquire(timeout=BUSY_SECONDS):
        raise DatabaseBusy
    try:
        yield has_waited
    finally:
        lock.release()
