"""The only place that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return datetime.now(UTC)


def milliseconds() -> int:
    """Milliseconds since 1970, for ids: they must grow across processes, also where `now` is made to stand still."""
    return time.time_ns() // 1_000_000
