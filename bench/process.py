"""A process that a benchmark starts, and that never outlives it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
_END_SECONDS = 12.0


class BenchFailed(Exception):
    """Nothing can be said about the speed: something did not work. The text says what."""


class Process:
    """`command` with no settings but `environment`; what it prints goes to `log`. A group of its own, so that Ctrl-C
    reaches the benchmark only, which then ends everything in order."""

    def __init__(
        self, command: Sequence[str], *, log: Path, environment: Mapping[str, str], keep_open: Sequence[int] = ()
    ) -> None:
        self.log = log
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=inherited | dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=keep_open,
                process_group=0,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.end()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def members(self) -> list[psutil.Process]:
        """It and everything below it."""
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self) -> None:
        """Asks it to end, and kills whatever is left."""
        members = self.members()
        if self.is_running:
            self._process.terminate()
        _, left = psutil.wait_procs(members, timeout=_END_SECONDS)
        for process in left:
            process.kill()
        self._process.wait()

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 60.0) -> None:
        """Raises BenchFailed with the end of the log when it ends or takes too long."""
        deadline = time.perf_counter() + seconds
        while not is_so():
            if not self.is_running or time.perf_counter() > deadline:
                raise BenchFailed(f"{self.log.name}: not ready\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)
