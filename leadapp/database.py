"""How the engine behaves: SQLite made safe for many writers, PostgreSQL left as it is."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 10.0


class DatabaseBusy(Exception):
    """Another writer of this process held the database for longer than the busy time-out."""


def prepare_engine(engine: Engine) -> None:
    """Call once per engine. On SQLite: WAL, foreign keys, and writers one at a time.

    A connection opened with the execution option `writes` begins IMMEDIATE, so that it reads what it will change
    under the write lock; plain BEGIN fails with "database is locked" under load. Within the process a lock queues the
    writers fairly, because SQLite's own waiting is a lottery with a long tail.
    """
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)


def _prepare_sqlite(engine: Engine) -> None:
    lock = threading.Lock()

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # no implicit BEGIN: the begin event decides
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
            "foreign_keys=on",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        if not lock.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy("The database is busy with other changes. Nothing was stored; try again.")
        connection.info["holds_writer_lock"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def release(_connection: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop("holds_writer_lock", None):
            lock.release()
