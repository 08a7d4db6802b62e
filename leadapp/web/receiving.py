"""What every way in needs before it can store a lead."""

from __future__ import annotations

from werkzeug.exceptions import Gone, NotFound, ServiceUnavailable

from leadapp.models import Source
from leadapp.queries.sources import country_of, source_with_key


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
