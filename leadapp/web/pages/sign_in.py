"""/sign-in: a code by e-mail or phone, a one-time link, and out again. A GET never signs anybody in."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.web import htmx
from leadapp.web.access import current_rep, local_path, sign_in, sign_out, start_page
from leadapp.web.pages.formats import frozen_now
from leadapp.web.rates import limited
from leadapp.workflow import access

blueprint = Blueprint("sign_in", __name__)

# Guessing is stopped by five tries a code; this stops asking for codes without end from one address.
_BY_HAND = "5 per minute; 20 per hour"
# A link's token cannot be guessed; whole crews sign in behind one address.
_BY_LINK = "60 per minute"


@blueprint.get("/sign-in")
def show() -> ResponseReturnValue:
    rep = current_rep()
    if rep:
        return redirect(local_path(request.args.get("next")) or start_page(rep))
    return render_template("sign_in/show.html", next=local_path(request.args.get("next")))


@blueprint.post("/sign-in")
@limited(_BY_HAND)
def ask_for_code() -> ResponseReturnValue:
    """The same answer whether or not anybody is known by that name."""
    who = (request.form.get("who") or "").strip()
    after = local_path(request.form.get("next"))
    if not who:
        said = "Type your e-mail or phone number."
        return make_response(render_template("sign_in/show.html", next=after, error=said), 422)
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
            _code_page("That code is not right, or it is over. Look again, or ask for a new one."), 422
        )
    return _welcome(rep_id)


@blueprint.get("/sign-in/link/<token>")
def show_link(token: str) -> ResponseReturnValue:
    rep_id = access.peek_login_link(token, frozen_now())
    rep = db.session.get(Rep, rep_id) if rep_id else None
    return make_response(render_template("sign_in/link.html", person=rep), 200 if rep else 410)


@blueprint.post("/sign-in/link/<token>")
@limited(_BY_LINK)
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


def _welcome(rep_id: str) -> ResponseReturnValue:
    rep = db.session.get(Rep, rep_id)
    if rep is None:
        return redirect(url_for("sign_in.show"), 303)
    after = local_path(request.form.get("next"))
    sign_in(rep)
    return redirect(after or start_page(rep), 303)


def _code_page(error: str | None = None) -> str:
    after = local_path(request.values.get("next"))
    return render_template("sign_in/code.html", who=session["sign_in_who"], next=after, error=error)
