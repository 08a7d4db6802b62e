"""POST /api/v1/leads beside the floor: how many a second, and how long each takes on a steady day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from bench import load
from bench.family import family, settle
from bench.figures import Figure, milliseconds, percentile
from bench.floor import floor
from bench.load import Target
from bench.place import Bench, Place

CLIENTS = 8
ROUNDS = 3
STEADY = 20.0
LEAST_RATIO = 0.35
MOST_P99_MS = 60.0


def measure(bench: Bench) -> Iterator[Figure]:
    """The whole family runs while leads come in; the floor's jobs are run by nobody."""
    for kind in bench.kinds:
        with bench.place(kind) as place:
            key = place.settle_in(claim_seconds=3600, urgent_claim_seconds=3600)
            bare = Path(mkdtemp(dir=bench.folder))
            bare_database = bench.database(kind, bare)
            with family(place), floor(bare, bare_database, place.settings.redis_url) as floor_port:
                yield from _compare(bench, kind, place, Target(place.port, key), Target(floor_port))


def _compare(bench: Bench, kind: str, place: Place, product: Target, bare: Target) -> Iterator[Figure]:
    """A B A B A B, so that what else the machine does falls on both."""
    seconds = bench.count(8, 2)
    rates: dict[Target, list[float]] = {product: [], bare: []}
    for target in (product, bare):
        load.rate(target, clients=CLIENTS, seconds=1)
    for _ in range(ROUNDS):
        for target in (product, bare):
            settle(place)
            rates[target].append(load.rate(target, clients=CLIENTS, seconds=seconds))
    reached, possible = median(rates[product]), median(rates[bare])
    yield Figure(
        f"Leads taken, of the floor's, {CLIENTS} clients, {kind}", reached / possible, "", LEAST_RATIO, "at least", 1.0
    )
    yield Figure(f"Leads taken, {CLIENTS} clients, {kind}", reached, "/s", floor=possible)
    beat = {}
    for target in (bare, product):
        settle(place)
        samples = load.steady(target, a_second=STEADY, seconds=bench.count(60, 6))
        beat[target] = milliseconds(sample.latency for sample in samples)
    for percent, limit in ((50, None), (99, MOST_P99_MS)):
        measured, least = percentile(beat[product], percent), percentile(beat[bare], percent)
        yield Figure(f"A lead taken at {STEADY:.0f}/s, p{percent}, {kind}", measured, "ms", limit, floor=least)
