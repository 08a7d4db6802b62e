"""/board/tv: the board on a wall. Whoever walks by sees how leads stand, and nothing about who the customers are."""

from __future__ import annotations

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.board import Wanted, board, board_version
from leadapp.queries.wall import wall
from leadapp.web.access import current_rep, sees_every_lead
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.live import respond_live, seen
from leadapp.workflow.devices import find_device, note_seen

blueprint = Blueprint("tv", __name__)

#: As many as can be read across a room.
_SHOWN = 9


@blueprint.get("/board/tv")
def show() -> ResponseReturnValue:
    """By the link of a screen, or by whoever sees every lead; 404 for all others: nobody learns that a key is wrong."""
    key = request.args.get("key", "")
    g.board_version = board_version()
    if key:
        device = find_device(key) or abort(404)
        note_seen(device, frozen_now())
    elif (rep := current_rep()) is None or not sees_every_lead(rep):
        abort(404)
    return respond_live(lambda: _screen(key))


def _screen(key: str) -> Screen:
    version = seen()
    found = board("", frozen_now(), whole=True, wanted=Wanted(shown=_SHOWN))
    return Screen(
        url=url_for("tv.show", key=key or None),
        page="tv/show.html",
        fragment="tv/_wall.html",
        context={"wall": wall(found), "seen": version, "key": key or None},
    )
