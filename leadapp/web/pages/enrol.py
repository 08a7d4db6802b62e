"""Getting a phone ready: the page of an invitation, codes for the app on the Home Screen, and what is left to do."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.web.access import EVERYBODY, requires, start_page, viewer
from leadapp.web.devices import platforms
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.sign_in import BY_LINK, enter
from leadapp.web.rates import limited
from leadapp.workflow import access, enrolment, passkeys

blueprint = Blueprint("enrol", __name__)


@blueprint.get("/invite/<token>")
def show_invitation(token: str) -> ResponseReturnValue:
    return _invitation(token)


@blueprint.post("/invite/<token>")
@limited(BY_LINK)
def use_invitation(token: str) -> ResponseReturnValue:
    rep_id = access.use_login_link(token, frozen_now())
    if rep_id is None:
        return _invitation(token)
    enter(rep_id)
    return redirect(url_for("enrol.welcome"), 303)


@blueprint.post("/invite/<token>/code")
@limited(BY_LINK)
def show_code(token: str) -> ResponseReturnValue:
    """Shown once, and another each time it is asked for: only a digest of it is kept."""
    return _invitation(token, code=enrolment.code_for_link(token, frozen_now()))


@blueprint.get("/welcome")
@requires(*EVERYBODY)
def welcome() -> ResponseReturnValue:
    return _welcome()


@blueprint.post("/welcome/code")
@requires(*EVERYBODY)
def show_own_code() -> ResponseReturnValue:
    """Who is signed in by the browser takes that into the app on the Home Screen."""
    return _welcome(code=enrolment.code_for_rep(viewer().id, frozen_now()))


def _invitation(token: str, code: str | None = None) -> ResponseReturnValue:
    rep_id = access.peek_login_link(token, frozen_now())
    rep = db.session.get(Rep, rep_id) if rep_id else None
    page = render_template("enrol/invite.html", person=rep, token=token, code=code, platforms=platforms())
    return make_response(page, 200 if rep else 410)


def _welcome(code: str | None = None) -> ResponseReturnValue:
    return render_template(
        "enrol/welcome.html",
        code=code,
        platforms=platforms(),
        has_passkey=bool(passkeys.passkeys_of(viewer().id)),
        done=start_page(viewer()),
    )
