"""What every way in needs before it can store a lead."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, request
from werkzeug.exceptions import Gone, NotFound, ServiceUnavailable

from leadapp.capture.evidence import is_address, visitor_in
from leadapp.capture.text import clean
from leadapp.models import Door, Source
from leadapp.queries.sources import country_of, source_with_key
from leadapp.settings import Settings
from leadapp.workflow.arrivals import Evidence

_LONGEST_PAGE, _LONGEST_AGENT = 2_000, 300


def source_in_use(key: str) -> Source:
    """The source whose address this is. Raises NotFound, and Gone when it is retired."""
    source = source_with_key(key)
    if source is None:
        raise NotFound("No source has this key. Nothing was kept: check the address.")
    if source.retired_at is not None:
        raise Gone("This source is retired. Nothing was kept: take the address of one that is in use.")
    return source


def country_for(source: Source | None) -> str:
    """The country in which national phone numbers are read. Raises ServiceUnavailable while nobody takes leads."""
    country = country_of(source)
    if country is None:
        raise ServiceUnavailable(
            "Nothing was stored: this business has no team yet, so nobody could take a lead. Send it again later.",
            retry_after=60,
        )
    return country


def evidence_of(door: Door, said: Mapping[str, object]) -> Evidence:
    """How the request came. Where the body tells of a visitor, it is believed: the request is the vendor's."""
    page, ip = visitor_in(said)
    return _evidence(door, page or request.referrer, ip or request.remote_addr)


def evidence_of_form(words: str) -> Evidence:
    """That somebody sent the hosted form, which says `words`."""
    settings: Settings = current_app.config["LEADAPP"]
    return _evidence(Door.FORM, f"{settings.base_url}{request.path}", request.remote_addr, words)


def _evidence(door: Door, page: str | None, ip: str | None, words: str | None = None) -> Evidence:
    agent = clean(request.user_agent.string[:_LONGEST_AGENT])
    known_ip = ip if ip and is_address(ip) else None  # a proxy may write anything; it must cost no lead
    return Evidence(door, clean((page or "")[:_LONGEST_PAGE]), known_ip, agent, words)
