"""What keeps one poisoned row, or one broken errand, from stopping a loop that everybody else depends on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def contained(event: str, *details: object) -> Iterator[None]:
    """Whatever goes wrong inside is logged as this event, with where it came from, and stays inside: the caller goes on
    behind it. For loops, and for doing one by one what could not be done together; nowhere else."""
    try:
        yield
    except Exception:
        log.exception(event, *details)
