"""What a phone may keep for when there is no network, and for whom: pages say so, the service worker obeys."""

from __future__ import annotations

import hmac

from flask import Flask, Response, current_app, g, request

from leadapp.models import Rep
from leadapp.web import htmx, problems
from leadapp.web.access import current_rep

PERSON = "Leadapp-Person"
_KEEP = "Leadapp-Keep"
_NOBODY = "nobody"


def init_app(app: Flask) -> None:
    app.after_request(_say)
    app.jinja_env.globals["person_key"] = person_key


def person_key(rep: Rep) -> str:
    """Tells the people who share a phone apart, and says nothing about them."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"person {rep.id}".encode(), "sha256").hex()[:20]


def may_keep() -> None:
    """The page being made may be kept on its reader's phone: it is theirs alone, and of use without network."""
    g.may_keep = True


def _say(response: Response) -> Response:
    """Only where the request has looked who is there; what broke has perhaps not seen them."""
    if "rep" not in g or response.status_code >= 500 or problems.speaks_problems(request.path):
        return response
    rep = current_rep()
    response.headers[PERSON] = person_key(rep) if rep else _NOBODY
    is_page = request.method == "GET" and response.status_code == 200 and not htmx.is_fragment()
    if rep and is_page and g.pop("may_keep", False):
        response.headers[_KEEP] = person_key(rep)
    return response
