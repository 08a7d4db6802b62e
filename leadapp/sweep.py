"""The clock, and what it has in common with the postman: loops that act on what is due in the database, with or without
Redis."""

from __future__ import annotations

import logging
import os
import socket
import time
from abc import ABC, abstractmethod
from datetime import datetime
from threading import Event

from flask import Flask

from leadapp import clock
from leadapp.containment import contained
from leadapp.workflow import digests, escalation, following, idempotency, pulses, reachability, refusals, texting

log = logging.getLogger(__name__)

LONGEST_NAP_SECONDS = 1.0
BEAT_SECONDS = 5.0
TIDY_SECONDS = 3_600.0
LOOK_SECONDS = 5.0
DIGEST_SECONDS = 30.0
_LEADS_AT_ONCE = 10  # in one transaction, behind which captures wait on SQLite
_REPS_AT_ONCE = 20


class Loop(ABC):
    """Repeats `_sweep` until told to stop, and beats so that others see it live. What fails is tried again."""

    name: str

    def __init__(self, app: Flask, stop: Event) -> None:
        self._app = app
        self._stop = stop
        self._pulse_name = f"{self.name}:{socket.gethostname()}:{os.getpid()}"
        self._worst_lag = 0.0
        self._next_beat = 0.0

    def run(self) -> None:
        while not self._stop.is_set():
            nap = LONGEST_NAP_SECONDS
            with contained("%s_failed", self.name):
                nap = self._sweep()
                self._beat()
            self._rest(nap)

    @abstractmethod
    def _sweep(self) -> float:
        """Does what is due. Returns for how many seconds nothing will be."""

    def _rest(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _beat(self) -> None:
        if time.monotonic() < self._next_beat:
            return
        with self._app.app_context():
            pulses.beat(self._pulse_name, now=clock.now(), lag_seconds=self._worst_lag)
        self._next_beat = time.monotonic() + BEAT_SECONDS
        self._worst_lag = 0.0


class Every:
    """Comes round once in so many seconds; the first time at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def comes_round(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True


class Clock(Loop):
    """Advances every lead whose due time has come, follows everybody whose presence or shift has changed, looks who can
    no longer be reached, mails what went wrong, and once an hour puts away what nobody asks for any more."""

    name = "clock"

    def __init__(self, app: Flask, stop: Event) -> None:
        super().__init__(app, stop)
        self._look_at_everybody = Every(TIDY_SECONDS)
        self._errands = [
            (Every(LOOK_SECONDS), self._look_who_is_reached),
            (Every(LOOK_SECONDS), reachability.review_keys),
            (Every(LOOK_SECONDS), refusals.review_providers),
            (Every(LOOK_SECONDS), texting.note_all_texted),
            (Every(DIGEST_SECONDS), digests.send_digests),
            (Every(TIDY_SECONDS), idempotency.forget_old_answers),
        ]

    def _sweep(self) -> float:
        with self._app.app_context():
            due_at, change_at, now = escalation.next_due_at(), following.next_change_at(), clock.now()
        if change_at is not None and change_at <= now:
            self._follow_reps(now)
        found, failed = self._advance(now)
        self._run_errands(now)
        if not found:
            return min(_nap(due_at, now), _nap(change_at, now))
        lag = max(0.0, (now - due_at).total_seconds()) if due_at else 0.0
        self._worst_lag = max(self._worst_lag, lag)
        log.info("clock_swept found=%d failed=%d lag=%.3f", found, failed, lag)
        return 0.0

    def _advance(self, now: datetime) -> tuple[int, int]:
        """How many leads were due, and how many of them could not be advanced. Together, unless one of them spoils
        that; then each by itself."""
        with contained("leads_not_advanced_together"), self._app.app_context():
            return escalation.advance_due_leads(now, _LEADS_AT_ONCE), 0
        with self._app.app_context():
            found = escalation.take_due_leads(now, limit=_LEADS_AT_ONCE)
        return len(found), sum(not self._advance_alone(lead_id) for lead_id in found)

    def _follow_reps(self, now: datetime) -> None:
        """Each by himself, so that one who cannot be followed holds up nobody."""
        with self._app.app_context():
            rep_ids = following.find_due_reps(now, _REPS_AT_ONCE)
        for rep_id in rep_ids:
            with contained("rep_not_followed rep=%s", rep_id), self._app.app_context():
                following.follow_rep(rep_id, now)
                continue
            with self._app.app_context():
                following.put_off(rep_id, now)
        log.info("reps_followed count=%d", len(rep_ids))

    def _run_errands(self, now: datetime) -> None:
        """Behind the leads, and each by itself: none of them may keep a lead waiting, nor another one."""
        for every, errand in self._errands:
            if every.comes_round():
                with contained("errand_failed name=%s", errand.__name__), self._app.app_context():
                    errand(now)

    def _look_who_is_reached(self, now: datetime) -> None:
        """Each by himself, so that one who cannot be looked at holds up nobody."""
        for rep_id in reachability.find_changed(now, everybody=self._look_at_everybody.comes_round()):
            with contained("rep_not_reviewed rep=%s", rep_id), self._app.app_context():
                reachability.review_rep(rep_id, now)

    def _advance_alone(self, lead_id: str) -> bool:
        """One lead in a context of its own, so that a poisoned row spoils nothing but itself; its lease moves it on."""
        with contained("lead_not_advanced lead=%s", lead_id), self._app.app_context():
            escalation.advance_lead(lead_id, clock.now())
            return True
        return False


def _nap(due_at: datetime | None, now: datetime) -> float:
    """Until the next lead is due. What is due already and was not found is in somebody else's hand."""
    if due_at is None or due_at <= now:
        return LONGEST_NAP_SECONDS
    return min((due_at - now).total_seconds(), LONGEST_NAP_SECONDS)
