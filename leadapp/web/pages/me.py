"""/me: presence, phone check, turn ledger, sign out."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.pages import ledger
from leadapp.queries.people import active_reps, person
from leadapp.queries.reached import ways_to_reach
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.presence import change_presence
from leadapp.workflow.errors import Invalid

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    return htmx.respond(screen())


@blueprint.post("/me/presence")
@requires(*EVERYBODY)
def set_presence() -> ResponseReturnValue:
    rep = viewer()
    try:
        said = change_presence(rep, request.form, url=url_for("me.set_presence"), actor=rep)
    except Invalid as error:
        return htmx.respond(screen(), status=422, notice=" ".join(message for _field, message in error.errors))
    return htmx.respond_changed(screen(), said.notice, said.undo)


def screen() -> Screen:
    rep = viewer()
    return Screen(
        url=url_for("me.show"),
        page="me/show.html",
        fragment="me/_presence.html",
        context={
            "me": person(rep, frozen_now()),
            "covers": [(rep_id, name) for rep_id, name in active_reps() if rep_id != rep.id],
            "channels": ways_to_reach(rep, frozen_now()),
            "turns": ledger(rep.id),
        },
    )
