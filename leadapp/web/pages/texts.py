"""/leads/{id}/texts: what a person texts to the customer."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from leadapp.texts import segments
from leadapp.web.access import EVERYBODY, requires, viewer
from leadapp.web.languages import _
from leadapp.web.pages.acting import attempt_own
from leadapp.web.pages.formats import frozen_now, moment
from leadapp.workflow.texting import text_from_lead

blueprint = Blueprint("texts", __name__)


@blueprint.post("/leads/<lead_id>/texts")
@requires(*EVERYBODY)
def send(lead_id: str) -> ResponseReturnValue:
    body = request.form.get("text", "")
    return attempt_own(
        lead_id,
        lambda: text_from_lead(lead_id, body, now=frozen_now(), actor_id=viewer().id),
        lambda goes_at: _done(body, goes_at),
    )


def _done(body: str, goes_at: datetime) -> str:
    if goes_at > frozen_now():
        return _("Written. It goes %(when)s, after the quiet hours: nobody has been reached yet.", when=moment(goes_at))
    count = segments(body.replace("\r\n", "\n").strip()).count
    return _("Texted.") if count == 1 else _("Texted, in %(count)s segments.", count=count)
