"""What the rep tells the customer: by when he calls."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.queries.calls import is_told
from leadapp.web.access import EVERYBODY, requires, viewer
from leadapp.web.languages import _
from leadapp.web.pages.acting import attempt_own
from leadapp.web.pages.formats import frozen_now, moment
from leadapp.web.pages.leads import blueprint
from leadapp.workflow.promises import promise_call


@blueprint.post("/leads/<lead_id>/promise")
@requires(*EVERYBODY)
def promise(lead_id: str) -> ResponseReturnValue:
    minutes = minutes_said() or abort(422, _("Say in how many minutes you call."))
    return attempt_own(
        lead_id,
        lambda: promise_call(lead_id, minutes, now=frozen_now(), actor_id=viewer().id),
        lambda _done: promised(lead_id),
    )


def minutes_said() -> int | None:
    """What the form says of when the customer is called; None if it says nothing."""
    said = request.form.get("call_in", "").strip()
    if said and not (said.isascii() and said.isdecimal() and len(said) < 5):
        abort(422, _("Say in how many minutes you call."))
    return int(said) if said else None


def promised(lead_id: str) -> str:
    """What the customer has been told, and when the clock runs out."""
    at = db.session.get_one(Lead, lead_id).promised_at
    if at is None:
        return _("Call now.")
    if is_told(lead_id, at):
        return _("The customer is told that you call by %(time)s.", time=moment(at))
    return _("The customer could not be told. Call by %(time)s.", time=moment(at))
