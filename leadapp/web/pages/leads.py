"""/leads/{id}, and everything a person does to a lead from a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Lead, Offer, Team
from leadapp.queries.pages import is_own_or_offered, lead_page
from leadapp.queries.people import active_reps
from leadapp.queries.proof import proofs
from leadapp.queries.thread import thread
from leadapp.routing.lifecycle import IllegalTransition
from leadapp.routing.values import LeadOutcome, LeadState
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, check_lead, requires, sees_every_lead, viewer
from leadapp.web.htmx import Screen
from leadapp.web.keeping import may_keep
from leadapp.web.pages import board, my
from leadapp.web.pages.formats import frozen_now, length
from leadapp.web.pages.live import respond_live, seen
from leadapp.web.pages.whereabouts import where_it_is
from leadapp.workflow import offers, ownership
from leadapp.workflow.errors import Conflict, Invalid, Taken

T = TypeVar("T")

blueprint = Blueprint("leads", __name__)

_CONTACTS = {"talked": ("call", "talked"), "voicemail": ("call", "voicemail"), "texted": ("text", "texted")}
_LONGEST_REASON = 500


@blueprint.get("/leads/<lead_id>")
@requires(*EVERYBODY)
def show(lead_id: str) -> ResponseReturnValue:
    check_lead(lead_id)
    return respond_live(lambda: screen(lead_id))


@blueprint.post("/offers/<offer_id>/acceptance")
@requires(*EVERYBODY)
def accept(offer_id: str) -> ResponseReturnValue:
    lead_id = _own_offer(offer_id).lead_id
    return attempt(
        lead_id,
        lambda: offers.accept_offer(offer_id, now=frozen_now(), actor_id=viewer().id),
        "It is yours. Call now.",
    )


@blueprint.post("/offers/<offer_id>/pass")
@requires(*EVERYBODY)
def pass_on(offer_id: str) -> ResponseReturnValue:
    lead_id = _own_offer(offer_id).lead_id
    return attempt(
        lead_id,
        lambda: offers.pass_offer(offer_id, now=frozen_now(), reason=_reason(), actor_id=viewer().id),
        lambda _: f"Passed. {where_it_is(lead_id)}",
    )


@blueprint.post("/leads/<lead_id>/acceptance")
@requires(*EVERYBODY)
def take(lead_id: str) -> ResponseReturnValue:
    """What nobody took: whoever it rings accepts it, unless somebody has taken it by now."""
    _check_may_accept(lead_id)
    return attempt(
        lead_id, lambda: ownership.take_queued(lead_id, viewer().id, now=frozen_now()), "It is yours. Call now."
    )


@blueprint.post("/leads/<lead_id>/assignment")
@requires(*EVERYBODY)
def assign(lead_id: str) -> ResponseReturnValue:
    """The office decides whose it is, also when somebody has it."""
    check_lead(lead_id)
    if not sees_every_lead(viewer()):
        abort(403)
    rep_id = request.form.get("rep") or viewer().id
    name = dict(active_reps()).get(rep_id) or abort(422, "Choose one of the people listed.")
    return attempt(
        lead_id,
        lambda: ownership.assign_lead(lead_id, rep_id, now=frozen_now(), actor_id=viewer().id),
        "It is yours. Call now." if rep_id == viewer().id else f"It is {name}'s now.",
    )


@blueprint.post("/leads/<lead_id>/release")
@requires(*EVERYBODY)
def release(lead_id: str) -> ResponseReturnValue:
    check_owner(lead_id)
    reason = _reason() or abort(422, "Say why, in a few words.")
    return attempt(
        lead_id,
        lambda: ownership.release_lead(lead_id, reason=reason, now=frozen_now(), actor_id=viewer().id),
        lambda _: f"Handed back. {where_it_is(lead_id)}",
    )


@blueprint.post("/leads/<lead_id>/contact")
@requires(*EVERYBODY)
def contact(lead_id: str) -> ResponseReturnValue:
    check_owner(lead_id)
    kind, result = _CONTACTS.get(request.form.get("result", "")) or abort(422, "Say how it went.")
    return attempt(
        lead_id,
        lambda: ownership.record_contact(lead_id, kind=kind, result=result, now=frozen_now(), actor_id=viewer().id),
        "Noted. The clock has stopped.",
    )


@blueprint.post("/leads/<lead_id>/closure")
@requires(*EVERYBODY)
def close(lead_id: str) -> ResponseReturnValue:
    check_owner(lead_id)
    outcome = request.form.get("outcome", "")
    if outcome not in set(LeadOutcome):
        abort(422, "Say how it ended: won, lost, spam or duplicate.")
    return attempt(
        lead_id,
        lambda: ownership.close_lead(
            lead_id, outcome=LeadOutcome(outcome), reason=_reason(), now=frozen_now(), actor_id=viewer().id
        ),
        f"Closed: {outcome}.",
    )


def screen(lead_id: str) -> Screen:
    rep = viewer()
    version = seen()
    whole = sees_every_lead(rep)
    page = lead_page(lead_id, rep.id, sees_customer=whole) or abort(404)
    is_open = page.state != LeadState.CLOSED
    may_act = is_open and (whole or page.owner_id == rep.id)
    if is_open and page.owner_id == rep.id:
        may_keep()
    return Screen(
        url=url_for("leads.show", lead_id=lead_id),
        page="leads/show.html",
        fragment="leads/_lead.html",
        context={
            "lead": page,
            "why": page.why,
            "seen": version,
            "sees_customer": whole or page.owner_id == rep.id,
            "is_mine": page.owner_id == rep.id,
            "thread": thread(lead_id, rep.id, now=frozen_now()) if page.phone else None,
            "can_text": may_act,
            "texts_leave": current_app.config["LEADAPP"].sms_provider != "log",
            "can_log": may_act and page.owner_id is not None,
            "can_close": may_act and page.owner_id is not None,
            "can_hand_back": may_act and page.owner_id is not None,
            "can_accept": page.state == LeadState.QUEUED and page.accountable_id == rep.id and not page.offer_id,
            "can_take_over": is_open and whole and page.owner_id != rep.id and not page.offer_id,
            "reps": active_reps() if whole and is_open else [],
            "proofs": proofs(lead_id) if whole else [],
        },
    )


def attempt(lead_id: str, change: Callable[[], T], done: str | Callable[[T], str]) -> Response:
    """Makes the change and shows where the person was; a lost race shows how things are now, and why."""
    try:
        changed = change()
    except Taken as lost:
        return htmx.respond(_unchanged(lead_id), status=409, notice=_who_has_it(lost))
    except (Conflict, IllegalTransition) as error:
        return htmx.respond(_unchanged(lead_id), status=409, notice=str(error))
    except Invalid as error:
        said = " ".join(message for _field, message in error.errors)
        return htmx.respond(_unchanged(lead_id), status=422, notice=said)
    said = done(changed) if callable(done) else done
    back = _back(lead_id)
    if request.form.get("on") == "lead" and back.page != "leads/show.html":
        return htmx.go(back.url, said)
    return htmx.respond_changed(back, said)


def _unchanged(lead_id: str) -> Screen:
    """Where the person was, with the text they wrote, which they may want to send another way."""
    back = _back(lead_id)
    return replace(back, context={**back.context, "typed": request.form.get("text", "")})


def _back(lead_id: str) -> Screen:
    came_from = request.form.get("on")
    rep = viewer()
    if came_from == "lead" and (sees_every_lead(rep) or is_own_or_offered(lead_id, rep.id)):
        return screen(lead_id)
    return board.screen() if came_from == "board" else my.screen()


def _who_has_it(lost: Taken) -> str:
    if lost.rep_id == viewer().id:
        return "You have it already."
    return f"{lost.rep_name} took it {length(frozen_now() - lost.at)} ago."


def _own_offer(offer_id: str) -> Offer:
    offer = db.session.get(Offer, offer_id)
    if offer is None or offer.rep_id != viewer().id:
        abort(404)
    return offer


def check_owner(lead_id: str) -> None:
    """Own leads, or any for the office; others are 404, and one that is not taken yet is 403 for a rep."""
    check_lead(lead_id)
    lead = db.session.get(Lead, lead_id) or abort(404)
    if not sees_every_lead(viewer()) and lead.owner_id != viewer().id:
        abort(403)


def _check_may_accept(lead_id: str) -> None:
    """A rep accepts what is queued with him; one it rang may try too late, and is told who has it."""
    lead, rep = db.session.get(Lead, lead_id) or abort(404), viewer()
    is_queued_with_him = lead.state == LeadState.QUEUED and lead.accountable_id == rep.id
    rang_him = lead.owner_id is not None and db.session.get_one(Team, lead.team_id).fallback_id == rep.id
    if not (sees_every_lead(rep) or is_queued_with_him or rang_him):
        check_lead(lead_id)
        abort(403)


def _reason() -> str | None:
    return (request.form.get("reason") or "").strip()[:_LONGEST_REASON] or None
