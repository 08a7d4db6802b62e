"""What a draft of the set-up would have made of the last days."""

from __future__ import annotations

from flask import Response

from leadapp import clock
from leadapp.queries.rehearsal import rehearsal_shape
from leadapp.web.api.drafts import read_rehearsal
from leadapp.web.api.entrance import answer, blueprint
from leadapp.web.api.reading import json_object
from leadapp.workflow.rehearsal import rehearse_stored

#: More would keep whoever waits for the answer, and the process, busy for minutes; `leadapp rehearse` has no limit.
_MOST_LEADS = 50_000


@blueprint.post("/v1/routing/rehearsal")
def rehearsal() -> Response:
    draft, days = read_rehearsal(json_object())
    found = rehearse_stored(draft, days=days, now=clock.now(), most=_MOST_LEADS)
    return answer(rehearsal_shape(found.comparison, found.names_now, found.names, found.new, found.lead_names))
