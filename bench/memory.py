"""What the whole family needs while nothing happens."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from bench.family import family
from bench.figures import Figure
from bench.place import SQLITE, Bench
from bench.process import BenchFailed, Process

REST_SECONDS = 10.0
MOST_MB = 400.0


def measure(bench: Bench) -> Iterator[Figure]:
    """PSS counts what processes share once; RSS counts it for each of them."""
    for kind in bench.kinds:
        with bench.place(kind) as place:
            place.settle_in()
            with family(place) as process:
                time.sleep(REST_SECONDS)
                pss, rss, members = _sum(process)
        what = f"Family at rest, {members} processes, {kind}" + ("" if kind == SQLITE else " (server not counted)")
        yield Figure(f"{what}, PSS", pss, "MB", MOST_MB)
        yield Figure(f"{what}, RSS", rss, "MB", MOST_MB)


def _sum(process: Process) -> tuple[float, float, int]:
    """Megabytes of every process of the family, supervisor and Redis included, and how many there are."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise BenchFailed("memory is read from /proc, which this machine does not have")
    maps = [Path(f"/proc/{member.pid}/smaps_rollup").read_text() for member in process.members()]
    return _megabytes("Pss", maps), _megabytes("Rss", maps), len(maps)


def _megabytes(name: str, maps: list[str]) -> float:
    found = (re.search(rf"^{name}:\s+(\d+) kB$", text, re.MULTILINE) for text in maps)
    return sum(int(match[1]) for match in found if match) / 1024
