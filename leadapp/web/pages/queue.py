"""/board/queue: what nobody took, the oldest first; and the lead that is on the phone just now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.capture.jotting import Jotting, pick_out
from leadapp.capture.lead import CapturedLead, NothingToStore, from_fields
from leadapp.extensions import db
from leadapp.models import Lead, Rep
from leadapp.queries.board import Wanted, board
from leadapp.routing.values import Offer
from leadapp.web import htmx
from leadapp.web.access import OFFICE, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.live import respond_live, seen
from leadapp.web.pages.whereabouts import where_it_is
from leadapp.web.receiving import country_for
from leadapp.workflow.intake import capture_lead
from leadapp.workflow.preview import Preview, WouldJoin, preview_lead

blueprint = Blueprint("queue", __name__)

_FIELDS = ("name", "phone", "email", "message")
_SOURCE = "phone"  # as where the telephone is no source of its own
_SHOWN = 200


@blueprint.get("/board/queue")
@requires(*OFFICE)
def show() -> ResponseReturnValue:
    return respond_live(screen)


@blueprint.get("/board/leads/preview")
@requires(*OFFICE)
def preview() -> ResponseReturnValue:
    """What was picked out of what is being typed, whom it would go to, and whether the same person is here already."""
    jotting = _jotting(request.args.get("text", ""))
    captured = _captured(jotting)
    told = preview_lead(captured, now=frozen_now()) if captured else None
    context = {"jotting": jotting, **_where_to(told)}
    return htmx.respond(Screen(url_for("queue.show"), "queue/show.html", "queue/_preview.html", context))


@blueprint.post("/board/leads")
@requires(*OFFICE)
def enter() -> ResponseReturnValue:
    """Takes the lead through the front door like any other: it is routed, and rings."""
    typed = {name: request.form[name].strip() for name in _FIELDS if request.form.get(name, "").strip()}
    jotting = _jotting(request.form.get("text", ""))
    captured = _captured(jotting, typed)
    if captured is None:
        return htmx.respond(screen(), status=422, notice=_("Write who called, or what they want. Nothing was stored."))
    stored = capture_lead(captured, now=frozen_now())
    return htmx.go(url_for("queue.show"), _("Stored. %(where)s", where=where_it_is(stored.lead_id)))


def screen() -> Screen:
    version = seen()
    waiting = board(viewer().id, frozen_now(), whole=True, wanted=Wanted(queued=True, shown=_SHOWN))
    return Screen(
        url=url_for("queue.show"),
        page="queue/show.html",
        fragment="queue/_queue.html",
        context={"board": waiting, "seen": version, "typed": request.form.get("text", "")},
    )


def _jotting(text: str) -> Jotting:
    return pick_out(text, country_for(None))


def _captured(jotting: Jotting, typed: dict[str, str] | None = None) -> CapturedLead | None:
    """None while there is nothing to store. What somebody put right by hand counts."""
    fields: dict[str, object] = {"source": _SOURCE, **jotting.fields(), **(typed or {})}
    if not fields.keys() & {"phone", "email", "message"}:
        fields["message"] = fields.get("name", "")  # better one word to ask about than a lead that is lost
    try:
        return from_fields(fields, country=country_for(None), now=frozen_now())
    except NothingToStore:
        return None


def _where_to(told: Preview | WouldJoin | None) -> dict[str, Any]:
    if isinstance(told, WouldJoin):
        lead = db.session.get_one(Lead, told.lead_id)
        return {"joins": lead, "holder": db.session.get_one(Rep, lead.accountable_id).name}
    if isinstance(told, Preview) and isinstance(told.decision, Offer):
        return {"goes_to": [told.names[rep_id] for rep_id in told.decision.rep_ids], "is_urgent": told.decision.urgent}
    return {}
