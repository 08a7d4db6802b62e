"""E-mail addresses as people type them, normalised; never asks the network."""

from __future__ import annotations

import re
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

_IN_BRACKETS = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_MAILTO = re.compile(r"mailto:([^?\s]+)", re.IGNORECASE)
_CANDIDATE = re.compile(r"[^\s,;<>()\"]+@[^\s,;<>()\"]+")
_FORGIVEN = ".,;:!?)>]}'\""
_LONGEST = 1000


def parse_email(raw: str | None) -> str | None:
    """The address in lower case, or None when it is none. "Ann <a@b.org>", "mailto:a@b.org" and "a@b.org." are read."""
    if not raw or "@" not in raw or len(raw) > _LONGEST:
        return None
    return _valid(raw) or next((found for found in map(_valid, _candidates(raw)) if found), None)


def _candidates(raw: str) -> list[str]:
    addresses = [unquote(address) for address in _MAILTO.findall(raw)]
    addresses += _IN_BRACKETS.findall(raw)
    addresses += _CANDIDATE.findall(raw)
    return [address.rstrip(_FORGIVEN).lstrip("('\"[{<") for address in addresses]


def _valid(address: str) -> str | None:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized.lower()
