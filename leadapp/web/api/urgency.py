"""Which words make a lead urgent: the phrases, the trades they belong to, and a text tried on them."""

from __future__ import annotations

from typing import Any

from flask import Response

from leadapp import clock
from leadapp.queries import urgency as queries
from leadapp.web.api import payloads
from leadapp.web.api.entrance import answer, blueprint, listing
from leadapp.web.api.reading import filters, given, payload
from leadapp.workflow.configuration import urgency
from leadapp.workflow.errors import NotFound
from leadapp.workflow.urgency import read_urgent_words


@blueprint.get("/v1/urgent-phrases")
def list_phrases() -> Response:
    return listing(*queries.phrases(**dict(filters(payloads.UrgentPhraseFilter))))


@blueprint.post("/v1/urgent-phrases")
def make_phrase() -> Response:
    phrase_id = urgency.create_phrase(given(payload(payloads.UrgentPhraseIn)), now=clock.now())
    return answer(_phrase(phrase_id), 201, {"Location": f"{blueprint.url_prefix}/v1/urgent-phrases/{phrase_id}"})


@blueprint.get("/v1/urgent-phrases/<phrase_id>")
def show_phrase(phrase_id: str) -> Response:
    return answer(_phrase(phrase_id))


@blueprint.patch("/v1/urgent-phrases/<phrase_id>")
def change_phrase(phrase_id: str) -> Response:
    urgency.change_phrase(phrase_id, given(payload(payloads.UrgentPhraseChange)), now=clock.now())
    return answer(_phrase(phrase_id))


@blueprint.delete("/v1/urgent-phrases/<phrase_id>")
def retire_phrase(phrase_id: str) -> Response:
    urgency.retire_phrase(phrase_id, now=clock.now())
    return Response(status=204)


@blueprint.get("/v1/trades")
def list_trades() -> Response:
    return listing(queries.trades(), None)


@blueprint.patch("/v1/trades/<name>")
def switch_trade(name: str) -> Response:
    urgency.switch_trade(name, enabled=payload(payloads.TradeChange).enabled, now=clock.now())
    return answer(next(trade for trade in queries.trades() if trade["id"] == name))


@blueprint.post("/v1/routing/urgency")
def try_urgency() -> Response:
    text = payload(payloads.UrgencyTrial).text
    return answer(queries.trial_shape(read_urgent_words().deciding(text)))


def _phrase(phrase_id: str) -> dict[str, Any]:
    shape = queries.phrase_shape(phrase_id)
    if shape is None:
        raise NotFound("phrase")
    return shape
