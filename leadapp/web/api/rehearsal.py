"""What a draft of the set-up would have made of the last days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from flask import Response

from leadapp import clock
from leadapp.queries.rehearsal import rehearsal_shape
from leadapp.web.api.drafts import read_rehearsal
from leadapp.web.api.entrance import answer, blueprint
from leadapp.web.api.reading import json_object
from leadapp.workflow.errors import Conflict
from leadapp.workflow.rehearsal import rehearse_stored

#: More would keep whoever waits for the answer, and the process, busy for minutes; `leadapp rehearse` has no limit.
_MOST_LEADS = 50_000
_PATIENCE_SECONDS = 10.0
_stage = Lock()


@blueprint.post("/v1/routing/rehearsal")
def rehearsal() -> Response:
    draft, days = read_rehearsal(json_object())
    with _alone():
        found = rehearse_stored(draft, days=days, now=clock.now(), most=_MOST_LEADS)
    return answer(rehearsal_shape(found.comparison, found.names_now, found.names, found.new, found.lead_names))


@contextmanager
def _alone() -> Iterator[None]:
    """One rehearsal at a time: leads that come in meanwhile should share the process with no more than one."""
    if not _stage.acquire(timeout=_PATIENCE_SECONDS):
        raise Conflict("Another rehearsal is running. Nothing was changed: send this one again when it is done.")
    try:
        yield
    finally:
        _stage.release()
