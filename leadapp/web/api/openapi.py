"""The machine-readable description of the API, from the same models that check and shape it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from leadapp.web.api import payloads, shapes
from leadapp.web.api.configuration import RESOURCES, Resource
from leadapp.web.api.drafts import Rehearsal, RehearsalIn
from leadapp.web.api.entrance import answer, blueprint

_ERRORS = {
    400: "not JSON, or no object",
    401: "no key",
    403: "the key may only read",
    404: "no such thing",
    405: "the address does not take this method",
    409: "a lost race or a conflict",
    410: "retired",
    413: "over 256 KiB",
    415: "wrong content type",
    422: "not usable; errors names the fields",
    429: "too many requests; Retry-After says when",
    500: "broken on our side",
    503: "cannot be stored now; Retry-After says when",
}
_ALWAYS = (401, 405, 500, 503)
_WITH_BODY = (400, 403, 413, 415, 422)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one path. `gives` maps each good status to the model of its body (a list of it with `is_list`)."""

    method: str
    path: str
    summary: str
    gives: dict[int, type[BaseModel] | None]
    takes: type[BaseModel] | None = None
    asks: type[BaseModel] | None = None
    errors: tuple[int, ...] = ()
    is_list: bool = False
    is_open: bool = False
    headers: tuple[str, ...] = ()


def _act(path: str, summary: str, takes: type[BaseModel] | None = None) -> Operation:
    errors = (404, 409, *(_WITH_BODY if takes else (403,)))
    return Operation(method="post", path=path, summary=summary, takes=takes, gives={200: shapes.Lead}, errors=errors)


def _configured(resource: Resource, out: type[BaseModel]) -> tuple[Operation, ...]:
    noun, path = resource.noun, f"/api/v1{resource.path}"
    one = f"{path}/{{id}}"
    makes = Operation(
        method="post",
        path=path,
        summary=f"Make a {noun}",
        takes=resource.new,
        gives={201: out},
        errors=(409, *_WITH_BODY),
    )
    changes = Operation(
        method="patch",
        path=one,
        summary=f"Change a {noun}; what is left out stays",
        takes=resource.changes,
        gives={200: out},
        errors=(404, 409, *_WITH_BODY),
    )
    return (
        _list(path, f"List {noun}s in use", payloads.Paging, out),
        makes,
        Operation(method="get", path=one, summary=f"Read a {noun}, retired or not", gives={200: out}, errors=(404,)),
        changes,
        Operation(method="delete", path=one, summary=f"Retire a {noun}", gives={204: None}, errors=(403, 404, 422)),
    )  # fmt: skip


def _list(path: str, summary: str, asks: type[BaseModel], out: type[BaseModel], *errors: int) -> Operation:
    return Operation(
        method="get", path=path, summary=summary, asks=asks, gives={200: out}, is_list=True, errors=(422, *errors)
    )


