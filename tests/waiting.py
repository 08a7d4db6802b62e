"""Waits for something to become true, instead of for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_until(is_true: Callable[[], Found], seconds: float = 60.0) -> Found:
    """Returns the first true answer; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := is_true():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {seconds:.0f} seconds")
        time.sleep(0.05)
