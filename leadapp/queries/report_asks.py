"""Who was asked for the leads of a period, and why a lead moved on from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import String, and_, exists, func, select, type_coerce

from leadapp.extensions import db
from leadapp.models import IS_BREACH, Event, EventKind, Lead, Offer, Task
from leadapp.queries.reports import ROWS, begins_at, came_in, epoch, in_batches, in_seconds
from leadapp.reporting.facts import Ask, End
from leadapp.reporting.period import Period
from leadapp.reporting.place import Place
from leadapp.routing.said import Said, from_json
from leadapp.routing.values import OfferOutcome, TaskKind

_ENDS = {"expired": End.EXPIRED, "passed": End.PASSED, "withdrawn": End.AWAY}
#: Somebody took the lead in the moment in which the offer was withdrawn: nobody went away.
_WAS_TAKEN = exists().where(
    Task.lead_id == Offer.lead_id, Task.kind == TaskKind.CONTACT, Task.created_at == Offer.ended_at
)
#: An offer was withdrawn, and neither because somebody took the lead nor because it was closed.
_WENT_AWAY = and_(Offer.outcome == OfferOutcome.WITHDRAWN, ~_WAS_TAKEN, Lead.closed_at.is_distinct_from(Offer.ended_at))


def asks(period: Period, teams: Mapping[str, Place]) -> list[Ask]:
    """Of all leads that came on a day of the period, and perhaps of others, in the order in which they ended."""
    of_period = came_in(period, teams)
    columns = (
        Lead.id, Offer.rep_id, type_coerce(Offer.outcome, String), func.coalesce(Offer.reason, ""),
        epoch(func.coalesce(Offer.ended_at, Offer.offered_at)), _WENT_AWAY, Lead.cycle,
    )  # fmt: skip
    rows = _rows(select(*columns).outerjoin(Offer, Offer.lead_id == Lead.id).where(of_period), moment=4)
    # Only a lead that was handed back is in a later cycle than its first.
    afresh = sorted({row[0] for row in rows if row[6]})
    found = [*_offers(rows), *_handed_back(afresh), *_queued(begins_at(period, teams))]
    return sorted(found, key=itemgetter(4))


def _offers(rows: Sequence[Sequence[Any]]) -> Iterator[Ask]:
    taken_back = _passes_taken_back({row[0] for row in rows if row[5]})
    for lead_id, rep, outcome, reason, at, went_away, _cycle in rows:
        if rep is None:
            continue
        end = _ENDS.get(outcome)
        if end is End.AWAY and (not went_away or (lead_id, at) in taken_back):
            end = None
        yield Ask(lead_id, rep, end, reason.strip() if end is End.PASSED else "", at)


def _passes_taken_back(lead_ids: set[str]) -> set[tuple[str, int]]:
    """The moments in which somebody took a pass back, by lead: those who had been asked instead did not go away."""
    found = set()
    for some in in_batches(sorted(lead_ids)):
        again = select(Event.lead_id, epoch(Event.at)).where(
            Event.lead_id.in_(some), Event.kind == EventKind.OFFERED, Event.actor_id.is_not(None)
        )
        found |= {(row[0], row[1]) for row in _rows(again, moment=1)}
    return found


def _handed_back(lead_ids: Sequence[str]) -> Iterator[Ask]:
    """Who had it is told by the offer he had accepted: it may have been the office that handed it back for him."""
    his = and_(Offer.lead_id == Event.lead_id, Offer.released_at == Event.at)
    whose = func.coalesce(Offer.rep_id, Event.actor_id, "")
    released = select(Event.lead_id, whose, Event.said, epoch(Event.at)).outerjoin(Offer, his)
    for some in in_batches(lead_ids):
        of_some = released.where(Event.lead_id.in_(some), Event.kind == EventKind.RELEASED)
        for lead_id, rep, said, at in _rows(of_some, moment=3):
            reason = from_json(said).values.get("reason", "") if said else ""
            if isinstance(reason, Said):  # our own words: the machine took it away, because he had left
                yield Ask(lead_id, rep, End.AWAY, "", at)
            else:
                yield Ask(lead_id, rep, End.HANDED_BACK, str(reason).strip(), at)


def _queued(since: datetime) -> Iterator[Ask]:
    """Also of leads that came earlier or later: whoever sums them up knows which are of the period, and few are not."""
    came = select(Event.lead_id, epoch(Event.at)).where(IS_BREACH, Event.kind == EventKind.QUEUED, Event.at >= since)
    for lead_id, at in _rows(came, moment=1):
        yield Ask(lead_id, "", End.QUEUED, "", at)


def _rows(question: Any, *, moment: int) -> list[Sequence[Any]]:
    """With the moment in that column in seconds."""
    found: list[Sequence[Any]] = []
    for rows in db.session.connection().execute(question).partitions(ROWS):
        columns = [*zip(*rows, strict=True)]
        columns[moment] = tuple(in_seconds(columns[moment]))
        found += zip(*columns, strict=True)
    return found
