"""/board: every open lead, whose it is, how long it has waited, what happens next and when."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.board import board
from leadapp.web.access import EVERYBODY, OWNER, requires, sees_every_lead, viewer
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.live import respond_live, seen

blueprint = Blueprint("board", __name__)


@blueprint.get("/board")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    return respond_live(screen)


def screen() -> Screen:
    rep = viewer()
    version = seen()
    return Screen(
        url=url_for("board.show"),
        page="board/show.html",
        fragment="board/_rows.html",
        context={
            "board": board(rep.id, frozen_now(), whole=sees_every_lead(rep), sees_alarms=rep.has_role(*OWNER)),
            "whole": sees_every_lead(rep),
            "seen": version,
        },
    )
