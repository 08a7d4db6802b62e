"""Whose a lead is: accepted, passed on, given to somebody, handed back."""

from __future__ import annotations

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Lead, Offer, Rep, Team
from leadapp.queries.people import absence, active_reps
from leadapp.routing.values import LeadState
from leadapp.web.access import EVERYBODY, OFFICE, check_lead, requires, sees_every_lead, viewer
from leadapp.web.htmx import Undo
from leadapp.web.languages import _
from leadapp.web.pages.acting import OTHER, attempt, attempt_own, reason, take_back_decision
from leadapp.web.pages.formats import frozen_now, moment
from leadapp.web.pages.leads import blueprint
from leadapp.web.pages.promising import minutes_said, promised
from leadapp.web.pages.whereabouts import where_it_is
from leadapp.workflow import offers, ownership
from leadapp.workflow.errors import Invalid
from leadapp.workflow.passes import take_pass_back


@blueprint.post("/offers/<offer_id>/acceptance")
@requires(*EVERYBODY)
def accept(offer_id: str) -> ResponseReturnValue:
    """With `call_in`, the customer is told by when he is called."""
    lead_id, call_in = _own_offer(offer_id).lead_id, minutes_said()
    return attempt(
        lead_id,
        lambda: offers.accept_offer(offer_id, now=frozen_now(), actor_id=viewer().id, call_in=call_in),
        lambda _done: _("It is yours.") + " " + promised(lead_id) if call_in else _("It is yours. Call now."),
    )


@blueprint.post("/offers/<offer_id>/pass")
@requires(*EVERYBODY)
def pass_on(offer_id: str) -> ResponseReturnValue:
    lead_id = _own_offer(offer_id).lead_id
    return attempt(
        lead_id,
        lambda: offers.pass_offer(offer_id, now=frozen_now(), reason=reason(), actor_id=viewer().id),
        lambda _done: _("Passed. %(where)s", where=where_it_is(lead_id)),
        undo=lambda _done: Undo(url_for("leads.take_back", offer_id=offer_id), {"on": "my"}, "#my"),
    )


@blueprint.post("/offers/<offer_id>/reinstatement")
@requires(*EVERYBODY)
def take_back(offer_id: str) -> ResponseReturnValue:
    """What undoes a pass: the rep is asked again."""
    return attempt(
        _own_offer(offer_id).lead_id,
        lambda: take_pass_back(offer_id, now=frozen_now(), actor_id=viewer().id),
        _("You are asked again."),
    )


@blueprint.post("/leads/<lead_id>/acceptance")
@requires(*EVERYBODY)
def take(lead_id: str) -> ResponseReturnValue:
    """What nobody took: whoever it rings accepts it, unless somebody has taken it by now."""
    _check_may_accept(lead_id)
    return attempt(
        lead_id, lambda: ownership.take_queued(lead_id, viewer().id, now=frozen_now()), _("It is yours. Call now.")
    )


@blueprint.post("/leads/<lead_id>/assignment")
@requires(*EVERYBODY)
def assign(lead_id: str) -> ResponseReturnValue:
    """The office decides whose it is, also when somebody has it."""
    check_lead(lead_id)
    if not sees_every_lead(viewer()):
        abort(403)
    return _give(lead_id, request.form.get("rep") or viewer().id)


@blueprint.post("/board/assignments")
@requires(*OFFICE)
def take_over() -> ResponseReturnValue:
    """The lead that the form names is the viewer's: one form serves every row of the board."""
    lead_id = request.form.get("lead", "")
    check_lead(lead_id)
    return _give(lead_id, viewer().id)


def _give(lead_id: str, rep_id: str) -> Response:
    if db.session.get(Lead, lead_id) is None:
        abort(404)
    if rep_id not in dict(active_reps()):
        abort(422, _("Choose one of the people listed."))
    return attempt(
        lead_id,
        lambda: ownership.assign_lead(lead_id, rep_id, now=frozen_now(), actor_id=viewer().id),
        lambda _done: _("It is yours. Call now.") if rep_id == viewer().id else _whose_now(rep_id),
        undo=take_back_decision(lead_id),
    )


def _whose_now(rep_id: str) -> str:
    """A person's choice stands; but should the other be away, whoever chose is told."""
    rep = db.session.get_one(Rep, rep_id)
    whose, away = _("It is %(name)s's now.", name=rep.name), absence(rep, frozen_now())
    if away is None:
        return whose
    if away.until:
        return whose + " " + _("%(name)s is away until %(when)s.", name=rep.name, when=moment(away.until))
    return whose + " " + _("%(name)s is away.", name=rep.name)


@blueprint.post("/leads/<lead_id>/release")
@requires(*EVERYBODY)
def release(lead_id: str) -> ResponseReturnValue:
    return attempt_own(
        lead_id,
        lambda: ownership.release_lead(lead_id, reason=_why(), now=frozen_now(), actor_id=viewer().id),
        lambda _done: _("Handed back. %(where)s", where=where_it_is(lead_id)),
    )


def _why() -> str:
    said = reason()
    if said is None or said == OTHER:
        raise Invalid(("reason", _("Say why, in a few words.")))
    return said


def _own_offer(offer_id: str) -> Offer:
    offer = db.session.get(Offer, offer_id)
    if offer is None or offer.rep_id != viewer().id:
        abort(404)
    return offer


def _check_may_accept(lead_id: str) -> None:
    """A rep accepts what is queued with him; one it rang may try too late, and is told who has it."""
    lead, rep = db.session.get(Lead, lead_id) or abort(404), viewer()
    is_queued_with_him = lead.state == LeadState.QUEUED and lead.accountable_id == rep.id
    rang_him = lead.owner_id is not None and db.session.get_one(Team, lead.team_id).fallback_id == rep.id
    if not (sees_every_lead(rep) or is_queued_with_him or rang_him):
        check_lead(lead_id)
        abort(403)
