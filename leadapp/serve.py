"""`leadapp up`: web, workers, scheduler and an embedded Redis as one supervised family.

The supervisor lives long and must stay small, so it loads nothing of the application.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import logging
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadapp import logs
from leadapp.serving import embedded_redis
from leadapp.serving.child import Child
from leadapp.serving.embedded_redis import NoRedis
from leadapp.serving.family import Family
from leadapp.settings import Settings, WrongSetting, load

log = logging.getLogger(__name__)

_LOCK_SECONDS = 3.0
_BACKLOG = 512


class CannotStart(Exception):
    """The family cannot run here; the text says why and what to do."""


def up(*, demo: bool, workers: int) -> None:
    """Prepares the database, serves until a signal comes, and leaves no process behind.

    Raises WrongSetting or CannotStart.
    """
    settings = load()
    logs.configure(settings.log_format)
    with _own(settings.data_dir) as lock, _listen(settings) as door:
        redis = _redis(settings, lock)
        family = Family(_children(settings, door, lock, workers=workers, has_redis=redis is not None), first=redis)
        family.listen_to_signals()
        try:
            if redis is not None:
                _start_redis(redis, settings)
            preparation = [*_python("leadapp.serving.preparation"), *(["--demo"] if demo else [])]
            if family.run_once(Child("preparation", preparation, keep_open=[lock])):
                family.tend()
            elif not family.is_ending:
                raise CannotStart("The database could not be prepared; the reason stands above.")
        finally:
            family.end()


def main() -> int:
    """`python -m leadapp.serve [--demo] [--workers N]`: what `leadapp up` becomes. Returns the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    wanted = parser.parse_args()
    try:
        up(demo=wanted.demo, workers=wanted.workers)
    except CannotStart as reason:
        print(f"Error: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    except WrongSetting as wrong:
        print(f"Error: {wrong}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


@contextmanager
def _own(data_dir: Path) -> Iterator[int]:
    """One family at a time. The children hold the lock too, so one that is still ending keeps the next waiting."""
    with (data_dir / "leadapp.lock").open("w") as file:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"Another Leadapp runs on {data_dir}. Stop it first, or set DATA_DIR to another folder."
                    ) from None
                time.sleep(0.1)
            else:
                break
        yield file.fileno()


@contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    """The door stays open while the web process is started again: visitors wait a moment and are not turned away."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        door = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {settings.port} is in use. Stop what uses it, or set PORT to another one."
            ) from None
        raise CannotStart(f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}.") from None
    with door:
        yield door


def _redis(settings: Settings, lock: int) -> Child | None:
    if not settings.embeds_redis:
        return None
    try:
        return Child("redis", embedded_redis.command(settings.redis_url, settings.data_dir / "redis"), keep_open=[lock])
    except NoRedis as error:
        log.warning("redis_missing leads_are_routed_without_it reason=%s", error)
        return None


def _start_redis(redis: Child, settings: Settings) -> None:
    redis.start()
    try:
        embedded_redis.wait_until_ready(settings.redis_url)
    except NoRedis as error:
        log.warning("redis_not_ready leads_are_routed_without_it reason=%s", error)


def _children(settings: Settings, door: socket.socket, lock: int, *, workers: int, has_redis: bool) -> list[Child]:
    web = [*_python("gunicorn"), "--config", "python:leadapp.serving.web", "--bind", f"fd://{door.fileno()}"]
    children = [Child("web", web, keep_open=[door.fileno(), lock])]
    for number in range(1, workers + 1):
        children.append(Child(f"worker-{number}", _python("leadapp.serving.worker"), keep_open=[lock]))
    if has_redis or not settings.embeds_redis:
        children.append(Child("scheduler", _python("leadapp.serving.scheduler"), keep_open=[lock]))
    return children


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


if __name__ == "__main__":
    sys.exit(main())
