"""Wake-up calls through Redis. They may be lost, doubled or late: what must happen is in the database, and swept."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
_PROMISED_MILLISECONDS = 2_000  # a job that dies before it calls `answer` keeps others from being asked for so long


@dataclass(frozen=True, slots=True)
class Wake:
    """Run the job called `job` (a function of jobs.py) with these ids, now or not before `at`. A job without ids does
    whatever is due, so one of them serves everybody who asks before it calls `WakeUps.answer`."""

    job: str
    ids: tuple[str, ...]
    queue: str = "default"
    at: datetime | None = None

    @property
    def is_shared(self) -> bool:
        return not self.ids and self.at is None

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
        self._queues = {name: Queue(name, connection=self.connection, serializer=JSONSerializer) for name in QUEUES}

    def send(self, wakes: Sequence[Wake]) -> bool:
        """Enqueues in one round trip; a second one only for a job that nobody waits for yet. Returns whether Redis took
        them."""
        wakes = [wake for wake in wakes if wake.job_id not in self._scheduled]
        if not wakes:
            return True
        if time.monotonic() < self._away_until:
            return False
        try:
            shared = [wake for wake in wakes if wake.is_shared]
            answers = self._send(shared, [wake for wake in wakes if not wake.is_shared])
            unasked = [wake for wake, is_first in zip(shared, answers, strict=False) if is_first]
            if unasked:
                self._send([], unasked)
        except (redis.RedisError, OSError) as error:
            self._away_until = time.monotonic() + _BACK_OFF_SECONDS
            log.warning("wakeups_not_sent count=%d error=%s", len(wakes), type(error).__name__)
            return False
        self._remember(wakes)
        return True

    def answer(self, job: str) -> None:
        """From now on a call for this job enqueues it again. Called by the job itself, before it looks a last time:
        what was committed before is seen by that look, what is committed after asks for a job of its own."""
        try:
            self.connection.delete(_promise(job))
        except (redis.RedisError, OSError) as error:
            log.warning("wakeups_not_answered job=%s error=%s", job, type(error).__name__)

    def depth(self) -> dict[str, int]:
        """Jobs waiting in each queue. Raises redis.RedisError when Redis is away."""
        return {name: queue.count for name, queue in self._queues.items()}

    def _send(self, promised: Sequence[Wake], enqueued: Sequence[Wake]) -> list[Any]:
        """One round trip. The first answers are to the promises: true where nobody had made it yet."""
        with self.connection.pipeline(transaction=False) as pipe:
            if enqueued:
                pipe.multi()  # RQ asks for it by itself, but too late when something is in the pipeline already
            for wake in promised:
                pipe.set(_promise(wake.job), 1, nx=True, px=_PROMISED_MILLISECONDS)
            for wake in enqueued:
                self._enqueue(wake, pipe)
            answers: list[Any] = pipe.execute()
        return answers

    def _remember(self, wakes: Sequence[Wake]) -> None:
        """So that scheduling again what is scheduled anyway costs nothing. What slips through is swept."""
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


def _promise(job: str) -> str:
    """The key that stands while a job that serves everybody has been asked for and has not answered yet."""
    return f"leadapp:promised:{job}"


def _name_job(wake: Wake) -> str:
    """A job without ids gets a name of its own: one that ends deletes its name, and with it a namesake that waits."""
    return f"{wake.job_id}-{secrets.token_hex(6)}" if wake.is_shared else wake.job_id
