"""What is only read: messages out, how requests came, and what is wrong with the set-up."""

from __future__ import annotations

from flask import Response

from leadapp.queries import lists
from leadapp.web.api import payloads
from leadapp.web.api.entrance import blueprint, listing
from leadapp.web.api.reading import filters


@blueprint.get("/v1/messages")
def list_messages() -> Response:
    return listing(*lists.messages(**dict(filters(payloads.MessageFilter))))


@blueprint.get("/v1/consents")
def list_consents() -> Response:
    return listing(*lists.consents(**dict(filters(payloads.ConsentFilter))))


@blueprint.get("/v1/alarms")
def list_alarms() -> Response:
    return listing(*lists.alarms(**dict(filters(payloads.Paging))))
