"""The way into the API: who may come in, how errors look, how answers leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from leadapp.extensions import csrf
from leadapp.web import problems
from leadapp.workflow.access import find_api_key

_READS = ("GET", "HEAD", "OPTIONS")
#: No key is needed to read what the API is; a preview and a rehearsal are POSTs that write nothing.
_FOR_ANYBODY = frozenset({"api.describe"})
_WRITES_NOTHING = frozenset({"api.preview", "api.rehearsal", "api.try_urgency"})

blueprint = Blueprint("api", __name__, url_prefix="/api")
csrf.exempt(blueprint)  # a key is not sent by a browser on its own
problems.cover(blueprint)


@blueprint.before_request
def admit() -> None:
    """Lets in whoever has a key; a read-only key may not change anything."""
    if request.endpoint in _FOR_ANYBODY:
        return
    authorization = request.authorization
    is_bearer = authorization is not None and authorization.type == "bearer" and authorization.token
    key = find_api_key(authorization.token) if authorization and is_bearer and authorization.token else None
    if key is None:
        raise Unauthorized(
            "Nothing was changed. Send a key that is in use: Authorization: Bearer KEY "
            "(`leadapp api-key NAME` makes one).",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "leadapp"}),
        )
    if key.read_only and request.method not in _READS and request.endpoint not in _WRITES_NOTHING:
        raise Forbidden("This key may only read. Nothing was changed: use a key that was made without --read-only.")
    g.api_key = key


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(as_json(body), status, dict(headers or {}), content_type="application/json")


def as_json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def listing(items: list[dict[str, Any]], after: str | None) -> Response:
    return answer({"items": items, "next": after})
