"""Customers' dirty values cut to what fits a line."""

from __future__ import annotations


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
