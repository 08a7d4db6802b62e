"""A push service that takes its time: a process of its own that notes when each request came, and answers later."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.process import BenchFailed
from leadapp import clock
from leadapp.notify.subscriptions import keep_subscription

ANSWERS_AFTER_SECONDS = 0.2
_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE_SECONDS = 30.0
_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: when its last byte was read, in seconds since 1970, and the topic that makes two of them one."""

    at: float
    topic: str


class PushService:
    def __init__(self, port: int, pipe: Connection) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self._pipe = pipe

    def arrivals(self) -> list[Arrival]:
        """Every request so far, oldest first."""
        self._pipe.send(None)
        return list(_receive(self._pipe))

    def subscribe(self, rep_id: str) -> None:
        """Gives the rep a device of this service, in the running application."""
        public = ec.generate_private_key(ec.SECP256R1()).public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {
            name: urlsafe_b64encode(key).decode() for name, key in (("p256dh", point), ("auth", b"sixteen byte key"))
        }
        device = {"endpoint": f"{self.origin}/{rep_id}", "keys": keys}
        keep_subscription(rep_id, device, user_agent="bench", key_id=None, now=clock.now())


@contextmanager
def push_service() -> Iterator[PushService]:
    mine, its = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve, args=(its,), daemon=True)
    process.start()
    try:
        yield PushService(_receive(mine), mine)
    finally:
        process.terminate()
        process.join()


def serve(pipe: Connection) -> None:
    """What the process does: the port it listens on goes into the pipe, and what has arrived whenever it is asked."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    arrivals: list[Arrival] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await reader.readexactly(int(_header(head, "content-length")))
                arrivals.append(Arrival(time.time(), _header(head, "topic")))
                await asyncio.sleep(ANSWERS_AFTER_SECONDS)
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # whoever sent it has been killed

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])

    def tell() -> None:
        pipe.recv()
        pipe.send(arrivals)

    asyncio.get_running_loop().add_reader(pipe.fileno(), tell)
    await server.serve_forever()


def _header(head: str, name: str) -> str:
    lines = (line.partition(":") for line in head.split("\r\n"))
    return next(value.strip() for found, _, value in lines if found.lower() == name)


def _receive(pipe: Connection) -> Any:
    if not pipe.poll(_PATIENCE_SECONDS):
        raise BenchFailed("the push service did not say anything")
    return pipe.recv()
