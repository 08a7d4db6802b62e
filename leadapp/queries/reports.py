"""What reports are made of, read in narrow columns: a hundred thousand leads are summed while somebody waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)

from leadapp.extensions import db
from leadapp.models import Business, Event, EventKind, Lead, Rep, Task, Team
from leadapp.models.base import Utc
from leadapp.reporting.facts import BITS, Field, Leads
from leadapp.reporting.period import Period
from leadapp.reporting.place import Place
from leadapp.routing.values import LeadState, TaskKind
from leadapp.routing.wall_clock import first_moment

#: What makes each field blank. Text of nothing but blanks is stored as nothing.
_BLANK: Mapping[Field, ColumnElement[bool]] = {
    Field.NAME: Lead.name.is_(None),
    Field.PHONE: Lead.phone_raw.is_(None) & Lead.phone.is_(None),
    Field.UNUSABLE_PHONE: Lead.phone_raw.is_not(None) & Lead.phone.is_(None),
    Field.EMAIL: Lead.email_raw.is_(None) & Lead.email.is_(None),
    Field.MESSAGE: Lead.message.is_(None),
    Field.SERVICE: Lead.service.is_(None),
    Field.POSTCODE: Lead.postcode.is_(None),
}
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - SQLite keeps no zone: all is UTC
_AT_ONCE = 500  # ids in one question
#: Read at a time. More are slower: their rows no longer fit the processor's cache, and keep the garbage collector busy.
ROWS = 200
#: The columns of `leads` that are moments, and which of those before each is mostly the same.
_MOMENTS: Mapping[int, int | None] = {4: None, 5: 4, 6: 5, 7: None, 8: None, 11: 7}


@dataclass(frozen=True, slots=True)
class ListedLead:
    """A lead as a list of a report shows it, beside its times."""

    id: str
    name: str | None
    service: str | None
    state: LeadState


def home_zone() -> str:
    """The business's time zone: its days are the days of a period that is counted from today."""
    return _usable(db.session.scalar(select(Business.time_zone)) or "", "UTC")


def places(period: Period, today: date) -> dict[str, Place]:
    """Every team's, retired ones too, for moments from the period on: leads are worked on long after it."""
    home, first = home_zone(), period.first - 3 * _DAY
    days = [first + _DAY * ahead for ahead in range((today - first).days + 3)]
    return {
        team.id: Place(team.hours, _usable(team.time_zone, home), days)
        for team in db.session.execute(select(Team.id, Team.hours, Team.time_zone))
    }


def leads(period: Period, teams: Mapping[str, Place], *, with_times: bool = True, with_blanks: bool = False) -> Leads:
    """All leads that came on a day of the period, as days are where their team is; oldest first. How long they took,
    and what of them is blank, is read only if asked for."""
    asked, taken, claimed = (
        (_first_task(TaskKind.ACCEPT), _first_task(TaskKind.CONTACT), epoch(Lead.claimed_at))
        if with_times
        else (null(), null(), null())
    )
    columns = (
        Lead.id, Lead.team_id, Lead.accountable_id, func.coalesce(Lead.source, ""), epoch(Lead.received_at),
        epoch(Lead.stored_at), asked, taken, epoch(Lead.contacted_at) if with_times else null(),
        type_coerce(Lead.outcome, String), _blanks() if with_blanks else literal(0), claimed,
    )  # fmt: skip
    found: list[list[Any]] = [[] for _ in columns]
    odd: list[int] = []
    oldest_first = select(*columns).where(came_in(period, teams)).order_by(Lead.received_at, Lead.id)
    for rows in db.session.connection().execute(oldest_first).partitions(ROWS):
        read = _in_seconds(list(zip(*rows, strict=True)))
        odd += (len(found[0]) + place for place in _odd(read))
        for column, values in zip(found, read, strict=True):
            column += values
    *of_leads, claimed_at = found
    leads = Leads(*of_leads)
    if with_times:
        _put_right(leads, claimed_at, odd)
    return leads


def came_in(period: Period, teams: Mapping[str, Place]) -> ColumnElement[bool]:
    """Whether a lead came on a day of the period. What is before or after it everywhere is left to the index."""
    by_zone: defaultdict[str, list[str]] = defaultdict(list)
    for team_id, place in teams.items():
        by_zone[place.zone.key].append(team_id)
    spans = _spans(period, teams)
    starts, ends = zip(*spans.values(), strict=True)
    somewhere: ColumnElement[bool] = (Lead.received_at >= min(starts)) & (Lead.received_at < max(ends))
    if len(spans) == 1:
        return somewhere
    there = [
        and_(Lead.team_id.in_(by_zone[zone]), Lead.received_at >= start, Lead.received_at < end)
        for zone, (start, end) in spans.items()
    ]
    return and_(somewhere, or_(*there))


