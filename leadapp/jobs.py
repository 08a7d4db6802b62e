"""RQ entry points. A job may run twice, late or never: what it calls looks at the rows again."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from flask import Flask, current_app, has_app_context

from leadapp import clock, create_app
from leadapp.postman import POSTMAN, Postman
from leadapp.workflow import escalation, following, texting

_LEADS_AT_ONCE = 20
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
    """Wakes the postman of this process, who sends whatever is due."""
    postman: Postman = _application().extensions[POSTMAN]
    postman.wake()


def _application() -> Flask:
    return current_app._get_current_object() if has_app_context() else _own_application()  # type: ignore[attr-defined]


@cache
def _own_application() -> Flask:
    return create_app()
