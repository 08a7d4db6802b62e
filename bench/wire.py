"""Stands between a browser and the product and counts what really crosses: requests, and bytes of their answers."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_REQUEST_LINE = re.compile(rb"^(?:GET|POST|PUT|DELETE|HEAD) (\S+) HTTP/1\.1\r\n", re.MULTILINE)
_CHUNK = 65_536


class Wire:
    """`answers` are [path, bytes of the answer with its headers], in the order they were asked for."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.answers: list[tuple[str, list[int]]] = []

    def taken(self) -> list[tuple[str, int]]:
        """What has crossed since the last time this was asked."""
        answers, self.answers = self.answers, []
        return [(path, sum(sizes)) for path, sizes in answers]

    def close(self) -> None:
        self._door.close()

    def serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _peer = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._to_port))
                sizes: list[list[int]] = []
                for run in (self._carry_up, self._carry_down):
                    threading.Thread(target=run, args=(near, far, sizes), daemon=True).start()

    def _carry_up(self, near: socket.socket, far: socket.socket, sizes: list[list[int]]) -> None:
        with suppress(OSError):
            while data := near.recv(_CHUNK):
                for line in _REQUEST_LINE.finditer(data):
                    sizes.append([])
                    self.answers.append((urlsplit(line[1].decode()).path, sizes[-1]))
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)

    def _carry_down(self, near: socket.socket, far: socket.socket, sizes: list[list[int]]) -> None:
        with suppress(OSError):
            while data := far.recv(_CHUNK):
                sizes[-1].append(len(data))  # a browser asks again on a connection once it was answered
                near.sendall(data)
            near.shutdown(socket.SHUT_WR)


@contextmanager
def wire(to_port: int) -> Iterator[Wire]:
    between = Wire(to_port)
    threading.Thread(target=between.serve, daemon=True).start()
    yield between
    between.close()
