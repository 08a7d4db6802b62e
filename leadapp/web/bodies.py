"""What a signed-in page sends as JSON."""

from __future__ import annotations

from typing import Any

from flask import request

from leadapp.workflow.errors import Invalid


def json_object() -> dict[str, Any]:
    """The body of the request. Raises Invalid when it is anything else."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested without end
        body = None
    if not isinstance(body, dict):
        raise Invalid(("body", "must be a JSON object"))
    return body
