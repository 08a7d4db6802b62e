"""/people: who is here, who is out and until when; set anyone out, hand over their leads, invite them."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from segno import make_qr

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.queries.people import active_reps, owned_leads, people
from leadapp.routing.values import LeadState
from leadapp.web import htmx
from leadapp.web.access import OFFICE, OWNER, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now, spoken
from leadapp.web.pages.presence import change_presence
from leadapp.workflow import access, ownership
from leadapp.workflow.errors import Conflict, Invalid

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@requires(*OFFICE)
def show() -> ResponseReturnValue:
    return htmx.respond(screen())


@blueprint.post("/people/<rep_id>/presence")
@requires(*OFFICE)
def set_presence(rep_id: str) -> ResponseReturnValue:
    rep = _active_rep(rep_id)
    try:
        said = change_presence(rep, request.form, url=url_for("people.set_presence", rep_id=rep_id), actor=viewer())
    except Invalid as error:
        return htmx.respond(screen(), status=422, notice=" ".join(spoken(message) for _field, message in error.errors))
    return htmx.respond_changed(screen(), said.notice, said.undo)


@blueprint.post("/people/<rep_id>/hand-over")
@requires(*OFFICE)
def hand_over(rep_id: str) -> ResponseReturnValue:
    """Every lead the rep has taken and not yet spoken about goes to another; one that just moved on is left alone."""
    rep = _active_rep(rep_id)
    heir = _active_rep(request.form.get("to", ""))
    if heir.id == rep.id:
        return htmx.respond(screen(), status=422, notice="Choose somebody else to hand over to.")
    moved = 0
    for lead_id in owned_leads(rep.id, LeadState.CLAIMED, LeadState.CONTACTED):
        try:
            ownership.assign_lead(lead_id, heir.id, now=frozen_now(), actor_id=viewer().id)
        except Conflict:
            continue
        moved += 1
    return htmx.respond_changed(screen(), f"{moved} {'lead' if moved == 1 else 'leads'} handed over to {heir.name}.")


@blueprint.post("/people/<rep_id>/sign-in-link")
@requires(*OWNER)
def invite(rep_id: str) -> ResponseReturnValue:
    """Shown once: only a digest of it is kept."""
    rep = _active_rep(rep_id)
    token = access.make_login_link(rep.id, frozen_now())
    url = current_app.config["LEADAPP"].base_url + url_for("sign_in.show_link", token=token)
    code = make_qr(url, error="m").svg_inline(
        scale=6, border=2, title=f"Sign-in link for {rep.name}", svgclass=None, lineclass=None
    )
    return htmx.respond(
        Screen(url, "people/link.html", "people/link.html", {"person": rep, "url": url, "qr": Markup(code)})
    )


def screen() -> Screen:
    return Screen(
        url=url_for("people.show"),
        page="people/show.html",
        fragment="people/_people.html",
        context={
            "people": people(frozen_now()),
            "reps": active_reps(),
            "can_invite": viewer().has_role(*OWNER),
        },
    )


def _active_rep(rep_id: str) -> Rep:
    rep = db.session.get(Rep, rep_id)
    if rep is None or not rep.active:
        abort(404)
    return rep
