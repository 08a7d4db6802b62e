"""The words of the e-mail that sums up what went wrong. Pure: values in, text out. No name, phone or street of a
customer: mail is read on screens that others see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadapp.breach_facts import Breach, Trouble
from leadapp.models import Digest
from leadapp.wording import day_and_time

_MOST_LISTED = 30
_HOW_OFTEN = {
    Digest.HOURLY: "You get this at most once an hour, and only when something went wrong.",
    Digest.DAILY: "You get this in the morning, and only when something went wrong.",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What went wrong after `since` and up to `until`, for somebody who lives in `time_zone`."""

    breaches: Sequence[Breach]
    troubles: Sequence[Trouble]
    since: datetime
    until: datetime
    time_zone: str

    @property
    def untaken(self) -> list[Breach]:
        return [breach for breach in self.breaches if not breach.was_taken]

    @property
    def uncalled(self) -> list[Breach]:
        return [breach for breach in self.breaches if breach.was_taken]

    def moment(self, at: datetime) -> str:
        return day_and_time(at, self.time_zone, now=self.until)


def subject(summary: Summary) -> str:
    """ "2 leads not taken in time, 1 customer not called in time, 1 alarm"."""
    parts = (
        _count(len(summary.untaken), "lead", "not taken in time"),
        _count(len(summary.uncalled), "customer", "not called in time"),
        _count(len(summary.troubles), "alarm"),
    )
    return ", ".join(filter(None, parts))


def body(summary: Summary, business: str, how_often: Digest, base_url: str) -> str:
    """The whole mail, as plain text."""
    parts = [
        f"{business}, since {summary.moment(summary.since)}:",
        *_leads("Nobody took these in time", summary.untaken, summary, base_url),
        *_leads("Taken, but the customer was not called in time", summary.uncalled, summary, base_url),
        *_alarms(summary),
        f"{_HOW_OFTEN[how_often]} Change that at {base_url}/me",
    ]
    return "\n\n".join(parts) + "\n"


def _leads(title: str, breaches: Sequence[Breach], summary: Summary, base_url: str) -> Iterator[str]:
    if not breaches:
        return
    yield title.upper()
    for breach in breaches[:_MOST_LISTED]:
        about = f"URGENT: {breach.about}" if breach.is_urgent else breach.about
        came = f"{about}. {breach.place}. Came {summary.moment(breach.came_at)}."
        yield f"{came}\n{_how_it_stands(breach, summary)}\n{base_url}/leads/{breach.lead_id}"
    if len(breaches) > _MOST_LISTED:
        more = len(breaches) - _MOST_LISTED
        yield f"And {more} more; the board has those that are open: {base_url}/board"


def _how_it_stands(breach: Breach, summary: Summary) -> str:
    if breach.contacted_at:
        return f"{breach.who} reached the customer {summary.moment(breach.contacted_at)}."
    if breach.is_closed:
        return "It was closed since."
    if breach.claimed_at:
        taken = f"{breach.who} took it {summary.moment(breach.claimed_at)}"
        return f"{taken}; nobody has spoken to the customer yet."
    return f"Nobody has taken it yet; it is with {breach.who}."


def _alarms(summary: Summary) -> Iterator[str]:
    if not summary.troubles:
        return
    yield "ALARMS"
    for trouble in summary.troubles:
        when = f"Since {summary.moment(trouble.raised_at)}"
        yield f"{trouble.text}\n{when}{'; it has been put right.' if trouble.is_over else '.'}"


def _count(number: int, noun: str, what: str = "") -> str:
    if not number:
        return ""
    return f"{number} {noun if number == 1 else f'{noun}s'} {what}".rstrip()
