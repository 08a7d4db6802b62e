"""Pages that keep themselves up to date: a poll carries what it has seen, and unchanged costs one small read."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request

from leadapp.queries.board import board_version
from leadapp.web import htmx
from leadapp.web.assets import build
from leadapp.web.htmx import Screen


def seen() -> str:
    """What the page about to be rendered shows: read before its rows, so that no change falls in between. Whoever only
    looks has it from the moment they were recognised; an action has moved it on."""
    version = g.board_version if request.method == "GET" else board_version()
    return f"{version}.{build()}"


def respond_live(make_screen: Callable[[], Screen]) -> Response:
    """204 while nothing has changed since the poll's `seen`; after an update of the product the page reloads itself."""
    had = request.args.get("seen")
    if had and htmx.is_fragment():
        if had == seen():
            return htmx.unchanged()
        if had.rpartition(".")[2] != build():
            return htmx.reload_page()
    return htmx.respond(make_screen())
