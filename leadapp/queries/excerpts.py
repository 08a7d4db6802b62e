"""What is shown of long or secret values: customers' dirty text cut to a line, sign-in codes not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadapp.routing.said import said, strung

CODE_HIDDEN = said("(a sign-in code)")
_MISSED_CALL = said("Missed call"), said("yes")


def is_sign_in_code(cause: str) -> bool:
    """Whether the message with this cause lets its reader in."""
    return cause.startswith(("code:", "invite:"))


def why_urgent(because: Sequence[str] | None, source: str | None) -> str:
    """The customer's words that say so, or the source that is urgent by itself."""
    by_source = said("source {name}", name=source or "")
    return strung(", ", (by_source if one == by_source else one for one in because or ()))


def all_of(attributes: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Everything that was sent beside the fields that we know, and what we noted there."""
    return tuple((name, str(value)) if name != "missed_call" else _MISSED_CALL for name, value in attributes.items())


def excerpt(value: str | None, length: int) -> str | None:
    """One line of at most `length` characters; None for blank."""
    # Cut first: a customer may send ten thousand characters, and a list holds a hundred of them.
    line = " ".join((value or "")[: length * 4].split())
    if not line:
        return None
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def trade(service: str | None, team: str) -> str:
    """What the job is: the service asked for, else the team's trade."""
    return excerpt(service, 60) or team


def place(city: str | None, postcode: str | None) -> str:
    return ", ".join(part for part in (excerpt(city, 40), excerpt(postcode, 12)) if part)
