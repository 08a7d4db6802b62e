"""What a report is made of. Moments are whole seconds since 1970, so that a hundred thousand leads sum up quickly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Clock(StrEnum):
    """Until when the time of a lead is counted."""

    OFFER = "offer"  # somebody was asked for it: offered it, or rung as the fallback
    ACCEPT = "accept"  # somebody took it, or it was given to them
    CONTACT = "contact"  # somebody reached the customer


class Hours(StrEnum):
    """Which time is counted."""

    ALL = "all"
    OPEN = "open"  # while the lead's team is open


class Field(StrEnum):
    """What of a lead is looked at for being blank."""

    NAME = "name"
    PHONE = "phone"
    UNUSABLE_PHONE = "unusable_phone"  # something was written, and it is no number that can be called
    EMAIL = "email"
    MESSAGE = "message"
    SERVICE = "service"
    POSTCODE = "postcode"


#: In `blanks`, the bit of each field.
BITS = {field: 1 << place for place, field in enumerate(Field)}

#: A lead that reached us later than this after the customer wrote is a record of the past: no clock could be kept.
LATE = 86_400


JUNK = frozenset({"spam", "duplicate"})


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads in columns: the same place in each is the same lead. An object for each lead would take three times as
    long. `rep` is whose name is on it, `source` as it was called when the lead came. `asked`, `taken` and `reached` are
    the first time of each; `outcome` is empty while it is open."""

    id: list[str]
    team: list[str]
    rep: list[str]
    source: list[str]
    received: list[int]
    stored: list[int]
    asked: list[int | None]
    taken: list[int | None]
    reached: list[int | None]
    outcome: list[str | None]
    blanks: list[int]

    def __len__(self) -> int:
        return len(self.id)


class End(StrEnum):
    """How it ended that a rep was asked, or had the lead, and the lead did not stay with them."""

    EXPIRED = "expired"  # the claim clock ran out
    PASSED = "passed"
    AWAY = "away"  # they went away while they were asked
    HANDED_BACK = "handed_back"  # they had taken it
    QUEUED = "queued"  # nobody was left to ask: the fallback was rung


class Ask(NamedTuple):
    """Somebody was asked for a lead, or had it. `end` is empty where it came to nothing worse than that somebody else
    was faster; `at` is when it ended."""

    lead_id: str
    rep: str
    end: End | None
    why: str
    at: int
