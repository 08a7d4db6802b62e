"""Taps that a phone may send more than once, because it did not hear whether the first got through: each is done once.

A form marked `data-queue` sends a key of its own with every tap, and says whose phone it is tapped on.
"""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, request
from flask.typing import ResponseReturnValue

from leadapp.models import Rep
from leadapp.transaction import StoredBefore, any_number_of_times
from leadapp.web import htmx, problems
from leadapp.web.access import current_rep
from leadapp.web.keeping import PERSON, person_key
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now
from leadapp.workflow.idempotency import RequestKey, do_once, stored_answers


def init_app(app: Flask) -> None:
    app.before_request(_once)
    app.teardown_request(_forget)
    app.register_error_handler(StoredBefore, _done_before)


def _once() -> ResponseReturnValue | None:
    """Answers a tap that was done before, or was made by somebody else; lets any other through, to be done once."""
    named = request.headers.get(htmx.TAP, "").strip()
    if request.method != "POST" or not named or problems.speaks_problems(request.path):
        return None
    rep = current_rep()
    if rep is None:
        return None
    if request.headers.get(PERSON, person_key(rep)) != person_key(rep):
        return htmx.reload_page(409)
    key = _key(rep, named)
    if stored_answers([key]):
        return _done_before()
    do_once(key, frozen_now())
    return None


def _forget(_error: BaseException | None) -> None:
    any_number_of_times()


def _done_before(_error: StoredBefore | None = None) -> ResponseReturnValue:
    response = htmx.notice_only(_("It got through the first time."), 200)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _key(rep: Rep, named: str) -> RequestKey:
    """A tap is one person's and one address's; the form may differ in its CSRF token."""
    digest = sha256("\n".join(("tap", rep.id, request.path, named)).encode()).hexdigest()
    return RequestKey(digest, sha256(request.path.encode()).hexdigest())
