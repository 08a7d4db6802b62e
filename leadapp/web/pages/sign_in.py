"""/sign-in: a code by e-mail, phone or invitation, a one-time link, and out again. A GET never signs anybody in."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.web import htmx
from leadapp.web.access import current_rep, local_path, sign_in, sign_out, start_page
from leadapp.web.devices import platforms
from leadapp.web.languages import _, preferred
from leadapp.web.pages.formats import frozen_now
from leadapp.web.rates import limited
from leadapp.workflow import access, enrolment, reading

blueprint = Blueprint("sign_in", __name__)

# Guessing is stopped by five tries a code; this stops asking for codes without end from one address.
_BY_HAND = "5 per minute; 20 per hour"
# A link's token or a passkey cannot be guessed; whole crews sign in behind one address.
BY_LINK = "60 per minute"
# A code for the Home Screen allows five tries itself, and the same crew mistypes.
_BY_SHORT_CODE = "20 per minute; 100 per hour"


@blueprint.get("/sign-in")
def show() -> ResponseReturnValue:
    rep = current_rep()
    if rep:
        return redirect(local_path(request.args.get("next")) or start_page(rep))
    return _page(local_path(request.args.get("next")))


@blueprint.post("/sign-in")
@limited(_BY_HAND)
def ask_for_code() -> ResponseReturnValue:
    """The same answer whether or not anybody is known by that name."""
    who = (request.form.get("who") or "").strip()
    after = local_path(request.form.get("next"))
    if not who:
        said = _("Type your e-mail or phone number.")
        return make_response(_page(after, error=said), 422)
    access.send_sign_in_code(who, frozen_now())
    session["sign_in_who"] = who[:320]
    return redirect(url_for("sign_in.show_code", next=after), 303)


@blueprint.get("/sign-in/code")
def show_code() -> ResponseReturnValue:
    if not session.get("sign_in_who"):
        return redirect(url_for("sign_in.show"))
    return _code_page()


@blueprint.post("/sign-in/code")
@limited(_BY_HAND)
def try_code() -> ResponseReturnValue:
    who = session.get("sign_in_who")
    if not who:
        return redirect(url_for("sign_in.show"), 303)
    code = "".join(filter(str.isdigit, request.form.get("code") or ""))
    rep_id = access.check_sign_in_code(who, code, frozen_now())
    if rep_id is None:
        return make_response(
            _code_page(_("That code is not right, or it is over. Look again, or ask for a new one.")), 422
        )
    return _welcome(rep_id)


@blueprint.post("/sign-in/enrolment")
@limited(_BY_SHORT_CODE)
def use_enrolment_code() -> ResponseReturnValue:
    """The six characters that an invitation shows, typed into the app on the Home Screen."""
    rep_id = enrolment.use_code(request.form.get("code") or "", frozen_now())
    if rep_id is None or enter(rep_id) is None:
        said = _("That code is not right, or it is over. Show a new one where you got it.")
        return make_response(_page(local_path(request.form.get("next")), code_error=said), 422)
    return redirect(url_for("enrol.welcome"), 303)


@blueprint.get("/sign-in/link/<token>")
def show_link(token: str) -> ResponseReturnValue:
    rep_id = access.peek_login_link(token, frozen_now())
    rep = db.session.get(Rep, rep_id) if rep_id else None
    return make_response(render_template("sign_in/link.html", person=rep), 200 if rep else 410)


@blueprint.post("/sign-in/link/<token>")
@limited(BY_LINK)
def use_link(token: str) -> ResponseReturnValue:
    rep_id = access.use_login_link(token, frozen_now())
    if rep_id is None:
        return make_response(render_template("sign_in/link.html", person=None), 410)
    return _welcome(rep_id)


@blueprint.post("/sign-out")
def leave() -> ResponseReturnValue:
    """Forgets this browser, and what it has kept: others may use the phone after."""
    sign_out()
    response = htmx.go(url_for("sign_in.show"))
    # "storage" ends the service worker and with it the alerts, which is right when a phone is given away.
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


def enter(rep_id: str) -> str | None:
    """Signs this browser in and answers where its person starts; None for somebody who no longer works here."""
    rep = db.session.get(Rep, rep_id)
    if rep is None or not rep.active:
        return None
    sign_in(rep)
    if rep.language is None and (asked := preferred()):
        reading.settle_language(rep.id, asked)
    return start_page(rep)


def _welcome(rep_id: str) -> ResponseReturnValue:
    start = enter(rep_id)
    return redirect((start and local_path(request.form.get("next"))) or start or url_for("sign_in.show"), 303)


def _page(after: str | None, **errors: str) -> str:
    # On an iPhone the app on the Home Screen opens here first, and whoever was invited brings a code.
    code_first = "code_error" in errors or platforms()[0] == "iphone"
    return render_template("sign_in/show.html", next=after, code_first=code_first, **errors)


def _code_page(error: str | None = None) -> str:
    after = local_path(request.values.get("next"))
    return render_template("sign_in/code.html", who=session["sign_in_who"], next=after, error=error)
