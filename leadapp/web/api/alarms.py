"""What is wrong with how the business is set up, until somebody has put it right."""

from __future__ import annotations

from flask import Response

from leadapp.queries import lists
from leadapp.web.api import payloads
from leadapp.web.api.entrance import blueprint, listing
from leadapp.web.api.reading import filters


@blueprint.get("/v1/alarms")
def list_alarms() -> Response:
    return listing(*lists.alarms(**dict(filters(payloads.Paging))))
