"""The product as customers run it: `leadapp up` with its web server, worker, scheduler and embedded Redis."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select

from bench.place import Place
from bench.process import BenchFailed, Process
from leadapp import clock
from leadapp.extensions import db, queue
from leadapp.models import Message, MessageState
from leadapp.serving import embedded_redis

_WAITING = (MessageState.PENDING, MessageState.SENDING)


@contextmanager
def family(place: Place, *, workers: int = 1) -> Iterator[Process]:
    """Everything `leadapp up` starts, ready to take leads."""
    command = [sys.executable, "-m", "leadapp.serve", "--workers", str(workers)]
    with Process(command, log=place.folder / "family.log", environment=place.environment) as process:
        process.wait_until(lambda: answers(place.port, "/readyz"))
        yield process


@contextmanager
def redis(folder: Path) -> Iterator[tuple[Process, str]]:
    """A Redis like the embedded one that no family starts again when it is ended; and its address."""
    folder.mkdir(exist_ok=True)
    url = f"unix://{folder / 'r.sock'}"
    with Process(embedded_redis.command(url, folder), log=folder / "redis.log", environment={}) as process:
        embedded_redis.wait_until_ready(url)
        yield process, url


def answers(port: int, path: str) -> bool:
    """Whether a GET there is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == 200
    return False


def settle(place: Place, seconds: float = 120.0) -> None:
    """Waits until nothing is left to send or to run, so that one run's echo is not measured with the next."""
    deadline = time.perf_counter() + seconds
    with place.app.app_context():
        while _left_to_do():
            if time.perf_counter() > deadline:
                raise BenchFailed(f"{_left_to_do()} messages and jobs were still waiting after {seconds:.0f} s")
            time.sleep(0.2)


def _left_to_do() -> int:
    is_due = Message.state.in_(_WAITING) & (Message.due_at <= clock.now())
    due = db.session.scalar(select(func.count()).select_from(Message).where(is_due)) or 0
    db.session.rollback()
    return due + sum(queue.depth().values())
