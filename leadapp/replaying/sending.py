"""Sends leads at the pace of their times over a few connections, and watches how soon each is offered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Lock
from time import monotonic
from typing import Any

from leadapp.replaying.door import Answer, FrontDoor
from leadapp.replaying.reading import Row, Rows
from leadapp.replaying.report import Outcome, Report, Sent

CONNECTIONS = 4
_WATCHED_SECONDS = 10.0
_LOOK_SECONDS = 0.2

Lead = Mapping[str, Any]


def replay(
    found: Rows,
    *,
    url: str,
    key: str,
    speed: float,
    progress: Callable[[int], object] = lambda _: None,
) -> Report:
    """Sends every row once and reports. `speed` divides the time between rows; 0 is as fast as it goes.

    Raises FrontDoorShut, before anything is sent, when the address or the key is no good. Interrupted, it stops and
    reports on what it has sent.
    """
    stop = Event()
    with FrontDoor(url, key, stop) as door:
        run = _Run(found.rows, speed, door.knock(), stop, progress)
    began = monotonic()
    with ThreadPoolExecutor(CONNECTIONS + 1, thread_name_prefix="replay") as pool:
        senders = [pool.submit(run.send_all, FrontDoor(url, key, stop)) for _ in range(CONNECTIONS)]
        watcher = pool.submit(run.watch, FrontDoor(url, key, stop))
        try:
            for sender in senders:
                sender.result()
        except KeyboardInterrupt:
            stop.set()
        except BaseException:
            stop.set()
            raise
        finally:
            took = monotonic() - began
            run.all_sent.set()
        watcher.result()
    unsent = len(found.rows) - len(run.sent)
    return Report(run.sent, took, unsent=unsent, blank=found.blank, broken=found.broken)


class _Run:
    """What the connections of one replay share."""

    def __init__(
        self,
        rows: Sequence[Row],
        speed: float,
        started_at: datetime | None,
        stop: Event,
        progress: Callable[[int], object],
    ) -> None:
        self.sent: list[Sent] = []
        self.all_sent = Event()
        self._id = secrets.token_hex(8)
        self._queue = _paced(rows, speed, stop)
        self._queue_lock, self._book_lock = Lock(), Lock()
        self._started_at, self._stop, self._progress = started_at, stop, progress
        self._keys: set[tuple[object, object]] = set()
        self._watched: SimpleQueue[tuple[Sent, float]] = SimpleQueue()

    def send_all(self, door: FrontDoor) -> None:
        """One connection: takes row after row, each when its time has come."""
        with door:
            while (row := self._next()) is not None:
                body = json.dumps(row.payload).encode()
                self._book(row, door.send(body, f"replay-{self._id}-{row.number}"))

    def watch(self, door: FrontDoor) -> None:
        """Looks at leads that came back without an offer until they have one, for ten seconds each."""
        waiting: list[tuple[Sent, float]] = []
        with door:
            while not (self.all_sent.is_set() and not waiting and self._watched.empty()):
                waiting = [each for each in (*waiting, *self._arrived()) if _is_waiting(*each, door)]
                if self._stop.wait(_LOOK_SECONDS if waiting else 0.02):
                    return

    def _next(self) -> Row | None:
        with self._queue_lock:
            return next(self._queue, None)

    def _arrived(self) -> Iterator[tuple[Sent, float]]:
        try:
            while True:
                yield self._watched.get_nowait()
        except Empty:
            return

    def _book(self, row: Row, answer: Answer) -> None:
        with self._book_lock:
            sent = Sent(row.number, self._outcome(row, answer), seconds=answer.seconds)
            if sent.outcome in (Outcome.REFUSED, Outcome.LOST):
                sent.reason = f"{answer.status or 'no answer'}: {answer.body.get('detail', 'This was no lead.')}"
            else:
                sent.lead_id, sent.state = str(answer.body.get("id")), str(answer.body.get("state"))
            if sent.outcome is Outcome.STORED:
                sent.offered_after = 0.0 if answer.body.get("offers") else None
                if sent.state == "new":
                    self._watched.put((sent, monotonic()))
            self.sent.append(sent)
            self._progress(1)

    def _outcome(self, row: Row, answer: Answer) -> Outcome:
        if answer.status == 0 or answer.status >= 500 or answer.status == 429:
            return Outcome.LOST
        if answer.status not in (200, 201) or "id" not in answer.body:
            return Outcome.REFUSED
        source, external_id = row.payload.get("source"), row.payload.get("external_id")
        is_again = external_id is not None and (source, external_id) in self._keys
        self._keys.add((source, external_id))
        if answer.status == 201:
            return Outcome.STORED
        is_itself = external_id is not None and answer.body.get("external_id") == external_id
        return Outcome.KNOWN if is_again or is_itself or not self._joined_now(answer.body) else Outcome.MERGED

    def _joined_now(self, lead: Lead) -> bool:
        """The answer 200 does not tell a repeat of the person from a repeat of the row; the timeline does."""
        joined = [row["at"] for row in lead.get("timeline", ()) if row.get("kind") == "joined"]
        return bool(joined) and (self._started_at is None or datetime.fromisoformat(joined[-1]) >= self._started_at)


def _is_waiting(sent: Sent, answered: float, door: FrontDoor) -> bool:
    lead, waited = door.lead(sent.lead_id), monotonic() - answered
    sent.state = str(lead.get("state", sent.state))
    if lead.get("offers"):
        sent.offered_after = waited
    return sent.state == "new" and sent.offered_after is None and waited < _WATCHED_SECONDS


def _paced(rows: Sequence[Row], speed: float, stop: Event) -> Iterator[Row]:
    """Each row when it is due: as long after the first as in the file, divided by `speed`."""
    began = monotonic()
    first = rows[0].said_at if rows else None
    for row in rows:
        if speed and first and row.said_at:
            due = (row.said_at - first).total_seconds() / speed
            if stop.wait(max(0.0, began + due - monotonic())):
                return
        if stop.is_set():
            return
        yield row
