"""Opaque ids that sort by the time they were made: 48 bits of milliseconds, 80 bits of chance (the ULID layout).

Ids made in one process always grow, also within a millisecond: where rows share a moment, "oldest first" is "by id".
"""

from __future__ import annotations

import base64
import secrets
import threading

from leadapp import clock

ID_LENGTH = 26
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new id: 26 digits and lower-case letters, in an alphabet whose order is that of the numbers."""
    global _last
    with _lock:
        candidate = (clock.milliseconds() << 80) | secrets.randbits(80)
        _last = candidate if candidate > _last else _last + 1 + secrets.randbits(16)
        value = _last
    return base64.b32hexencode(value.to_bytes(16, "big"))[:ID_LENGTH].decode().lower()
