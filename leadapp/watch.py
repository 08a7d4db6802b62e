"""The watch: a thread in every worker and every web process, that looks whether the machine is ill and has it told."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event, Thread

from flask import Flask

from leadapp import clock
from leadapp.machine.illness import Kind, Limits, signs
from leadapp.machine.incidents import View, look
from leadapp.models import Channel
from leadapp.queries.vitals import read_vitals
from leadapp.workflow import incidents

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
LIMITS = Limits()
_WORKERS_TURN = timedelta(seconds=10)  # to send what is about an incident, while any worker lives


class Watch:
    """Looks every few seconds until told to stop. While all is well it reads a little and writes nothing.

    A thread of its own, because the clock and the postman are among what it looks after; without a pulse, because
    nobody has to look after it: it is in every process.
    """

    name = "watch"

    def __init__(self, app: Flask, stop: Event) -> None:
        self._app, self._stop = app, stop
        self._view: View | None = None
        self._is_blind = False

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:
                self._note_blindness()
            else:
                self._is_blind = False
            self._stop.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Looks once, writes what begins and what is over, and sends what nobody else sends."""
        now = clock.now()
        with self._app.app_context():
            known = incidents.find_standing()
            failing = [Channel(illness.subject) for illness in known if illness.kind is Kind.SENDS_FAIL]
            vitals = read_vitals(now, also=failing)
            self._view = look(signs(vitals, known, LIMITS), self._view, now, LIMITS)
            incidents.follow(self._view, vitals, known, LIMITS, now)
            late_by = _WORKERS_TURN if vitals.living_workers else timedelta(0)
            unsent = incidents.find_unsent(now, late_by=late_by)
        for message_id in unsent:
            # A thread each: nobody knows which channel still works, and a silent one must hold up neither the others
            # nor the next look. The outbox leases each message, so that no two send it.
            Thread(target=self._send, args=(message_id,), name="watch-sender", daemon=True).start()

    def _send(self, message_id: str) -> None:
        # What sends weighs ten megabytes, which a web process needs only when no worker lives.
        from leadapp.postman import deliver_one  # noqa: PLC0415

        with self._app.app_context():
            deliver_one(message_id)

    def _note_blindness(self) -> None:
        """Without the database nobody can be told; once an outage, not at every look."""
        if not self._is_blind:
            log.critical("watch_sees_nothing", exc_info=True)
        self._is_blind = True
