"""What a person sees when something is wrong: what happened, whether anything was lost, and what to do."""

from __future__ import annotations

import logging
from typing import NamedTuple

from flask import Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from leadapp.database import DatabaseBusy
from leadapp.routing.lifecycle import IllegalTransition
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState
from leadapp.web import htmx
from leadapp.web.languages import _
from leadapp.web.pages.formats import spoken
from leadapp.workflow.errors import Conflict, Invalid, NotFound, Taken

log = logging.getLogger(__name__)


class Words(NamedTuple):
    title: Said
    text: Said


_WORDS = {
    400: Words(said("That did not arrive whole"), said("Nothing was changed. Go back and try again.")),
    401: Words(said("Please sign in"), said("Sign in, and you will be back here.")),
    403: Words(said("Not for you to open"), said("This page is for the office or the owner. Ask them if you need it.")),
    404: Words(said("Not here"), said("There is no such page, or the lead is somebody else's now.")),
    405: Words(said("Not here"), said("That address does not answer this way. Nothing was changed.")),
    409: Words(said("It has moved on"), said("Somebody was faster. Nothing was changed.")),
    413: Words(said("Too long"), said("That is more than we can take at once. Nothing was changed.")),
    422: Words(said("Something is missing"), said("Nothing was changed. Go back and look at the form again.")),
    429: Words(said("A little slower"), said("That was tried too often from here. Wait a minute, then try again.")),
    500: Words(
        said("Something broke on our side"),
        said("It has been written down for us. Leads are kept, and they keep moving."),
    ),
    503: Words(said("Too busy for a moment"), said("Nothing was changed. Try again in a few seconds.")),
}
_STALE_FORM = Words(
    said("This page was open too long"), said("Nothing was changed. Go back, reload the page and try again.")
)


def error_page(error: Exception) -> Response:
    """The page, or for htmx the notice line, that tells a person about the error."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return make_response(error.get_response())
    status, told = _status(error), _said(error)
    if status == 500:
        log.error("page_failed method=%s path=%s", request.method, request.path, exc_info=error)
    elif isinstance(error, OperationalError):
        log.error("database_unavailable path=%s error=%s", request.path, type(error.orig).__name__)
    words = _STALE_FORM if isinstance(error, CSRFError) else _WORDS.get(status, _WORDS[500])
    if htmx.is_fragment():
        response = htmx.notice_only(told or f"{spoken(words.title)}. {spoken(words.text)}", status)
    else:
        response = make_response(_page(status, words, told), status)
    if isinstance(error, HTTPException):
        kept = {"Retry-After", "Allow"}
        response.headers.extend([(name, value) for name, value in error.get_headers() if name in kept])
    return response


def not_any_more(state: LeadState) -> str:
    """What was asked for cannot happen to a lead in this state."""
    return _("That cannot be done any more. The lead is: %(state)s. Nothing was changed.", state=spoken(state))


def _page(status: int, words: Words, told: str | None) -> str:
    if status < 500:
        return render_template("errors/show.html", status=status, words=words, said=told)
    g.rep = None  # whatever broke may be the database: this page must not ask it who is here
    return render_template("errors/broken.html", business="Leadapp", words=words)


def _status(error: Exception) -> int:
    match error:
        case HTTPException(code=int(code)):
            return code
        case NotFound():
            return 404
        case Taken() | Conflict() | IllegalTransition():
            return 409
        case Invalid():
            return 422
        case DatabaseBusy() | OperationalError():
            return 503
    return 500


def _said(error: Exception) -> str | None:
    """The sentence the error itself carries, when it was written for a person."""
    match error:
        case Conflict(words=words):
            return spoken(words)
        case Taken(rep_name=name):
            return _("%(name)s has it.", name=name)
        case IllegalTransition(state=state):
            return not_any_more(state)
        case Invalid(errors=errors):
            return " ".join(spoken(message) for _field, message in errors)
        case HTTPException(code=422, description=str(description)):
            return description
    return None
