"""What came of a call, when the next one is due, and how it all ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import NoReturn

from flask import abort, request
from flask.typing import ResponseReturnValue

from leadapp.routing.callbacks import AGAIN_AFTER, tomorrow_morning
from leadapp.routing.values import CallResult, LeadOutcome
from leadapp.routing.wall_clock import local_time
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, check_lead, requires, viewer
from leadapp.web.languages import _
from leadapp.web.pages.acting import attempt_own, reason, take_back_decision
from leadapp.web.pages.formats import due, frozen_now, spoken, zone
from leadapp.web.pages.leads import blueprint
from leadapp.words import reason_words
from leadapp.workflow import calls, ownership
from leadapp.workflow.errors import Invalid

_CONTACTS = {"talked": ("call", "talked"), "texted": ("text", "texted"), "mailed": ("email", None)}


@blueprint.post("/leads/<lead_id>/calls")
@requires(*EVERYBODY)
def call(lead_id: str) -> ResponseReturnValue:
    """How it went; without a result, that somebody has tapped Call."""
    result = request.form.get("result", "")
    if not result:
        check_lead(lead_id)
        calls.start_call(lead_id, now=frozen_now(), actor_id=viewer().id)
        return htmx.unchanged()
    if result not in set(CallResult):
        abort(422, _("Say how it went."))
    return attempt_own(
        lead_id,
        lambda: calls.record_call(lead_id, result, again_at=_again_at(), now=frozen_now(), actor_id=viewer().id),
        lambda again_at: _noted(CallResult(result), again_at),
    )


@blueprint.post("/leads/<lead_id>/follow-up")
@requires(*EVERYBODY)
def follow_up(lead_id: str) -> ResponseReturnValue:
    """When the customer is called again."""
    return attempt_own(
        lead_id,
        lambda: calls.move_follow_up(lead_id, _said_at(), now=frozen_now(), actor_id=viewer().id),
        lambda _done: _("Noted. Call again %(time)s.", time=_next_call(lead_id)),
    )


@blueprint.post("/leads/<lead_id>/contact")
@requires(*EVERYBODY)
def contact(lead_id: str) -> ResponseReturnValue:
    kind, result = _CONTACTS.get(request.form.get("result", "")) or abort(422, _("Say how it went."))
    return attempt_own(
        lead_id,
        lambda: ownership.record_contact(lead_id, kind=kind, result=result, now=frozen_now(), actor_id=viewer().id),
        _("Noted. The clock has stopped."),
    )


@blueprint.post("/leads/<lead_id>/closure")
@requires(*EVERYBODY)
def close(lead_id: str) -> ResponseReturnValue:
    outcome, why = request.form.get("outcome", ""), reason()
    if outcome not in set(LeadOutcome):
        abort(422, _("Say how it ended: won, lost, spam or duplicate."))
    said = {"won": _("won"), "lost": _("lost"), "spam": _("junk"), "duplicate": _("duplicate")}[outcome]
    return attempt_own(
        lead_id,
        lambda: ownership.close_lead(
            lead_id, outcome=LeadOutcome(outcome), reason=why, now=frozen_now(), actor_id=viewer().id
        ),
        _("Closed: %(how)s.", how=f"{said}, {spoken(reason_words(why))}" if why else said),
        undo=take_back_decision(lead_id),
    )


def _noted(result: CallResult, again_at: datetime | None) -> str:
    if result is CallResult.TALKED:
        return _("Noted. The clock has stopped.")
    if result is CallResult.WRONG_NUMBER:
        return _("Noted. The clock runs on: reach them another way, or close it.")
    if again_at is None:
        return _("Noted. The clock stays where it is after so many calls.")
    return _("Noted. Call again %(time)s.", time=due(again_at))


def _next_call(lead_id: str) -> str:
    at = calls.follow_up_due_at(lead_id)
    return due(at) if at else ""


def _again_at() -> datetime | None:
    return _said_at() if request.form.get("again") else None


def _said_at() -> datetime:
    """Half an hour on, tomorrow morning, or a time of the reader's own; read on his wall."""
    here = zone().key
    match request.form.get("again"):
        case "soon":
            return frozen_now() + AGAIN_AFTER
        case "morning":
            return tomorrow_morning(frozen_now(), here)
        case _:
            return _read(request.form.get("at", ""), here)


def _read(local: str, here: str) -> datetime:
    day, _between, clock = local.strip().partition("T")
    try:
        at = local_time(date.fromisoformat(day), clock[:5], here)
    except (ValueError, OverflowError):
        at = None
    return at or _not_a_time()


def _not_a_time() -> NoReturn:
    raise Invalid(("at", _("Pick a day and a time.")))
