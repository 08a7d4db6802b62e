"""A real Redis, real workers and a real family, each in a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from leadapp import create_app
from leadapp.extensions import db
from leadapp.settings import embedded_redis_url, load
from tests.faults.machines import FamilyMachine, Machine, RedisServer
from tests.waiting import wait_until

StartWorker = Callable[[], Machine]


@pytest.fixture
def environment(tmp_path: Path, database_url: str) -> dict[str, str]:
    """What a worker and the test agree on. `REDIS_URL` is where `redis_server` listens, if the test asks for it."""
    return {"DATA_DIR": str(tmp_path), "DATABASE_URL": database_url, "REDIS_URL": embedded_redis_url(tmp_path)}


@pytest.fixture
def here(environment: dict[str, str]) -> Iterator[Flask]:
    """The application in this process, on the same database and Redis as the workers; time is real."""
    app = create_app(load(environment))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def redis_server(environment: dict[str, str], tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", environment["REDIS_URL"])
    yield server
    server.machine.kill()


@pytest.fixture
def start_worker(environment: dict[str, str], tmp_path: Path) -> Iterator[StartWorker]:
    """Starts a worker and returns it once it lives; whatever is left is killed in the end."""
    started: list[Machine] = []

    def start() -> Machine:
        log = tmp_path / f"worker-{len(started)}.log"
        worker = Machine([sys.executable, "worker.py"], log, environment)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[FamilyMachine]:
    """A family that is up: every check of /readyz is ok."""
    machine = FamilyMachine(tmp_path)
    try:
        wait_until(lambda: set(machine.readiness().values()) == {"ok"}, 60)
        yield machine
    finally:
        if machine.process.poll() is None:
            machine.members()
            machine.kill()
        for process in machine.seen:
            if process.is_running():
                process.kill()
