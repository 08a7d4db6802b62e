"""Opaque ids that sort by the time they were made: 48 bits of milliseconds, 80 bits of chance (the ULID layout).

Ids made in one process always grow, also within a millisecond: where rows share a moment, "oldest first" is "by id".
"""

from __future__ import annotations

import secrets
import threading

from leadapp import clock

ID_LENGTH = 26
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new id: 26 characters, digits and lower-case letters."""
    global _last
    moment = int(clock.now().timestamp() * 1000)
    with _lock:
        candidate = (moment << 80) | secrets.randbits(80)
        _last = candidate if candidate > _last else _last + 1 + secrets.randbits(16)
        value = _last
    characters = []
    for _ in range(ID_LENGTH):
        value, digit = divmod(value, 32)
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))
