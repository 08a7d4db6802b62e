"""Opaque ids that sort by the time they were made: 48 bits of milliseconds, 80 bits of chance (the ULID layout).

Ids made in one process always grow, also within a millisecond: where rows share a moment, "oldest first" is "by id".
"""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta

from leadapp import clock

ID_LENGTH = 26
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]  # ten bits at a time
_SHIFTS = range(120, -1, -10)
_UNUSED_BITS = 2  # 26 digits hold 130 bits, an id has 128
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new id: 26 digits and lower-case letters, in an alphabet whose order is that of the numbers."""
    global _last
    with _lock:
        candidate = (clock.milliseconds() << 80) | secrets.randbits(80)
        _last = candidate if candidate > _last else _last + 1 + secrets.randbits(16)
        value = _last
    return _written(value)


def earliest_id(ago: timedelta) -> str:
    """Not after any id that was made within this time: what is asked for by id "since then" is found by the key."""
    return _written((clock.milliseconds() - round(ago.total_seconds() * 1000)) << 80)


def _written(value: int) -> str:
    value <<= _UNUSED_BITS
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])