_OUT: dict[str, type[BaseModel]] = {
    "rep": shapes.Rep,
    "team": shapes.Team,
    "rule": shapes.Rule,
    "source": shapes.Source,
    "contact": shapes.Contact,
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="post", path="/api/v1/leads", summary="Store a lead: 201 new, 200 known or joined to an open one",
        takes=payloads.LeadIn, gives={201: shapes.Lead, 200: shapes.Lead}, errors=_WITH_BODY,
        headers=("Idempotency-Key",),
    ),
    _list("/api/v1/leads", "List leads, newest first", payloads.LeadFilter, shapes.Lead),
    Operation(method="get", path="/api/v1/leads/{id}", summary="Read a lead", gives={200: shapes.Lead}, errors=(404,)),
    _act("/api/v1/offers/{id}/acceptance", "Accept for the rep the offer names", payloads.Acceptance),
    _act("/api/v1/offers/{id}/pass", "Pass for the rep the offer names; the lead moves on", payloads.Pass),
    _act("/api/v1/leads/{id}/assignment", "Decide whose it is", payloads.Assignment),
    _act("/api/v1/leads/{id}/release", "Hand it back; it is routed again", payloads.Release),
    _act("/api/v1/leads/{id}/contact", "Record a contact; stops the contact clock", payloads.ContactMade),
    _act(
        "/api/v1/leads/{id}/calls",
        "What came of a call: a talk is a contact; after a voicemail or no answer the clock moves to the next call",
        payloads.CallMade,
    ),
    Operation(
        method="post", path="/api/v1/leads/{id}/texts",
        summary="Text the customer from the business's number; stops no clock: a program has spoken to nobody",
        takes=payloads.TextOut, gives={201: shapes.Lead}, errors=(404, 409, *_WITH_BODY),
    ),
    _act("/api/v1/leads/{id}/closure", "Close it", payloads.Closure),
    Operation(
        method="post", path="/api/v1/routing/preview", summary="The lead as it would be; writes nothing",
        takes=payloads.LeadIn, gives={200: shapes.Lead}, errors=(400, 413, 415, 422),
    ),
    Operation(
        method="post", path="/api/v1/routing/rehearsal",
        summary="The leads of the last days through a draft of rules, teams and reps; writes nothing",
        takes=RehearsalIn, gives={200: Rehearsal}, errors=(400, 409, 413, 415, 422),
    ),
    Operation(
        method="post", path="/api/v1/routing/urgency", summary="Which words make a text urgent; writes nothing",
        takes=payloads.UrgencyTrial, gives={200: shapes.Urgency}, errors=(400, 413, 415, 422),
    ),
    _list(
        "/api/v1/urgent-phrases", "List the phrases that make a lead urgent: your own, then those shipped",
        payloads.UrgentPhraseFilter, shapes.UrgentPhrase,
    ),
    Operation(
        method="post", path="/api/v1/urgent-phrases", summary="Make a phrase of your own",
        takes=payloads.UrgentPhraseIn, gives={201: shapes.UrgentPhrase}, errors=_WITH_BODY,
    ),
    Operation(
        method="get", path="/api/v1/urgent-phrases/{id}", summary="Read a phrase, retired or not",
        gives={200: shapes.UrgentPhrase}, errors=(404,),
    ),
    Operation(
        method="patch", path="/api/v1/urgent-phrases/{id}", summary="Change a phrase; switch a shipped one on or off",
        takes=payloads.UrgentPhraseChange, gives={200: shapes.UrgentPhrase}, errors=(404, 409, *_WITH_BODY),
    ),
    Operation(
        method="delete", path="/api/v1/urgent-phrases/{id}", summary="Retire a phrase of your own",
        gives={204: None}, errors=(403, 404, 409),
    ),
    Operation(
        method="get", path="/api/v1/trades", summary="List the trades", gives={200: shapes.TradeOfPhrases},
        is_list=True,
    ),
    Operation(
        method="patch", path="/api/v1/trades/{id}", summary="Switch all phrases of a trade on or off",
        takes=payloads.TradeChange, gives={200: shapes.TradeOfPhrases}, errors=(404, *_WITH_BODY),
    ),
    *(
        operation
        for each in RESOURCES
        for operation in _configured(each, _OUT[each.noun])
    ),
    Operation(
        method="put", path="/api/v1/reps/{id}/presence", summary="Declare a rep available, busy or out",
        takes=payloads.PresenceIn, gives={200: shapes.PresenceDone}, errors=(404, *_WITH_BODY),
    ),
    _list("/api/v1/reps/{id}/ledger", "List a rep's turns, newest first", payloads.Paging, shapes.Turn, 404),
    _list("/api/v1/messages", "List messages, newest first", payloads.MessageFilter, shapes.Message),
    _list("/api/v1/consents", "List how requests came, newest first", payloads.ConsentFilter, shapes.Consent),
    _list("/api/v1/alarms", "List what has to be put right, newest first", payloads.Paging, shapes.Alarm),
    Operation(method="get", path="/api/openapi.json", summary="This description", gives={200: None}, is_open=True),
    Operation(
        method="post", path="/in/{key}", summary="Any JSON, form or XML body from a website, a tool or a vendor",
        takes=payloads.LeadIn, gives={201: shapes.Received, 200: shapes.Received}, is_open=True,
        errors=(400, 404, 410, 413, 415, 422, 429),
    ),
)  # fmt: skip


@blueprint.get("/openapi.json")
def describe() -> Response:
    return answer(_document())


@cache
def _document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leadapp",
            "version": "1",
            "description": "Times are RFC 3339 in UTC, durations whole seconds, ids opaque strings.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    good = {str(status): _good(operation, model) for status, model in operation.gives.items()}
    codes = sorted({*operation.errors, *(_ALWAYS if not operation.is_open else (405, 500, 503))})
    bad = {str(code): _content(_ERRORS[code], _ref(shapes.Problem), "application/problem+json") for code in codes}
    described: dict[str, Any] = {"summary": operation.summary, "responses": good | bad}
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.takes:
        described["requestBody"] = {"content": {"application/json": {"schema": _ref(operation.takes)}}}
    if operation.is_open:
        described["security"] = []
    return described


def _good(operation: Operation, model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return {"description": operation.summary}
    schema = _ref(model)
    if operation.is_list:
        after = {"type": ["string", "null"], "description": "The cursor of the next page."}
        properties = {"items": {"type": "array", "items": schema}, "next": after}
        schema = {"type": "object", "required": ["items", "next"], "properties": properties}
    return _content(operation.summary, schema, "application/json")


def _content(description: str, schema: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = [
        {"name": part[1:-1], "in": "path", "required": True, "schema": text}
        for part in operation.path.split("/")
        if part.startswith("{")
    ]
    found += [{"name": name, "in": "header", "schema": text} for name in operation.headers]
    if operation.asks:
        asked = operation.asks.model_json_schema(ref_template=_PLACE)["properties"]
        found += [{"name": name, "in": "query", "schema": schema} for name, schema in asked.items()]
    return found


_PLACE = "#/components/schemas/{model}"


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _PLACE.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    models: list[type[BaseModel]] = [shapes.Problem]
    for operation in OPERATIONS:
        models += [model for model in (operation.takes, operation.asks, *operation.gives.values()) if model]
    _, schema = models_json_schema([(model, "validation") for model in dict.fromkeys(models)], ref_template=_PLACE)
    filters = {operation.asks.__name__ for operation in OPERATIONS if operation.asks}  # stand as parameters instead
    return {name: _without_null_defaults(found) for name, found in schema["$defs"].items() if name not in filters}


def _without_null_defaults(schema: Any) -> Any:
    """A field that may be left out has no default that could be sent."""
    if isinstance(schema, list):
        return [_without_null_defaults(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_null_defaults(value) for key, value in schema.items() if not (key == "default" and value is None)
    }
