"""`python -m bench [NAME ...]`: runs the benchmarks, prints their table, and keeps the figures in bench/latest.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import (
    board_load,
    capture_rate,
    claim_race,
    decision_time,
    drain,
    expiry_lag,
    lighthouse_scores,
    memory,
    page_time,
    phone_weight,
    push_delay,
    rehearsal,
    report_time,
    time_to_offer,
    turn_race,
)
from bench.figures import Figure, table
from bench.place import POSTGRESQL, SQLITE, Bench
from bench.process import BenchFailed
from leadapp import clock

LATEST = Path(__file__).with_name("latest.json")
_MODULES = (
    decision_time,
    capture_rate,
    time_to_offer,
    push_delay,
    drain,
    expiry_lag,
    claim_race,
    turn_race,
    page_time,
    board_load,
    phone_weight,
    lighthouse_scores,
    memory,
    rehearsal,
    report_time,
)
BENCHMARKS: Mapping[str, Callable[[Bench], Iterator[Figure]]] = {
    module.__name__.rpartition(".")[2]: module.measure for module in _MODULES
}


def main() -> int:
    """Returns 1 when a limit was missed or a benchmark failed."""
    wanted = _arguments()
    latest = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    if wanted.table:
        print(table(_figures(latest.values())), *_circumstances(latest), sep="\n")
        return 0
    for number in (signal.SIGINT, signal.SIGTERM):  # so that every `with` is left on the way out
        signal.signal(number, lambda _number, _frame: sys.exit("Ended; nothing was kept."))
    failed = False
    runs: dict[str, dict[str, Any]] = {}
    for name in wanted.names or BENCHMARKS:
        try:
            runs[name] = _run(name, quick=wanted.quick, postgres=wanted.postgres or not wanted.quick)
        except BenchFailed as failure:
            print(f"{name}: {failure}", file=sys.stderr)
            failed = True
    ordered = {name: run for name in BENCHMARKS if (run := runs.get(name) or latest.get(name))}
    LATEST.write_text(json.dumps(ordered, indent=1) + "\n")
    figures = list(_figures(runs.values()))
    print(table(figures), *_circumstances(runs), sep="\n")
    return int(failed or any(figure.verdict not in ("", "ok") for figure in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (all): {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="small counts, SQLite only: does it run at all?")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL too, also when quick")
    parser.add_argument("--table", action="store_true", help="print the table of the figures kept, and measure nothing")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return wanted


def _run(name: str, *, quick: bool, postgres: bool) -> dict[str, Any]:
    """One benchmark in a folder of its own, with the circumstances that explain its figures."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    kinds = [SQLITE, POSTGRESQL] if postgres else [SQLITE]
    load_before = os.getloadavg()
    with TemporaryDirectory(prefix="leadapp-bench-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), quick=quick, kinds=kinds)
        try:
            figures = list(BENCHMARKS[name](bench))
        finally:
            bench.close()
    return {
        "measured_at": clock.now().isoformat(timespec="seconds"),
        "quick": quick,
        "python": platform.python_version(),
        "cpu_count": os.cpu_count(),
        "load_average": {"before": load_before, "after": os.getloadavg()},
        "databases": kinds,
        "figures": [figure.as_json() for figure in figures],
    }


def _circumstances(runs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One line a benchmark under the table: a figure taken on a busy machine must be seen to be one."""
    yield ""
    for name, run in runs.items():
        before, after = (run["load_average"][when][0] for when in ("before", "after"))
        counts = "small counts" if run["quick"] else "full counts"
        machine = (
            f"Python {run['python']}, {run['cpu_count']} processors, load {before:.1f} before and {after:.1f} after"
        )
        yield f"- `{name}`: {run['measured_at']}, {counts}, {machine}"


def _figures(runs: Iterable[Mapping[str, Any]]) -> Iterator[Figure]:
    return (Figure.from_json(data) for run in runs for data in run["figures"])


if __name__ == "__main__":
    sys.exit(main())
