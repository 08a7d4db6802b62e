"""Leads and offers: they come in, are read, and people act on them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from flask import Response, g, request

from leadapp import clock
from leadapp.capture import CapturedLead, from_fields
from leadapp.capture.text import clean
from leadapp.models import Door, Source
from leadapp.queries import lists
from leadapp.queries.leads import lead_shape, lead_shapes, new_lead_shape
from leadapp.queries.sources import source_named
from leadapp.web.api import payloads
from leadapp.web.api.entrance import answer, as_json, blueprint, listing
from leadapp.web.api.reading import filters, json_object, payload
from leadapp.web.receiving import country_for, evidence_of
from leadapp.workflow import offers, ownership
from leadapp.workflow.arrivals import Once, Stored
from leadapp.workflow.calls import record_call
from leadapp.workflow.errors import NotFound
from leadapp.workflow.idempotency import RequestKey
from leadapp.workflow.intake import capture_lead
from leadapp.workflow.texting import text_from_lead


@blueprint.post("/v1/leads")
def capture() -> Response:
    now = clock.now()
    captured, source = captured_lead(json_object())
    named = request.headers.get("Idempotency-Key", "").strip()
    key = RequestKey(_digest(g.api_key.id, named), _digest(request.get_data())) if named else None
    once, evidence = Once(key, _answered) if key else None, evidence_of(Door.API, captured.attributes)
    stored = capture_lead(captured, now=now, source=source, once=once, evidence=evidence)
    if stored.answer:
        replayed = {"Idempotent-Replayed": "true"} if stored.answer.replayed else {}
        return Response(stored.answer.body, stored.answer.status, replayed, content_type="application/json")
    status, body = _answered(stored)
    return Response(body, status, content_type="application/json")


@blueprint.get("/v1/leads")
def list_leads() -> Response:
    found = lists.leads(**dict(filters(payloads.LeadFilter)))
    return listing(lead_shapes([lead.id for lead in found.rows]), found.next)


@blueprint.get("/v1/leads/<lead_id>")
def show_lead(lead_id: str) -> Response:
    return _lead(lead_id)


@blueprint.post("/v1/offers/<offer_id>/acceptance")
def accept(offer_id: str) -> Response:
    seconds = payload(payloads.Acceptance).call_in if request.is_json else None
    return _lead(offers.accept_offer(offer_id, now=clock.now(), call_in=seconds // 60 if seconds else None))


@blueprint.post("/v1/offers/<offer_id>/pass")
def pass_on(offer_id: str) -> Response:
    said = payload(payloads.Pass)
    return _lead(offers.pass_offer(offer_id, reason=said.reason, now=clock.now()))


@blueprint.post("/v1/leads/<lead_id>/assignment")
def assign(lead_id: str) -> Response:
    said = payload(payloads.Assignment)
    ownership.assign_lead(lead_id, said.rep, now=clock.now())
    return _lead(lead_id)


@blueprint.post("/v1/leads/<lead_id>/release")
def release(lead_id: str) -> Response:
    said = payload(payloads.Release)
    ownership.release_lead(lead_id, reason=said.reason, now=clock.now())
    return _lead(lead_id)


@blueprint.post("/v1/leads/<lead_id>/contact")
def contact(lead_id: str) -> Response:
    said = payload(payloads.ContactMade)
    ownership.record_contact(lead_id, kind=said.kind, result=said.result, at=said.at, now=clock.now())
    return _lead(lead_id)


@blueprint.post("/v1/leads/<lead_id>/calls")
def call(lead_id: str) -> Response:
    said = payload(payloads.CallMade)
    record_call(lead_id, said.result, again_at=said.again_at, now=clock.now())
    return _lead(lead_id)


@blueprint.post("/v1/leads/<lead_id>/texts")
def text(lead_id: str) -> Response:
    said = payload(payloads.TextOut)
    text_from_lead(lead_id, said.text, now=clock.now())
    return answer(_shape(lead_id), 201)


@blueprint.post("/v1/leads/<lead_id>/closure")
def close(lead_id: str) -> Response:
    said = payload(payloads.Closure)
    ownership.close_lead(lead_id, outcome=said.outcome, reason=said.reason, now=clock.now())
    return _lead(lead_id)


def captured_lead(fields: dict[str, Any]) -> tuple[CapturedLead, Source | None]:
    """The lead and the source it names, if it names one; a key it names is not kept."""
    said = clean(fields.get("source"))
    source = source_named(said) if said else None
    captured = from_fields(fields, country=country_for(source), now=clock.now())
    return (replace(captured, source=source.name) if source else captured), source


def _answered(stored: Stored) -> tuple[int, str]:
    if stored.roster is None:
        return 200, as_json(_shape(stored.lead_id))
    return 201, as_json(new_lead_shape(stored.rows, stored.roster.names))


def _lead(lead_id: str) -> Response:
    return answer(_shape(lead_id))


def _shape(lead_id: str) -> dict[str, Any]:
    shape = lead_shape(lead_id)
    if shape is None:
        raise NotFound("lead")
    return shape


def _digest(*parts: str | bytes) -> str:
    return sha256(b"\n".join(part.encode() if isinstance(part, str) else part for part in parts)).hexdigest()
