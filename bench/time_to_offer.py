"""From the 2xx to the offer: a stored lead has somebody's name and somebody's phone is about to ring."""

from __future__ import annotations

from collections.abc import Iterator

from bench import load
from bench.family import family
from bench.figures import Figure, milliseconds, percentile
from bench.load import Target
from bench.place import Bench

STEADY = 20.0
MOST_MS = {50: 60.0, 99: 250.0}


def measure(bench: Bench) -> Iterator[Figure]:
    """Each lead's offer is looked for over another connection the moment its 2xx has arrived."""
    for kind in bench.kinds:
        with bench.place(kind) as place:
            key = place.settle_in(claim_seconds=3600, urgent_claim_seconds=3600)
            with family(place):
                target = Target(place.port, key, place.settings.database_url)
                load.steady(target, a_second=STEADY, seconds=2)
                samples = load.steady(target, a_second=STEADY, seconds=bench.count(60, 6))
        after = milliseconds(sample.to_offer or 0.0 for sample in samples)
        whole = milliseconds(sample.latency + (sample.to_offer or 0.0) for sample in samples)
        for percent, limit in MOST_MS.items():
            what = f"at {STEADY:.0f}/s, p{percent}, {kind}"
            yield Figure(f"2xx to offer {what}", percentile(after, percent), "ms", limit)
            yield Figure(f"Sent to offer {what}", percentile(whole, percent), "ms")
