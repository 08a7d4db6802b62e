"""How the engine behaves: SQLite made safe for many writers, and nobody waits for ever on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 10.0
_BUSY_MILLISECONDS = int(BUSY_SECONDS * 1000)
_STEP_SECONDS = 0.001
_RESTED_SECONDS = 1.0
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock waited for longer than lock_timeout


class DatabaseBusy(Exception):
    """Another writer held what this one needs for longer than the busy time-out."""

    def __init__(self) -> None:
        super().__init__("The database is busy with other changes. Nothing was stored; try again.")


def prepare_engine(engine: Engine) -> None:
    """Call once per engine. On SQLite: WAL, foreign keys, and writers one at a time.

    A connection with the execution option `writes` begins a transaction that ends together. On SQLite it begins
    IMMEDIATE, so that it reads what it will change under the write lock; plain BEGIN fails with "database is locked"
    under load. Within the process a lock queues the writers fairly, because SQLite's own waiting is a lottery with a
    long tail. With `alone` there is no transaction around the one statement that is read.
    """
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _prepare_postgresql(engine)


def engine_options(database_url: str) -> dict[str, Any]:
    """What the engine is made with."""
    # The text of a database error ends up in logs, and would name customers by its parameters.
    common = {"max_overflow": 20, "hide_parameters": True}
    if database_url.startswith("sqlite"):
        return {"pool_size": 20, **common}
    return {
        "pool_size": 10,
        "pool_recycle": 1800,
        # A statement that only reads sees what is committed by then, in a transaction or not: without one, a request is
        # spared two round trips. `writes` begins one.
        "isolation_level": "AUTOCOMMIT",
        # Captures share transactions, so none may wait for ever: neither for a lock nor for a server that is silent.
        "connect_args": {
            "connect_timeout": int(BUSY_SECONDS),
            "tcp_user_timeout": _BUSY_MILLISECONDS,
            # What would commit by itself may not write: a change outside `transaction()` is refused, not kept.
            "options": f"-c lock_timeout={_BUSY_MILLISECONDS} -c default_transaction_read_only=on",
        },
        **common,
    }


def _prepare_postgresql(engine: Engine) -> None:
    """A connection that has rested is tried before it is used, as `pool_pre_ping` does; one that has just been used is
    not, because trying costs as much as a read."""

    @event.listens_for(engine, "set_connection_execution_options")
    def begin(_connection: Connection, wanted: dict[str, Any]) -> None:
        if wanted.get("writes"):
            wanted |= {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        rests_since = record.info.get("rests_since")
        if rests_since is None or time.monotonic() - rests_since < _RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    @event.listens_for(engine, "handle_error")
    def tell_busy(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise DatabaseBusy from context.original_exception


def _prepare_sqlite(engine: Engine) -> None:
    lock = threading.Lock()

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # no implicit BEGIN: the begin event decides
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "foreign_keys=on",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        wanted = connection.get_execution_options()
        if wanted.get("alone"):
            return
        if not wanted.get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("holds_writer_lock"):  # one migration after the other keeps the connection
            if not lock.acquire(timeout=BUSY_SECONDS):
                raise DatabaseBusy
            connection.info["holds_writer_lock"] = True
        _begin_immediate(connection)

    @event.listens_for(engine, "checkin")
    def release(_connection: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop("holds_writer_lock", None):
            lock.release()


def _begin_immediate(connection: Connection) -> None:
    """Waits for writers of other processes in steps of a millisecond: SQLite's own steps grow to a tenth of a second,
    so that a busy neighbour would make a few captures very late."""
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    give_up_at = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise DatabaseBusy from error
            time.sleep(_STEP_SECONDS)
    finally:
        raw.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
