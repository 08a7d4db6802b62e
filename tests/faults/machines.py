"""Real processes that tests may kill: a Redis, a worker, a whole family."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from leadapp.serving import embedded_redis

ROOT = Path(__file__).parents[2]


class Machine:
    """One process, with the environment it was given."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=inherited | (environment or {}), stdout=output, stderr=subprocess.STDOUT
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Asks it to end, and gives it as long as it promises to need."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)


class RedisServer:
    """A Redis of the test's own, which can be killed and started again on the same files."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.start()

    def start(self) -> None:
        folder = self.folder
        self.machine = Machine(embedded_redis.command(self.url, folder), folder / "test.log")
        embedded_redis.wait_until_ready(self.url)


class FamilyMachine(Machine):
    """`leadapp up` on a port and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.environment = {"DATA_DIR": str(folder), "PORT": str(self.port)}
        self.seen: list[psutil.Process] = []
        super().__init__([sys.executable, "-m", "leadapp", "up"], folder / "family.log", self.environment)

    def run(self, *command: str) -> str:
        """The last line of what the command prints."""
        environment = os.environ | self.environment
        finished = subprocess.run(
            [sys.executable, "-m", "leadapp", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        return finished.stdout.splitlines()[-1]

    def members(self) -> list[psutil.Process]:
        self.seen = psutil.Process(self.process.pid).children(recursive=True)
        return self.seen

    def member(self, word: str) -> psutil.Process | None:
        """The supervisor's own child whose command line holds `word`."""
        for process in psutil.Process(self.process.pid).children():
            try:
                if word in " ".join(process.cmdline()):
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def readiness(self) -> dict[str, str]:
        return self.ask("/readyz").get("checks", {})

    def ask(self, path: str, body: object = None, *, key: str = "") -> dict:
        """The JSON answer; empty while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return {}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
