"""What every way in needs before it can store a lead."""

from __future__ import annotations

from werkzeug.exceptions import ServiceUnavailable

from leadapp.models import Source
from leadapp.queries.sources import country_of


def country_for(source: Source | None) -> str:
    """The country in which national phone numbers are read. Raises ServiceUnavailable while nobody takes leads."""
    country = country_of(source)
    if country is None:
        raise ServiceUnavailable(
            "Nothing was stored: this business has no team yet, so nobody could take a lead. Send it again later.",
            retry_after=60,
        )
    return country
