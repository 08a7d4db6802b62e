"""Wake-up calls through Redis. They may be lost, doubled or late: what must happen is in the database, and swept."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUES = ("urgent", "default", "low")
_CONNECT_SECONDS = 0.5
_BACK_OFF_SECONDS = 1.0  # after a failure nobody waits for Redis again before this has passed
_KEPT_FAILED_SECONDS = 86_400
_SCHEDULED_KEPT = 1_000
_SHARED_SECONDS = 0.02  # a job that does whatever is due is asked for at most fifty times a second by one process


@dataclass(frozen=True, slots=True)
class Wake:
    """Run the job called `job` (a function of jobs.py) with these ids, now or not before `at`. A job without ids does
    whatever is due, so one of them serves many callers."""

    job: str
    ids: tuple[str, ...]
    queue: str = "default"
    at: datetime | None = None

    @property
    def job_id(self) -> str:
        second = () if self.at is None else (str(int(self.at.timestamp())),)
        return "-".join((self.job, *self.ids, *second))


class WakeUps:
    """The RQ queues. `send` never raises for a Redis that is away: it answers False and the sweep does the work."""

    connection: redis.Redis

    def __init__(self) -> None:
        self._away_until = 0.0

    def init_app(self, app: Flask) -> None:
        url = app.config["LEADAPP"].redis_url
        self.connection = redis.Redis.from_url(
            url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_CONNECT_SECONDS, retry=None
        )
        self._away_until = 0.0
        self._scheduled: set[str] = set()
        self._asked: dict[str, float] = {}
        self._queues = {name: Queue(name, connection=self.connection, serializer=JSONSerializer) for name in QUEUES}

    def send(self, wakes: Sequence[Wake]) -> bool:
        """Enqueues in one round trip. Returns whether Redis took them."""
        wakes = [wake for wake in wakes if not self._is_asked_for(wake)]
        if not wakes:
            return True
        if time.monotonic() < self._away_until:
            return False
        try:
            with self.connection.pipeline(transaction=False) as pipe:
                for wake in wakes:
                    self._enqueue(wake, pipe)
                pipe.execute()
        except (redis.RedisError, OSError) as error:
            self._away_until = time.monotonic() + _BACK_OFF_SECONDS
            log.warning("wakeups_not_sent count=%d error=%s", len(wakes), type(error).__name__)
            return False
        self._remember(wakes)
        return True

    def _is_asked_for(self, wake: Wake) -> bool:
        if wake.at is not None:
            return wake.job_id in self._scheduled
        return not wake.ids and time.monotonic() < self._asked.get(wake.job, 0.0) + _SHARED_SECONDS

    def depth(self) -> dict[str, int]:
        """Jobs waiting in each queue. Raises redis.RedisError when Redis is away."""
        return {name: queue.count for name, queue in self._queues.items()}

    def _remember(self, wakes: Sequence[Wake]) -> None:
        """So that asking again for what is coming anyway costs nothing. What slips through is swept within a second."""
        self._asked.update((wake.job, time.monotonic()) for wake in wakes if wake.at is None and not wake.ids)
        if len(self._scheduled) > _SCHEDULED_KEPT:
            self._scheduled.clear()
        self._scheduled.update(wake.job_id for wake in wakes if wake.at)

    def _enqueue(self, wake: Wake, pipe: redis.client.Pipeline) -> None:
        queue = self._queues[wake.queue]
        options = {
            "args": wake.ids,
            "job_id": _name_job(wake),
            "result_ttl": 0,
            "failure_ttl": _KEPT_FAILED_SECONDS,
            "pipeline": pipe,
        }
        name = f"leadapp.jobs.{wake.job}"
        if wake.at is None:
            queue.enqueue(name, **options)
        else:
            # RQ cuts due times to whole seconds: one second later is never too early.
            queue.enqueue_at(wake.at + timedelta(seconds=1), name, **options)


def _name_job(wake: Wake) -> str:
    """A job without ids gets a name of its own: one that ends deletes its name, and with it a namesake that waits."""
    return wake.job_id if wake.ids or wake.at else f"{wake.job_id}-{secrets.token_hex(6)}"
