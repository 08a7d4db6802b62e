"""What the office does with a lead at its desk, beside deciding whose it is; and taking such a decision back."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.web.access import EVERYBODY, OFFICE, requires, viewer
from leadapp.web.languages import _
from leadapp.web.pages.acting import attempt, attempt_own, take_back_decision
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.leads import blueprint
from leadapp.workflow import decisions, desk


@blueprint.post("/leads/<lead_id>/restoration")
@requires(*EVERYBODY)
def take_decision_back(lead_id: str) -> ResponseReturnValue:
    """What undoes an assignment or a closure, as long as nothing else has happened."""
    mark = request.form.get("mark", "")
    return attempt_own(
        lead_id,
        lambda: decisions.take_decision_back(lead_id, mark, now=frozen_now(), actor_id=viewer().id),
        _("All is as it was."),
    )


@blueprint.post("/leads/<lead_id>/nudges")
@requires(*OFFICE)
def nudge(lead_id: str) -> ResponseReturnValue:
    return attempt(
        _known(lead_id),
        lambda: desk.nudge(lead_id, now=frozen_now(), actor_id=viewer().id),
        lambda names: _("%(names)s is rung now.", names=", ".join(names)),
    )


@blueprint.post("/leads/<lead_id>/notes")
@requires(*EVERYBODY)
def write_note(lead_id: str) -> ResponseReturnValue:
    text = request.form.get("note", "")
    return attempt_own(
        lead_id, lambda: desk.write_note(lead_id, text, now=frozen_now(), actor_id=viewer().id), _("Noted.")
    )


@blueprint.post("/leads/<lead_id>/merger")
@requires(*OFFICE)
def merge(lead_id: str) -> ResponseReturnValue:
    """It is the same request as the lead `into`."""
    into = request.form.get("into", "")
    if db.session.get(Lead, into) is None:
        abort(422, _("Choose one of the leads listed."))
    return attempt(
        _known(lead_id),
        lambda: desk.merge_leads(lead_id, into, now=frozen_now(), actor_id=viewer().id),
        _("Put together. The other lead goes on."),
        undo=take_back_decision(lead_id),
    )


def _known(lead_id: str) -> str:
    return lead_id if db.session.get(Lead, lead_id) else abort(404)
