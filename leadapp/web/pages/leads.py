"""/leads/{id}: the customer, and everything that can be done about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, current_app, url_for
from flask.typing import ResponseReturnValue

from leadapp.models import Rep
from leadapp.queries.calls import Calls, calls_of, is_told
from leadapp.queries.pages import LeadPage, lead_page
from leadapp.queries.people import active_reps
from leadapp.queries.proof import proofs
from leadapp.queries.thread import thread
from leadapp.routing.callbacks import (
    AGAIN_AFTER,
    LONGEST_SPOKEN_TO,
    LONGEST_UNREACHED,
    PROMISES,
    tomorrow_morning,
    unfit,
)
from leadapp.routing.values import CallResult, LeadState, TaskKind
from leadapp.web.access import EVERYBODY, check_lead, requires, sees_every_lead, viewer
from leadapp.web.htmx import Screen
from leadapp.web.keeping import may_keep
from leadapp.web.pages.formats import frozen_now, zone
from leadapp.web.pages.live import respond_live, seen

blueprint = Blueprint("leads", __name__)

_NOTHING_TYPED: Mapping[str, str] = {}


@blueprint.get("/leads/<lead_id>")
@requires(*EVERYBODY)
def show(lead_id: str) -> ResponseReturnValue:
    check_lead(lead_id)
    return respond_live(lambda: screen(lead_id))


def screen(lead_id: str) -> Screen:
    rep = viewer()
    version = seen()
    whole = sees_every_lead(rep)
    page = lead_page(lead_id, rep.id, sees_customer=whole) or abort(404)
    if page.state != LeadState.CLOSED and page.owner_id == rep.id:
        may_keep()
    return Screen(
        url=url_for("leads.show", lead_id=lead_id),
        page="leads/show.html",
        fragment="leads/_lead.html",
        context={
            "lead": page,
            "seen": version,
            "typed": _NOTHING_TYPED,
            "sees_customer": whole or page.owner_id == rep.id,
            "is_mine": page.owner_id == rep.id,
            "thread": thread(lead_id, rep.id, now=frozen_now()) if page.phone else None,
            "texts_leave": current_app.config["LEADAPP"].sms_provider != "log",
            "proofs": proofs(lead_id) if whole else [],
            **_what_may_be_done(page, rep, whole=whole),
        },
    )


def _what_may_be_done(page: LeadPage, rep: Rep, *, whole: bool) -> dict[str, Any]:
    is_open = page.state != LeadState.CLOSED
    may_act = is_open and (whole or page.owner_id == rep.id)
    is_taken = may_act and page.owner_id is not None
    return {
        "can_text": may_act,
        "can_log": is_taken,
        "can_close": is_taken,
        "can_accept": page.state == LeadState.QUEUED and page.accountable_id == rep.id and not page.offer_id,
        "can_take_over": is_open and whole and page.owner_id != rep.id and not page.offer_id,
        "reps": active_reps() if whole and is_open else [],
        **(_about_calls(page, rep) if is_taken else {}),
    }


def _about_calls(page: LeadPage, rep: Rep) -> dict[str, Any]:
    calls = calls_of(page.id, rep.id, page.claimed_at)
    is_claimed = page.state == LeadState.CLAIMED
    return {
        "calls": calls,
        "is_wrong_number": is_claimed and calls.last is CallResult.WRONG_NUMBER,
        "again": _call_again(page, calls),
        "promises": PROMISES if is_claimed and page.phone else (),
        "is_told": is_claimed and is_told(page.id, page.promised_at),
    }


def _call_again(page: LeadPage, calls: Calls) -> dict[str, Any] | None:
    """When the next call is due, and the times that can be chosen instead; None while none is due."""
    due_at = next((task.due_at for task in page.tasks if task.kind is TaskKind.FOLLOW_UP), None)
    if due_at is None or calls.asked_at is not None:
        return None
    now, here, was_reached = frozen_now(), zone(), page.state == LeadState.CONTACTED
    soon = unfit(now + AGAIN_AFTER, now, here.key, urgent=page.urgent, was_reached=was_reached)
    last = now + (LONGEST_SPOKEN_TO if was_reached else LONGEST_UNREACHED)
    edges = {name: f"{at.astimezone(here):%Y-%m-%dT%H:%M}" for name, at in (("first", now), ("last", last))}
    morning = tomorrow_morning(now, here.key)
    return {"due_at": due_at, "can_be_soon": soon is None, "morning": morning, **edges}
