"""What is shown of long or secret values: customers' dirty text cut to a line, sign-in codes not at all."""

from __future__ import annotations

from leadapp.routing.said import said

CODE_HIDDEN = said("(a sign-in code)")


def is_sign_in_code(cause: str) -> bool:
    """Whether the message with this cause lets its reader in."""
    return cause.startswith(("code:", "invite:"))


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
