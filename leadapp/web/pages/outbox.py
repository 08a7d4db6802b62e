"""/outbox: the texts, calls and mails that the log channels would have sent."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries.pages import OUTBOX_SHOWN, outbox
from leadapp.web import htmx
from leadapp.web.access import OFFICE, OWNER, requires, viewer
from leadapp.web.htmx import Screen

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
@requires(*OFFICE)
def show() -> ResponseReturnValue:
    rows = outbox(request.args.get("before"), reads_owner_codes=viewer().has_role(*OWNER))
    shown = rows[:OUTBOX_SHOWN]
    older = shown[-1].id if len(rows) > OUTBOX_SHOWN else None
    context = {"messages": shown, "older": older}
    return htmx.respond(Screen(url_for("outbox.show"), "outbox/show.html", "outbox/_messages.html", context))
