"""/people: who is here, who is out and until when; set anyone out, hand over their leads, invite them."""

from __future__ import annotations

from collections.abc import Sequence

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
from leadapp.web.languages import _, _n
from leadapp.web.pages.coverage import hole_sentences
from leadapp.web.pages.formats import frozen_now, phone, spoken
from leadapp.web.pages.presence import change_presence, too_late
from leadapp.workflow import access, enrolment, ownership
from leadapp.workflow.coverage import prove_coverage
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
        said = change_presence(
            rep, request.form, url=url_for("people.set_presence", rep_id=rep_id), target="#people", actor=viewer()
        )
    except Invalid as error:
        return htmx.respond(screen(), status=422, notice=" ".join(spoken(message) for _field, message in error.errors))
    except Conflict:
        return htmx.respond(screen(), status=409, notice=too_late())
    return htmx.respond_changed(screen(), said.notice, said.undo)


@blueprint.post("/people/<rep_id>/hand-over")
@requires(*OFFICE)
def hand_over(rep_id: str) -> ResponseReturnValue:
    """Every lead the rep has taken and not yet spoken about goes to another; one that just moved on is left alone."""
    rep = _active_rep(rep_id)
    heir = _active_rep(request.form.get("to", ""))
    if heir.id == rep.id:
        return htmx.respond(screen(), status=422, notice=_("Choose somebody else to hand over to."))
    moved = 0
    for lead_id in owned_leads(rep.id, LeadState.CLAIMED, LeadState.CONTACTED):
        try:
            ownership.assign_lead(lead_id, heir.id, now=frozen_now(), actor_id=viewer().id)
        except Conflict:
            continue
        moved += 1
    return htmx.respond_changed(
        screen(), _n("1 lead handed over to %(name)s.", "%(num)s leads handed over to %(name)s.", moved, name=heir.name)
    )


@blueprint.post("/people/<rep_id>/invitation")
@requires(*OFFICE)
def invite(rep_id: str) -> ResponseReturnValue:
    """Shown once: only a digest of the link is kept."""
    rep = _invited(rep_id)
    token = access.make_login_link(rep.id, frozen_now())
    url = current_app.config["LEADAPP"].base_url + url_for("enrol.show_invitation", token=token)
    title = _("Invitation for %(name)s", name=rep.name)
    code = make_qr(url, error="m").svg_inline(border=2, title=title, svgclass=None, lineclass=None, omitsize=True)
    context = {"person": rep, "url": url, "qr": Markup(code), "why_no_text": enrolment.why_no_text(rep)}
    return htmx.respond(Screen(url, "people/link.html", "people/link.html", context))


@blueprint.post("/people/<rep_id>/invitation/text")
@requires(*OFFICE)
def text_invitation(rep_id: str) -> ResponseReturnValue:
    """A link of its own, that nobody sees but who is texted."""
    rep = _invited(rep_id)
    try:
        enrolment.invite_by_text(rep.id, frozen_now())
    except Conflict as error:
        return htmx.respond(screen(), status=409, notice=spoken(error.words))
    return htmx.go(url_for("people.show"), _("The link is on its way to %(phone)s.", phone=phone(rep.phone or "")))


def screen() -> Screen:
    return Screen(
        url=url_for("people.show"),
        page="people/show.html",
        fragment="people/_people.html",
        context={
            "people": people(frozen_now()),
            "holes": hole_sentences(prove_coverage(frozen_now())),
            "reps": active_reps(),
            "may_invite": _may_invite,
        },
    )


def _active_rep(rep_id: str) -> Rep:
    rep = db.session.get(Rep, rep_id)
    if rep is None or not rep.active:
        abort(404)
    return rep


def _invited(rep_id: str) -> Rep:
    rep = _active_rep(rep_id)
    if not _may_invite(rep.roles):
        abort(403)
    return rep


def _may_invite(roles: Sequence[str]) -> bool:
    """Whoever invites somebody could sign in as them, so that the office makes no owner of itself."""
    return viewer().has_role(*OWNER) or OWNER[0] not in roles
