"""RQ entry points. A job may run twice, late or never: what it calls looks at the rows again."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cache

from flask import Flask, current_app, has_app_context

from leadapp import clock, create_app
from leadapp.extensions import queue
from leadapp.notify import outbox
from leadapp.sweep import SENT_BY_JOBS, deliver_batch, deliver_one
from leadapp.workflow import escalation, following, texting

_PUSHES_AT_ONCE = 20
_LEADS_AT_ONCE = 20
_ROUNDS_SECONDS = 1.0
_PACE_SECONDS = 0.1  # between two rounds, so that many messages share a transaction
_CLOCKS_TURN = timedelta(seconds=1)


def advance_lead(lead_id: str) -> None:
    """Does what is due for the lead now; a job that comes early finds nothing due."""
    with _application().app_context():
        escalation.advance_lead(lead_id, clock.now())


def follow_rep(rep_id: str) -> None:
    """Offers whoever has become free what waits for him; a job that comes early finds nothing due."""
    with _application().app_context():
        following.follow_rep(rep_id, clock.now())


def note_texted(lead_id: str) -> None:
    """The owner's text to the customer was sent, which is a contact."""
    with _application().app_context():
        texting.note_texted(lead_id, clock.now())


def advance_due() -> None:
    """Does what a clock should have done a second ago. Takes no leases: what it does not get to stays the clock's."""
    with _application().app_context():
        escalation.advance_due_leads(clock.now(), _LEADS_AT_ONCE, late_by=_CLOCKS_TURN)


def deliver_due() -> None:
    """Sends what is due, in rounds while there is anything: under load one job a second serves everybody who asks."""
    ends_at = time.monotonic() + _ROUNDS_SECONDS
    while _deliver_round() and time.monotonic() < ends_at:
        time.sleep(_PACE_SECONDS)
    queue.answer("deliver_due")
    _deliver_round()


def _deliver_round() -> bool:
    """Sends what is due and nobody else is at, except what is the postman's. Returns whether there was anything."""
    with _application().app_context():  # a session of its own, that sees what was committed up to now
        sent = deliver_batch()
        pushes = outbox.take_due_messages(clock.now(), _PUSHES_AT_ONCE, SENT_BY_JOBS)
        for message_id in pushes:
            deliver_one(message_id)
    return bool(sent or pushes)


def _application() -> Flask:
    return current_app._get_current_object() if has_app_context() else _own_application()  # type: ignore[attr-defined]


@cache
def _own_application() -> Flask:
    return create_app()
