"""What would happen to a lead, were it to come in."""

from __future__ import annotations

from flask import Response

from leadapp import clock
from leadapp.queries.leads import joined_shape, preview_shape
from leadapp.web.api.entrance import answer, blueprint
from leadapp.web.api.leads import captured_lead
from leadapp.web.api.reading import json_object
from leadapp.workflow.preview import WouldJoin, preview_lead


@blueprint.post("/v1/routing/preview")
def preview() -> Response:
    captured, source = captured_lead(json_object())
    found = preview_lead(captured, now=clock.now(), source=source)
    if isinstance(found, WouldJoin):
        return answer(joined_shape(found.lead_id, found.sentence))
    return answer(preview_shape(found.lead, found.decision, found.why, found.names))
