"""One worker process: RQ jobs in the main thread; the clock, the postman and the watch beside it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

import redis
from flask import Flask
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from leadapp import create_app, logs
from leadapp.postman import POSTMAN, Postman
from leadapp.settings import WrongSetting, load
from leadapp.sweep import Clock, Loop
from leadapp.wakeups import QUEUES
from leadapp.watch import Watch

log = logging.getLogger(__name__)

_FINISH_SECONDS = 8.0
_SHORTEST_BACK_OFF_SECONDS = 0.2
_LONGEST_BACK_OFF_SECONDS = 5.0


class QueueWorker(SimpleWorker):
    """An RQ worker that leaves signals to its process and listens to no commands."""

    max_connection_wait_time = _LONGEST_BACK_OFF_SECONDS

    def subscribe(self) -> None:
        """No pub/sub thread: one would be left behind each time Redis goes away."""

    def _install_signal_handlers(self) -> None:
        """The process decides; see `WorkerProcess`."""

    def stop_soon(self) -> None:
        """For a signal handler: ends `work` after the job in hand, at once if there is none."""
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested


class WorkerProcess:
    """Everything one worker does, until a signal ends it. `run` answers the exit status."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = Event()
        self._ending = False
        self._broken = False
        self._queue_worker: QueueWorker | None = None
        self._clock = Clock(app, self._stop)
        self._postman = app.extensions[POSTMAN] = Postman(app, self._stop)
        self._machine_watch = Watch(app, self._stop)

    def run(self) -> int:
        threads = [self._thread(loop) for loop in (self._clock, self._postman, self._machine_watch)]
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._end)
            for thread in threads:
                thread.start()
            self._work_through_queues()
        except StopRequested:
            self._ending = True
        self._stop.set()
        self._postman.wake()
        deadline = time.monotonic() + _FINISH_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._postman.finish(max(0.0, deadline - time.monotonic()))
        return 1 if self._broken else 0

    def _thread(self, loop: Loop | Watch) -> Thread:
        return Thread(target=self._watch, args=(loop.name, loop.run), name=loop.name, daemon=True)

    def _watch(self, name: str, run: Callable[[], None]) -> None:
        """A worker without its clock must not look alive: the process ends, and its supervisor starts another."""
        try:
            run()
        finally:
            if not self._stop.is_set():
                log.critical("thread_died name=%s", name)
                self._broken = True
                os.kill(os.getpid(), signal.SIGTERM)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        # No Event.set() here: its lock may be held by the very thread this handler interrupts.
        if self._ending:
            return
        self._ending = True
        if self._queue_worker is None:
            raise StopRequested
        self._queue_worker.stop_soon()

    def _work_through_queues(self) -> None:
        """Works until told to stop. Redis going away ends an RQ worker, never this loop."""
        back_off = _SHORTEST_BACK_OFF_SECONDS
        while not self._ending:
            started_at = time.monotonic()
            try:
                self._work()
            except (redis.RedisError, OSError) as error:
                if back_off == _SHORTEST_BACK_OFF_SECONDS:  # once an outage, not at every try
                    log.warning("redis_away error=%s", type(error).__name__)
            if self._ending:
                return
            if time.monotonic() - started_at > 2 * _LONGEST_BACK_OFF_SECONDS:
                back_off = _SHORTEST_BACK_OFF_SECONDS
            time.sleep(back_off)
            back_off = min(back_off * 2, _LONGEST_BACK_OFF_SECONDS)

    def _work(self) -> None:
        url = self._app.config["LEADAPP"].redis_url
        connection = redis.Redis.from_url(url, socket_connect_timeout=2, retry=None)
        try:
            with self._app.app_context():
                self._queue_worker = QueueWorker(
                    list(QUEUES), connection=connection, serializer=JSONSerializer, log_job_description=False
                )
                self._queue_worker.work(logging_level="WARNING")
        finally:
            self._queue_worker = None
            connection.close()


def main() -> int:
    """Runs one worker until SIGTERM. Returns the exit status."""
    try:
        settings = load()
        app = create_app(settings)
    except WrongSetting as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201
        return 2
    logs.configure(settings.log_format)
    status = WorkerProcess(app).run()
    logging.shutdown()
    # Not sys.exit: Python would wait for a sender that is stuck in a provider's call.
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
