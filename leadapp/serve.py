"""`leadapp up`: web, workers, scheduler and an embedded Redis as one supervised family."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from leadapp import clock, create_app, logs
from leadapp.serving import embedded_redis
from leadapp.serving.child import Child
from leadapp.serving.embedded_redis import NoRedis
from leadapp.serving.family import Family
from leadapp.serving.preparation import Invitation, prepare
from leadapp.settings import Settings, load

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
            invitations = prepare(create_app(settings), demo=demo, now=clock.now())
        except BaseException:
            family.end()
            raise
        _greet(settings, invitations)
        family.tend()


@contextmanager
def _own(data_dir: Path) -> Iterator[int]:
    """One family at a time. The children hold the lock too: a family that is still ending keeps the next one waiting."""
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
            raise CannotStart(f"Port {settings.port} is in use. Stop what uses it, or set PORT to another one.") from None
        raise CannotStart(f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}.") from None
    with door:
        yield door


def _redis(settings: Settings, lock: int) -> Child | None:
    if not settings.embeds_redis:
        return None
    try:
        return Child("redis", embedded_redis.command(settings.redis_url), keep_open=[lock])
    except NoRedis as error:
        log.warning("redis_missing leads_are_routed_without_it reason=%s", error)
        return None


def _start_redis(redis: Child, settings: Settings) -> None:
    redis.start()
    try:
        embedded_redis.wait_until_ready(settings.redis_url)
    except NoRedis as error:
        log.warning("redis_not_ready leads_are_routed_without_it reason=%s", error)


def _children(
    settings: Settings, door: socket.socket, lock: int, *, workers: int, has_redis: bool
) -> list[Child]:
    web = [*_python("gunicorn"), "--config", "python:leadapp.serving.web", "--bind", f"fd://{door.fileno()}"]
    children = [Child("web", web, keep_open=[door.fileno(), lock])]
    for number in range(1, workers + 1):
        children.append(Child(f"worker-{number}", _python("leadapp.serving.worker"), keep_open=[lock]))
    if has_redis or not settings.embeds_redis:
        children.append(Child("scheduler", _python("leadapp.serving.scheduler"), keep_open=[lock]))
    return children


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _greet(settings: Settings, invitations: Sequence[Invitation]) -> None:
    lines = [f"Leadapp runs at {settings.base_url}"]
    if invitations:
        width = max(len(f"{one.name} ({one.roles})") for one in invitations)
        lines += ["", "Sign in as"]
        lines += [f"  {f'{one.name} ({one.roles})':<{width}}  {one.link}" for one in invitations]
    lines += ["", "Ctrl-C ends everything."]
    os.write(sys.stdout.fileno(), ("\n".join(lines) + "\n").encode())
