"""Reads requests of programs: JSON bodies, checked payloads, filters."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from leadapp.workflow.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)

_MOST_DIGITS = 300
_MESSAGES = {
    "extra_forbidden": "There is no field of this name, or it is set elsewhere; see /api/openapi.json.",
    "missing": "This is needed.",
}


def json_object() -> dict[str, Any]:
    """The body as a JSON object; an absent body is an empty one. Raises BadRequest, UnsupportedMediaType."""
    body = request.get_data()
    if not body and (request.is_json or not request.content_type):
        return {}
    if not request.is_json:
        raise UnsupportedMediaType(
            "Nothing was kept. Send JSON with Content-Type: application/json; forms go to /in/ and a source's key."
        )
    try:
        found = json.loads(body, parse_constant=str, parse_int=_whole, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON that can be read ({_short(error)}). Nothing was kept.") from None
    if not isinstance(found, dict):
        raise BadRequest("The body is JSON, but no object in braces. Nothing was kept.")
    return found


def payload(model: type[Model]) -> Model:
    """The body as the model. Raises Invalid, naming each field that is wrong."""
    return checked(model, json_object())


def filters(model: type[Model]) -> Model:
    """The query string as the model; a filter that is left empty narrows nothing. Raises Invalid."""
    return checked(model, {name: value for name, value in request.args.items() if value})


def checked(model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise Invalid(*((_field(item["loc"]), _message(item)) for item in found)) from None


def given(values: BaseModel) -> dict[str, Any]:
    """What was sent, as plain JSON under the names of the API."""
    return values.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _number(digits: str) -> float | str:
    """JSON has no infinity, and PostgreSQL takes none: 1e999 stays text."""
    number = float(digits)
    return number if math.isfinite(number) else digits


def _field(place: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in place) or "body"


def _message(item: Any) -> str:
    said = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return _MESSAGES.get(item["type"]) or f"{said[0].upper()}{said[1:]}".rstrip(".") + "."


def _short(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:100]
