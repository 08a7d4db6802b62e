"""Pages that keep themselves up to date: a poll carries what it has seen, and unchanged costs one small read."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request

from leadapp.queries.board import board_version
from leadapp.web import htmx
from leadapp.web.assets import build
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now


def seen() -> str:
    """What the page about to be rendered shows: read before its rows, so that no change falls in between. Whoever only
    looks has it from the moment they were recognised; an action has moved it on."""
    version = g.board_version if request.method == "GET" else board_version()
    return f"{version}.{build()}"


def respond_live(make_screen: Callable[[], Screen]) -> Response:
    """204 while nothing has changed since the poll's `seen`, nor by itself since its `until`; after an update of the
    product the page reloads itself."""
    had, until = request.args.get("seen"), request.args.get("until", type=float)
    if had and htmx.is_fragment():
        if had == seen() and (until is None or frozen_now().timestamp() < until):
            return htmx.unchanged()
        if had.rpartition(".")[2] != build():
            return htmx.reload_page()
    return htmx.respond(make_screen())
