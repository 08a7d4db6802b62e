"""One supervised process: started, watched, started again when it dies, ended with its whole group."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

_FIRST_BACK_OFF_SECONDS = 0.2
_LONGEST_BACK_OFF_SECONDS = 5.0
_SETTLED_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1


class Child:
    """`command` as a process group of its own, so that Ctrl-C in a terminal reaches only the supervisor."""

    def __init__(self, name: str, command: Sequence[str], *, keep_open: Sequence[int] = ()) -> None:
        self.name = name
        self._command = list(command)
        self._keep_open = tuple(keep_open)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._back_off = _FIRST_BACK_OFF_SECONDS

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status, once it has ended."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            pass_fds=self._keep_open,
            process_group=0,
            preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,
        )
        self._started_at = time.monotonic()

    def tend(self) -> float | None:
        """Starts it again when it has died and its back-off is over. Returns the seconds until that, if it waits."""
        if self.is_running:
            return None
        if self._process is not None:
            self._note_death(self._process.returncode)
        if time.monotonic() >= self._start_at:
            self.start()
            return None
        return self._start_at - time.monotonic()

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends whatever is left of the group, also what a dead child has left behind."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _note_death(self, status: int) -> None:
        self.kill()
        self._process = None
        if time.monotonic() - self._started_at >= _SETTLED_SECONDS:
            self._back_off = _FIRST_BACK_OFF_SECONDS
        log.warning("child_died name=%s status=%d again_in=%.1f", self.name, status, self._back_off)
        self._start_at = time.monotonic() + self._back_off
        self._back_off = min(self._back_off * 2, _LONGEST_BACK_OFF_SECONDS)


def _die_with(parent: int) -> Callable[[], None]:
    """What the child does before it becomes its command: have the kernel end it should the supervisor be killed."""
    set_option = ctypes.CDLL(None).prctl

    def prepare() -> None:
        set_option(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