def begins_at(period: Period, teams: Mapping[str, Place]) -> datetime:
    """When the period begins where it does so first."""
    return min(start for start, _end in _spans(period, teams).values())


def names() -> tuple[dict[str, str], dict[str, str]]:
    """Of all reps and of all teams, also those that are gone."""
    reps, teams = (db.session.execute(select(table.id, table.name)) for table in (Rep, Team))
    return {row.id: row.name for row in reps}, {row.id: row.name for row in teams}


def listed(lead_ids: Iterable[str]) -> dict[str, ListedLead]:
    """These leads by id, for a list of them."""
    columns = (Lead.id, Lead.name, Lead.service, Lead.state)
    rows = (
        row for some in in_batches(lead_ids) for row in db.session.execute(select(*columns).where(Lead.id.in_(some)))
    )
    return {row.id: ListedLead(*row) for row in rows}


def in_batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def epoch(moment: Any) -> ColumnElement[Any]:
    """A moment as `in_seconds` reads it. SQLite hands its text out as it is: counting is quicker done here."""
    if db.engine.dialect.name == "sqlite":
        return type_coerce(moment, String)
    return cast(func.floor(func.date_part("epoch", moment)), BigInteger)


def in_seconds(moments: Iterable[Any]) -> list[Any]:
    """Whole seconds since 1970, of `epoch`s that were read."""
    return [*map(_read, moments)] if db.engine.dialect.name == "sqlite" else [*moments]


def _in_seconds(columns: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """The columns of `leads` with their moments in seconds. A moment is mostly one that is known already: a lead is
    stored as it comes, asked for as it is stored, and claimed as it is taken."""
    texts = list(columns)
    for place, alike in _MOMENTS.items():
        if alike is None or db.engine.dialect.name != "sqlite":
            columns[place] = in_seconds(texts[place])
        else:
            beside = zip(texts[place], texts[alike], columns[alike], strict=True)
            columns[place] = [known if text == other else _read(text) for text, other, known in beside]
    return columns


def _read(text: str | None) -> int | None:
    if text is None:
        return None
    since = datetime.fromisoformat(text) - _EPOCH
    return since.days * 86_400 + since.seconds


def _odd(columns: Sequence[Sequence[Any]]) -> list[int]:
    """The places of leads whose own row and tasks do not say all: they were taken more than once, or nobody was asked
    for them. Most often there is none, which is told at a glance."""
    asked, taken, claimed = columns[6], columns[7], columns[11]
    if taken == claimed and None not in asked:
        return []
    return [place for place in range(len(asked)) if asked[place] is None or taken[place] != claimed[place]]


def _put_right(leads: Leads, claimed: Sequence[int | None], odd: Sequence[int]) -> None:
    for place in odd:
        if leads.taken[place] is None:
            leads.taken[place] = claimed[place]
        moments = [at for at in (leads.asked[place], leads.taken[place]) if at is not None]
        leads.asked[place] = min(moments, default=None)
    again = [place for place in odd if leads.taken[place] != claimed[place]]
    first = _first_contacts([leads.id[place] for place in again])
    for place in again:
        moments = [at for at in (leads.reached[place], first.get(leads.id[place])) if at is not None]
        leads.reached[place] = min(moments, default=None)


def _first_contacts(lead_ids: Iterable[str]) -> dict[str, int]:
    """Whoever is given a lead starts afresh, so its row no longer says when the customer was first reached."""
    first: dict[str, int] = {}
    for some in in_batches(lead_ids):
        reached = (Event.lead_id.in_(some)) & (Event.kind == EventKind.CONTACTED)
        moments = select(Event.lead_id, epoch(func.min(Event.at, type_=Utc))).where(reached).group_by(Event.lead_id)
        rows = db.session.execute(moments).all()
        first |= zip([row[0] for row in rows], in_seconds(row[1] for row in rows), strict=True)
    return first


def _first_task(kind: TaskKind) -> ColumnElement[Any]:
    """When the lead first had such a task: who is asked, or rung as the fallback, has one to accept it, and who has
    taken it one to speak to the customer."""
    of_lead = (Task.lead_id == Lead.id) & (Task.kind == kind)
    return epoch(select(func.min(Task.created_at, type_=Utc)).where(of_lead).correlate(Lead).scalar_subquery())


def _blanks() -> ColumnElement[int]:
    bits = [case((_BLANK[field], bit), else_=0) for field, bit in BITS.items()]
    return sum(bits[1:], bits[0])


def _spans(period: Period, teams: Mapping[str, Place]) -> dict[str, tuple[datetime, datetime]]:
    """When the period begins and ends in each time zone."""
    zones = {place.zone.key for place in teams.values()} or {"UTC"}
    return {
        zone: (first_moment(period.first, 0, zone), first_moment(period.last + _DAY, 0, zone)) for zone in sorted(zones)
    }


def _usable(zone: str, otherwise: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        return otherwise
