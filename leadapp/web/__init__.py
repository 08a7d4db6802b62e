"""Thin doors: they translate requests into workflow calls, and results into pages and JSON."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

from leadapp.web import api, doors, operations, pages, problems, push, pwa, twilio, unstorable
from leadapp.web.pages import errors


def init_app(app: Flask) -> None:
    """Binds every door to the application."""
    unstorable.init_app(app)
    pages.init_app(app)
    for blueprint in (
        api.blueprint,
        doors.blueprint,
        operations.blueprint,
        push.blueprint,
        pwa.blueprint,
        twilio.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(Exception, _tell)


def _tell(error: Exception) -> Response | AnyResponse:
    """Programs get a problem document, people a page; also for addresses that belong to no door."""
    return problems.answer_to(error) if problems.speaks_problems(request.path) else errors.error_page(error)
