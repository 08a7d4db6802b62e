"""What belongs to one rep: presence and the ledger of turns."""

from __future__ import annotations

from flask import Response

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.queries import lists
from leadapp.queries.configuration import presence_shape
from leadapp.queries.wire import Names
from leadapp.web.api import payloads
from leadapp.web.api.entrance import answer, blueprint, listing
from leadapp.web.api.reading import filters, payload
from leadapp.workflow import people
from leadapp.workflow.errors import NotFound


@blueprint.put("/v1/reps/<rep_id>/presence")
def declare(rep_id: str) -> Response:
    said, now = payload(payloads.PresenceIn), clock.now()
    done = people.set_presence(
        rep_id, state=said.state, until=said.until, start=said.start, cover_id=said.cover, note=said.note, now=now
    )
    rep = _rep(rep_id)
    shape = presence_shape(rep, Names(Rep, [rep.cover_id]), now)
    return answer(shape | {"offers_moved": done.offers_moved, "still_claimed": done.still_claimed})


@blueprint.get("/v1/reps/<rep_id>/ledger")
def ledger(rep_id: str) -> Response:
    asked = filters(payloads.Paging)
    return listing(*lists.ledger(_rep(rep_id).id, cursor=asked.cursor, limit=asked.limit))


def _rep(rep_id: str) -> Rep:
    rep = db.session.get(Rep, rep_id)
    if rep is None:
        raise NotFound("rep")
    return rep
