"""`leadapp rehearse`: leads of a file made ready to be rehearsed, and what came of it as a short table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from leadapp.capture.lead import CapturedLead, NothingToStore, from_fields
from leadapp.queries.sources import country_of, source_named
from leadapp.replaying.reading import Rows
from leadapp.routing.past import Past
from leadapp.workflow.contacts import Known, known_by, look_up, points_of
from leadapp.workflow.new_lead import unrouted_lead
from leadapp.workflow.roster import Roster, default_team
from leadapp.workflow.snapshot import lead_facts, people_of

_MOST_MOVES, _MOST_BLANKS = 12, 12
_WIDEST = 28
_POINTS_AT_ONCE = 400  # a statement takes no more than some hundreds of parameters everywhere
_BARS = " ▁▂▃▄▅▆▇█"


def leads_of(found: Rows, roster: Roster, *, days: int, now: datetime) -> list[Past]:
    """The rows as leads that came in at the times of the file, or evenly through the last `days` when it has none.

    Each is taken to have been reached when the contact clock of the default team ran out.
    """
    said = next((row.payload.get("source") for row in found.rows), None)
    source = source_named(str(said)) if said else None
    country = country_of(source) or roster.business.country
    reached_after = timedelta(seconds=default_team(roster.teams.values()).contact_seconds)
    pace = timedelta(days=days) / max(len(found.rows), 1)
    came_in = []
    for place, row in enumerate(found.rows):
        at = row.said_at or now - timedelta(days=days) + pace * place
        with suppress(NothingToStore):
            came_in.append((row, at, from_fields(row.payload, country=country, now=at)))
    known = _known(captured for _row, _at, captured in came_in)
    leads = []
    for row, at, captured in came_in:
        contact = look_up(captured, known).contact
        lead = unrouted_lead(captured, contact, source, captured.source, roster, at)
        lead.id = f"row {row.number:07}"
        facts = lead_facts(lead, source.team_id if source else None, people_of(contact, None))
        person = contact.id if contact else _person(captured)
        leads.append(Past(facts, contact_id=person, reached_at=at + reached_after))
    return leads


def _known(leads: Iterable[CapturedLead]) -> Known:
    """Everybody who can be reached where these leads can, read many at a time."""
    points = list({point for captured in leads for point in points_of(captured.phone, captured.email)})
    parts = (points[first : first + _POINTS_AT_ONCE] for first in range(0, len(points), _POINTS_AT_ONCE))
    return {point: contacts for part in parts for point, contacts in known_by(part).items()}


def table(shape: Mapping[str, Any], period: str) -> Iterator[str]:
    """The lines of a rehearsal in the shape of the API; `period` says which leads these are."""
    yield _line("leads", shape["leads"], period)
    yield _line("moved", shape["moved"])
    yield _line("turns shifted", shape["turns_shifted"], "same rotation, another turn")
    yield _line("reached nobody", shape["reached_nobody"], f"{shape['reached_nobody_before']:,} at present")
    yield _line("held at the end", shape["held"], f"{shape['held_before']:,} at present")
    yield from _moves(shape["moves"])
    yield from _loads(shape["per_rep"])
    yield from _blanks(shape["blank"])


def _person(captured: CapturedLead) -> str | None:
    return captured.phone or captured.email


def _moves(moves: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not moves:
        return
    alike = Counter((_place(move["from"]), _place(move["to"]), move["because"]) for move in moves)
    yield ""
    yield "What moved"
    for (origin, goal, because), count in alike.most_common(_MOST_MOVES):
        yield f"{count:>7,} x {origin} -> {goal}: {because}"
    if len(alike) > _MOST_MOVES:
        yield f"        and {len(alike) - _MOST_MOVES:,} more kinds; --json lists every lead"


def _place(place: Mapping[str, Any]) -> str:
    return f"{place['rep']['name']} ({place['team']['name']})"


def _loads(loads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    days = sorted({date.fromisoformat(day["on"]) for load in loads for day in load["days"]})
    if not days:
        return
    spans = _spans(days[0], days[-1])
    curves = {
        (load["rep"]["name"], which): _summed(load["days"], which, spans)
        for load in loads
        for which in ("before", "after")
    }
    highest = max(max(curve) for curve in curves.values()) or 1
    width = max(len(str(load["rep"]["name"])) for load in loads)
    yield ""
    yield f"{'Per rep':<{width}}  before   after  from {days[0]} to {days[-1]}, before | after"
    for load in loads:
        name = load["rep"]["name"]
        before, after = (_bar(curves[name, which], highest) for which in ("before", "after"))
        yield f"{name:<{width}} {load['before']:>7,} {load['after']:>7,}  {before} | {after}"


def _spans(first: date, last: date) -> list[date]:
    """The first days of at most `_WIDEST` spans of equal length."""
    length = -(-((last - first).days + 1) // _WIDEST)
    return [first + timedelta(days=ahead) for ahead in range(0, (last - first).days + 1, length)]


def _summed(days: Sequence[Mapping[str, Any]], which: str, spans: Sequence[date]) -> list[int]:
    sums = [0] * len(spans)
    for day in days:
        on = date.fromisoformat(day["on"])
        sums[sum(span <= on for span in spans) - 1] += day[which]
    return sums


def _bar(curve: Sequence[int], highest: int) -> str:
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // highest)] for count in curve)


def _blanks(blanks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not blanks:
        return
    yield ""
    yield "Rules of the draft that a blank field kept from matching"
    for blank in blanks[:_MOST_BLANKS]:
        moved = f"{blank['moved']:,} of them moved"
        yield f"{blank['leads']:>7,} x {blank['rule']['name']}: {blank['field']} was blank; {moved}"


def _line(name: str, value: int, note: str = "") -> str:
    return f"{name:<16}{value:>8,}" + (f"  ({note})" if note else "")
