"""Keeps a family of processes alive until a signal ends it, and then leaves none behind."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Sequence
from types import FrameType

from leadapp.serving.child import Child

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
_FINISH_SECONDS = 9.0
_LAST_FINISH_SECONDS = 0.7
_END_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Family:
    """`first` (Redis) is ended after all others, because they still write to it while they finish."""

    def __init__(self, children: Sequence[Child], first: Child | None = None) -> None:
        self._first = [first] if first else []
        self._others = list(children)
        self._ending = False
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)

    def listen_to_signals(self) -> None:
        """From here on a signal ends the family in good order, also while it is still being prepared."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in _END_SIGNALS:
            signal.signal(number, self._end)

    @property
    def is_ending(self) -> bool:
        return self._ending

    def run_once(self, errand: Child) -> bool:
        """Runs something to its end, unless a signal comes first. Returns whether it succeeded."""
        errand.start()
        while errand.is_running and not self._ending:
            self._sleep(_LOOK_SECONDS)
        self._end_all([errand], _FINISH_SECONDS)
        return errand.status == 0

    def tend(self) -> None:
        """Starts everybody and starts again who dies, until a signal comes."""
        while not self._ending:
            pauses = [child.tend() for child in (*self._first, *self._others)]
            self._sleep(min((pause for pause in pauses if pause is not None), default=_LOOK_SECONDS))

    def end(self) -> None:
        """Lets everybody finish what is in hand; who has not within ten seconds is killed."""
        started_at = time.monotonic()
        self._end_all(self._others, _FINISH_SECONDS)
        self._end_all(self._first, _LAST_FINISH_SECONDS)
        log.info("family_ended after=%.1f", time.monotonic() - started_at)

    def _end_all(self, children: Sequence[Child], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for child in children:
            child.ask_to_end()
        while any(child.is_running for child in children) and time.monotonic() < deadline:
            self._sleep(deadline - time.monotonic())
        for child in children:
            if child.is_running:
                log.warning("child_killed name=%s", child.name)
            child.kill()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _sleep(self, seconds: float) -> None:
        """Until a signal (a child that died sends one) or the time-out."""
        select.select([self._wake_read], [], [], max(0.0, seconds))
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
