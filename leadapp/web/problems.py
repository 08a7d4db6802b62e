"""Errors for programs: application/problem+json (RFC 9457), each with what happened, what was kept and what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from functools import singledispatch
from http import HTTPStatus

from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from leadapp.capture import NothingToStore
from leadapp.database import DatabaseBusy
from leadapp.languages import spoken_in
from leadapp.queries.paging import BadCursor
from leadapp.queries.wire import moment
from leadapp.routing.lifecycle import IllegalTransition
from leadapp.web.languages import language
from leadapp.workflow.errors import Conflict, Invalid, NotFound, Taken

log = logging.getLogger(__name__)

_FOR_PROGRAMS = ("/api/", "/in/", "/twilio/")
_CODES = (400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503)
_DETAILS = {
    404: "There is nothing at this address. The paths are listed in /api/openapi.json.",
    405: "This address does not take that method; the Allow header names those it does. Nothing was changed.",
    413: "The body is larger than 256 KiB. Nothing of it was kept; leave out attachments and send it again.",
    429: "This one was not stored, too many came from this address: send it again after the seconds in Retry-After.",
}


def speaks_problems(path: str) -> bool:
    """Whether errors at this address are read by programs rather than people."""
    return path.startswith(_FOR_PROGRAMS)


def cover(blueprint: Blueprint) -> None:
    """Answers every error raised in the blueprint's views with a problem document."""
    # A handler of the whole app for one status goes before a blueprint's for Exception, so each status is named too.
    for code in _CODES:
        blueprint.register_error_handler(code, answer_to)
    blueprint.register_error_handler(Exception, answer_to)


def problem(
    status: int,
    detail: str,
    *,
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """A problem document; `more` stands beside the members that the RFC names."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _told(detail),
        "errors": [{"field": field, "message": _told(message)} for field, message in errors],
    } | dict(more or {})
    return Response(json.dumps(document), status, dict(headers or {}), content_type="application/problem+json")


def _told(words: str) -> str:
    """Programs are told in English; of what our own pages show, people are in theirs."""
    return str(words) if speaks_problems(request.path) else spoken_in(language(), words)


@singledispatch
def answer_to(error: Exception) -> Response:
    """The problem document for an error; one nobody expected is logged with its trace."""
    log.error("request_failed method=%s path=%s", request.method, request.path, exc_info=error)
    return problem(
        500,
        "Something broke on our side, and it has been written to the log. What was stored before stays stored; this "
        "request was not finished. Send it again, with an Idempotency-Key if it makes a lead.",
    )


@answer_to.register
def _(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return Response(error.get_response().get_data(), error.code or 500)
    headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
    if error.code == 500:
        return answer_to.dispatch(Exception)(getattr(error, "original_exception", None) or error)
    return problem(
        error.code, _DETAILS.get(error.code) or error.description or HTTPStatus(error.code).phrase, headers=headers
    )


@answer_to.register
def _(error: Invalid) -> Response:
    fields = ", ".join(dict.fromkeys(field for field, _message in error.errors))
    return problem(422, f"Nothing was changed: see errors for what is wrong with {fields}.", errors=error.errors)


@answer_to.register
def _(error: BadCursor) -> Response:
    return problem(
        422, "The list was not read.", errors=[("cursor", "Use the text that came as next, or leave it out.")]
    )


@answer_to.register
def _(_error: NothingToStore) -> Response:
    said = "At least one of phone, email and message must have something in it."
    return problem(
        422, f"Nothing was stored. {said}", errors=[(field, said) for field in ("phone", "email", "message")]
    )


@answer_to.register
def _(error: NotFound) -> Response:
    return problem(404, f"There is no such {error}. Nothing was changed.")


@answer_to.register
def _(error: Taken) -> Response:
    taken = {"taken_by": {"id": error.rep_id, "name": error.rep_name}, "taken_at": moment(error.at)}
    return problem(409, f"{error} Nothing was changed.", more=taken)


@answer_to.register
def _(error: Conflict) -> Response:
    return problem(409, error.words)


@answer_to.register
def _(error: IllegalTransition) -> Response:
    return problem(409, f"This lead is {error.state.value}, so that cannot happen to it. Nothing was changed.")


@answer_to.register(DatabaseBusy)
@answer_to.register(OperationalError)
def _(error: Exception) -> Response:
    log.error("database_unavailable path=%s error=%s", request.path, type(error).__name__)
    detail = "Nothing was stored, the database cannot take it now: send it again after the seconds in Retry-After."
    return problem(503, detail, headers={"Retry-After": "2"})
