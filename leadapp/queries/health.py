"""Whether each part works, in one sentence a person can act on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import redis
from flask import current_app
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from leadapp.database import DatabaseBusy
from leadapp.extensions import db, queue
from leadapp.models import BoardVersion
from leadapp.queries.operations import clock_lag, living_workers
from leadapp.settings import Settings

_LATE_SECONDS = 5.0
_LEAST_FREE_BYTES = 50 * 1024 * 1024


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    verdict: Verdict
    sentence: str

    @property
    def is_broken(self) -> bool:
        return self.verdict is Verdict.FAIL

    def __str__(self) -> str:
        return f"{self.verdict:<4} {self.name}: {self.sentence}"


def check_all(now: datetime) -> list[Finding]:
    """Database, Redis, workers, clock: what must work for leads to be stored and moved on in time."""
    database = check_database()
    if database.is_broken:
        unseen = [Finding(name, Verdict.FAIL, "Cannot be seen without the database.") for name in ("workers", "clock")]
        return [database, check_redis(), *unseen]
    return [database, check_redis(), check_workers(now), check_clock(now)]


def check_database() -> Finding:
    """Whether a lead could be stored: writes under the same lock as everybody, and takes it back."""
    try:
        with db.engine.connect().execution_options(writes=True) as connection:
            connection.execute(update(BoardVersion).values(version=BoardVersion.version + 1))
            connection.rollback()
    except (SQLAlchemyError, DatabaseBusy) as error:
        return Finding("database", Verdict.FAIL, f"Nothing can be stored ({_first_line(error)}).")
    settings: Settings = current_app.config["LEADAPP"]
    free = shutil.disk_usage(settings.data_dir).free
    if db.engine.dialect.name == "sqlite" and free < _LEAST_FREE_BYTES:
        return Finding(
            "database", Verdict.FAIL, f"The disk is full: {free // 1024**2} MB are left at {settings.data_dir}."
        )
    return Finding("database", Verdict.OK, f"{db.engine.dialect.name} stores what it is given.")


def redis_error() -> str | None:
    """What keeps Redis from answering, if something does."""
    try:
        queue.connection.ping()
    except (redis.RedisError, OSError) as error:
        return type(error).__name__
    return None


def check_redis() -> Finding:
    if error := redis_error():
        kept = "Leads are still stored, and swept every second."
        return Finding("redis", Verdict.FAIL, f"Does not answer ({error}). {kept}")
    return Finding("redis", Verdict.OK, "Answers.")


def check_workers(now: datetime) -> Finding:
    count = living_workers(now)
    if not count:
        return Finding(
            "workers", Verdict.FAIL, "None is alive: no clock runs out and no message leaves. Start `leadapp up`."
        )
    return Finding("workers", Verdict.OK, f"{count} alive.")


def check_clock(now: datetime) -> Finding:
    lag = clock_lag(now)
    if lag > _LATE_SECONDS:
        return Finding("clock", Verdict.FAIL, f"What is due is {lag:.0f} seconds late.")
    return Finding("clock", Verdict.OK, f"What is due happens in time ({lag:.1f} seconds late at worst).")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
