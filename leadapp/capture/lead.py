"""A lead as captured: validated, normalised, and kept as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadapp.capture.email import parse_email
from leadapp.capture.moment import parse_moment
from leadapp.capture.phone import is_region, parse_phone
from leadapp.capture.text import clean, json_text, storable

PLAIN_FIELDS = (
    "name",
    "message",
    "service",
    "address",
    "city",
    "region",
    "postcode",
    "country",
    "company",
    "company_size",
    "industry",
    "language",
    "consent",
    "source",
    "external_id",
)
FIELDS = frozenset(PLAIN_FIELDS) | {"phone", "email", "received_at", "attributes"}


class NothingToStore(Exception):
    """Phone, e-mail and message are all blank."""


@dataclass(frozen=True)
class CapturedLead:
    """`received_at` is the sender's time when it can be believed. `raw` is the payload as it came, as ASCII JSON text.
    `notes` are plain sentences for the timeline."""

    name: str | None = None
    phone: str | None = None
    phone_raw: str | None = None
    email: str | None = None
    email_raw: str | None = None
    message: str | None = None
    service: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    company: str | None = None
    company_size: str | None = None
    industry: str | None = None
    language: str | None = None
    consent: str | None = None
    source: str | None = None
    external_id: str | None = None
    received_at: datetime | None = None
    attributes: dict[str, object] = field(default_factory=dict)
    raw: str = "{}"
    notes: tuple[str, ...] = ()


def from_fields(payload: Mapping[str, object], *, country: str, now: datetime) -> CapturedLead:
    """The lead in a payload whose fields have the names of the API. Dirty values are kept, never refused.

    Raises NothingToStore when phone, e-mail and message are all blank.
    """
    return assemble(payload, raw=json_text(payload), country=country, now=now)


def assemble(fields: Mapping[str, object], *, raw: str, country: str, now: datetime) -> CapturedLead:
    """A lead from fields under our names; fields of other names go to `attributes`, beside what is already there."""
    values = {name: clean(fields[name]) for name in PLAIN_FIELDS if name in fields}
    phone_raw, email_raw = clean(fields.get("phone")), clean(fields.get("email"))
    if not (phone_raw or email_raw or values.get("message")):
        raise NothingToStore
    said_at = clean(fields.get("received_at"))
    received_at, note = parse_moment(said_at, now)
    attributes = _attributes(fields)
    if said_at and received_at is None and note:
        attributes.setdefault("received_at", said_at)
    return CapturedLead(
        **values,
        phone=_phone(phone_raw, values.get("country"), country),
        phone_raw=phone_raw,
        email=parse_email(email_raw),
        email_raw=email_raw,
        received_at=received_at,
        attributes=attributes,
        raw=raw,
        notes=(note,) if note else (),
    )


def _phone(raw: str | None, own_country: str | None, country: str) -> str | None:
    """National numbers are read in the lead's own country when it names one, else in the business's."""
    own = own_country.upper() if own_country else None
    if own and own != country and is_region(own):
        return parse_phone(raw, own, country)
    return parse_phone(raw, country)


def _attributes(fields: Mapping[str, object]) -> dict[str, object]:
    others = {name: value for name, value in fields.items() if name not in FIELDS}
    given = fields.get("attributes")
    if isinstance(given, Mapping):
        others |= given
    elif clean(given) is not None:
        others["attributes"] = given
    kept = storable(others)
    return kept if isinstance(kept, dict) else {}
