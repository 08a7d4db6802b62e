"""RQ entry points. A job may run twice, late or never: what it calls looks at the rows again."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from flask import Flask, current_app, has_app_context

from leadapp import clock, create_app
from leadapp.notify import outbox
from leadapp.sweep import deliver_batch, deliver_one
from leadapp.workflow import escalation

_MESSAGES_AT_ONCE = 20
_LEADS_AT_ONCE = 20
_CLOCKS_TURN = timedelta(seconds=1)


def advance_lead(lead_id: str) -> None:
    """Does what is due for the lead now; a job that comes early finds nothing due."""
    with _application().app_context():
        escalation.advance_lead(lead_id, clock.now())


def advance_due() -> None:
    """Does what a clock should have done a second ago. Takes no leases: what it does not get to stays the clock's."""
    with _application().app_context():
        for lead_id in escalation.find_due_leads(clock.now() - _CLOCKS_TURN, _LEADS_AT_ONCE):
            escalation.advance_lead(lead_id, clock.now())


def deliver_due() -> None:
    """Sends every message that is due and that nobody else is at."""
    with _application().app_context():
        while message_ids := outbox.take_due_messages(clock.now(), _MESSAGES_AT_ONCE):
            for message_id in deliver_batch(message_ids):
                deliver_one(message_id)


def _application() -> Flask:
    return current_app._get_current_object() if has_app_context() else _own_application()  # type: ignore[attr-defined]


@cache
def _own_application() -> Flask:
    return create_app()
