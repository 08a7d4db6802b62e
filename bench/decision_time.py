"""How long one decision takes, by itself: no database, no network; and how it grows in reps and in rules."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import cycle, islice
from statistics import median

from bench.figures import Figure
from bench.place import Bench
from leadapp.routing.decide import decide
from leadapp.routing.policy import policy
from leadapp.routing.rules import placement
from leadapp.routing.values import Condition, Lead, Member, Rep, Rule, Snapshot, Team

SMALL, LARGE = (10, 20), (1000, 1000)
MOST_SMALL_US, MOST_LARGE_MS = 150.0, 15.0
_SIZES = (SMALL, (100, 20), (1000, 20), (10, 100), (10, 1000), LARGE)
_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_TRADES = ("Plumbing", "Drains", "Water heater", "AC", "Roofing", "Electrical", "Locksmith", "Pest control")
#: A lead that one of the first rules takes, one that only the last takes, and one with nothing in its fields.
_LEADS: Mapping[str, Mapping[str, str]] = {
    "early": {"postcode": "10000", "service": "plumbers", "city": "Philadelphia, PA", "company_size": "11-50"},
    "last": {"postcode": "99950-1234", "service": "Gutter repair", "city": "Ketchikan", "company_size": "2"},
    "blank": {"postcode": "n/a", "service": "Select", "city": "", "company_size": "-"},
}


def measure(bench: Bench) -> Iterator[Figure]:
    """Medians. The leads differ in a field each time, as leads do, so that nothing is found in a cache by luck."""
    for reps, rules in _SIZES:
        for what, fields in _LEADS.items():
            snapshots = _snapshots(reps, rules, fields, count=bench.count(400, 40) if rules < 1000 else 40)
            seconds = median(_time(snapshot) for snapshot in snapshots)
            name = f"One decision, {reps:,} reps, {rules:,} rules, {what} lead"
            if (reps, rules) == LARGE:
                yield Figure(name, seconds * 1e3, "ms", MOST_LARGE_MS)
            else:
                limit = MOST_SMALL_US if (reps, rules) == SMALL else None
                yield Figure(name, seconds * 1e6, "µs", limit)
    for rules in (SMALL[1], LARGE[1]):
        for what, fields in _LEADS.items():
            snapshots = _snapshots(10, rules, fields, count=40)
            seconds = median(_time_rules(snapshot) for snapshot in snapshots)
            yield Figure(f"Its rules alone, {rules:,} rules, {what} lead", seconds * 1e6, "µs")


def _time(snapshot: Snapshot) -> float:
    begun = time.perf_counter()
    decide(snapshot, _NOON)
    return time.perf_counter() - begun


def _time_rules(snapshot: Snapshot) -> float:
    begun = time.perf_counter()
    placement(snapshot.rules, snapshot.lead, lambda _rule: True)
    return time.perf_counter() - begun


def _snapshots(reps: int, rules: int, fields: Mapping[str, str], *, count: int) -> list[Snapshot]:
    people = {f"rep{number}": Rep(f"rep{number}", f"Rep {number}") for number in range(reps)}
    members = tuple(Member(rep_id, virtual_start=number / reps) for number, rep_id in enumerate(people))
    usual = policy(300, 2, 900, 600)
    team = Team("team", "Plumbing", fallback_id="rep0", policy=usual, urgent_policy=usual, members=members)
    written = _rules(rules)
    return [
        Snapshot(
            lead=Lead(f"lead{number}", _NOON, fields={**fields, "name": f"Dana {number}", "campaign": f"c{number}"}),
            teams={"team": team},
            reps=people,
            default_team_id="team",
            rules=written,
        )
        for number in range(count)
    ]


def _rules(count: int) -> tuple[Rule, ...]:
    """A territory each, half of them for one trade, and the last for everything else."""
    return (*islice(_territories(), count - 1), Rule("rest", "Everything else", (), team_id="team"))


def _territories() -> Iterator[Rule]:
    for number, trade in enumerate(cycle(_TRADES)):
        low = 10_000 + number * 50
        where = (
            Condition("postcode", "is", (f"{low}-{low + 49}",)),
            Condition("postcode", "starts_with", (f"{low}"[:4],)),
            Condition("postcode", "one_of", tuple(f"{low + each}" for each in range(20))),
            Condition("city", "one_of", (f"Springfield {number}", f"Riverside {number}")),
        )[number % 4]
        what = (Condition("service", "is", trade),) if number % 2 else (Condition("company_size", "at_most", 500),)
        yield Rule(f"rule{number}", f"Territory {number}", (where, *what), team_id="team")
