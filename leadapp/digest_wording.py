"""The words of the e-mail that sums up what went wrong. Pure: values in, text out. No name, phone or street of a
customer: mail is read on screens that others see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadapp.breach_facts import Breach, Trouble
from leadapp.models import Digest
from leadapp.routing.said import Said, said, strung
from leadapp.wording import day_and_time

_MOST_LISTED = 30
_HOW_OFTEN = {
    Digest.HOURLY: said("You get this at most once an hour, and only when something went wrong."),
    Digest.DAILY: said("You get this in the morning, and only when something went wrong."),
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


def subject(summary: Summary) -> Said:
    """ "2 leads not taken in time, 1 customer not called in time, 1 alarm"."""
    parts = (_untaken(len(summary.untaken)), _uncalled(len(summary.uncalled)), _alarm_count(len(summary.troubles)))
    return strung(", ", [part for part in parts if part])


def body(summary: Summary, business: str, how_often: Digest, base_url: str) -> Said:
    """The whole mail, as plain text."""
    untaken = said("NOBODY TOOK THESE IN TIME")
    uncalled = said("TAKEN, BUT THE CUSTOMER WAS NOT CALLED IN TIME")
    parts = [
        said("{business}, since {when}:", business=business, when=summary.moment(summary.since)),
        *_leads(untaken, summary.untaken, summary, base_url),
        *_leads(uncalled, summary.uncalled, summary, base_url),
        *_alarms(summary),
        said("{how_often} Change that at {link}", how_often=_HOW_OFTEN[how_often], link=f"{base_url}/me"),
    ]
    return strung("\n\n", parts, end="\n")


def _leads(title: Said, breaches: Sequence[Breach], summary: Summary, base_url: str) -> Iterator[Said]:
    if not breaches:
        return
    yield title
    for breach in breaches[:_MOST_LISTED]:
        about = said("URGENT: {service}", service=breach.about) if breach.is_urgent else breach.about
        when = summary.moment(breach.came_at)
        came = said("{service}. {place}. Came {when}.", service=about, place=breach.place, when=when)
        yield strung("\n", (came, _how_it_stands(breach, summary), f"{base_url}/leads/{breach.lead_id}"))
    if len(breaches) > _MOST_LISTED:
        more, link = len(breaches) - _MOST_LISTED, f"{base_url}/board"
        yield said("And {count} more; the board has those that are open: {link}", count=more, link=link)


def _how_it_stands(breach: Breach, summary: Summary) -> Said:
    if breach.contacted_at:
        when = summary.moment(breach.contacted_at)
        return said("{name} reached the customer {when}.", name=breach.who, when=when)
    if breach.is_closed:
        return said("It was closed since.")
    if breach.claimed_at:
        when = summary.moment(breach.claimed_at)
        return said("{name} took it {when}; nobody has spoken to the customer yet.", name=breach.who, when=when)
    return said("Nobody has taken it yet; it is with {name}.", name=breach.who)


def _alarms(summary: Summary) -> Iterator[Said]:
    if not summary.troubles:
        return
    yield said("ALARMS")
    for trouble in summary.troubles:
        when = summary.moment(trouble.raised_at)
        over, stands = said("Since {when}; it has been put right.", when=when), said("Since {when}.", when=when)
        yield strung("\n", (trouble.text, over if trouble.is_over else stands))


def _untaken(count: int) -> str:
    one, many = said("1 lead not taken in time"), said("{count} leads not taken in time", count=count)
    return (one if count == 1 else many) if count else ""


def _uncalled(count: int) -> str:
    one, many = said("1 customer not called in time"), said("{count} customers not called in time", count=count)
    return (one if count == 1 else many) if count else ""


def _alarm_count(count: int) -> str:
    one, many = said("1 alarm"), said("{count} alarms", count=count)
    return (one if count == 1 else many) if count else ""
