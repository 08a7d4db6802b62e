"""What a person does to a lead, and what is shown then: where they were, as it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Response, abort, request, url_for

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.queries.pages import has_had, is_own_or_offered
from leadapp.routing.lifecycle import IllegalTransition
from leadapp.web import htmx
from leadapp.web.access import sees_every_lead, viewer
from leadapp.web.htmx import Screen, Undo
from leadapp.web.languages import _
from leadapp.web.pages import board, leads, my, queue
from leadapp.web.pages.errors import not_any_more
from leadapp.web.pages.formats import frozen_now, length, spoken
from leadapp.web.pages.whereabouts import where_it_is
from leadapp.workflow.errors import Conflict, Invalid, Taken

T = TypeVar("T")

#: A choice that says nothing without words beside it.
OTHER = "other"
_LONGEST_REASON = 500
_TYPED = ("text", "at", "reason", "words")


def attempt(
    lead_id: str,
    change: Callable[[], T],
    done: str | Callable[[T], str],
    *,
    undo: Callable[[T], Undo | None] = lambda _changed: None,
) -> Response:
    """Makes the change and shows where the person was; a lost race shows how things are now, and why. `undo` is asked
    of what the change answered."""
    try:
        changed = change()
    except Taken as lost:
        return htmx.respond(_unchanged(lead_id), status=409, notice=_who_has_it(lost))
    except Conflict as error:
        return htmx.respond(_unchanged(lead_id), status=409, notice=spoken(error.words))
    except IllegalTransition as error:
        return htmx.respond(_unchanged(lead_id), status=409, notice=not_any_more(error.state))
    except Invalid as error:
        said = " ".join(spoken(message) for _field, message in error.errors)
        return htmx.respond(_unchanged(lead_id), status=422, notice=said)
    said = done(changed) if callable(done) else done
    back = _back(lead_id)
    if request.form.get("on") == "lead" and back.page != "leads/show.html":
        return htmx.go(back.url, said, undo(changed))
    return htmx.respond_changed(back, said, undo(changed))


def attempt_own(
    lead_id: str,
    change: Callable[[], T],
    done: str | Callable[[T], str],
    *,
    undo: Callable[[T], Undo | None] = lambda _changed: None,
) -> Response:
    """`attempt`, by the lead's owner or the office. A lead that the rep had and has no more is 409 and where it is
    now; others are 404, and one that is not taken yet is 403 for a rep."""
    lead, rep = db.session.get(Lead, lead_id) or abort(404), viewer()
    if sees_every_lead(rep) or lead.owner_id == rep.id:
        return attempt(lead_id, change, done, undo=undo)
    if is_own_or_offered(lead_id, rep.id):
        abort(403)
    if not has_had(lead_id, rep.id):
        abort(404)
    gone = _("This lead is not yours any more. %(where)s", where=where_it_is(lead_id))
    if written := request.form.get("text", "").strip():
        gone += " " + _("You had written: %(words)s", words=written)
    return htmx.respond(_unchanged(lead_id), status=409, notice=gone)


def take_back_decision(lead_id: str) -> Callable[[str | None], Undo | None]:
    """What undoes a decision, by the mark that it answered."""
    on = request.form.get("on", "")
    target = {"board": "#board", "queue": "#queue", "lead": "#lead"}.get(on, "#my")
    asked: dict[str, Any] = request.args.to_dict()
    url = url_for("leads.take_decision_back", lead_id=lead_id, **asked)
    return lambda mark: Undo(url, {"on": on, "mark": mark}, target) if mark else None


def reason() -> str | None:
    """One of the reasons at hand, or the person's own words."""
    return (request.form.get("words", "").strip() or request.form.get("reason", "").strip())[:_LONGEST_REASON] or None


def _unchanged(lead_id: str) -> Screen:
    """Where the person was, with what they wrote, which they may want to send another way."""
    back = _back(lead_id)
    return replace(back, context={**back.context, "typed": {name: request.form.get(name, "") for name in _TYPED}})


def _back(lead_id: str) -> Screen:
    came_from = request.form.get("on")
    rep = viewer()
    if came_from == "lead" and (sees_every_lead(rep) or is_own_or_offered(lead_id, rep.id)):
        return leads.screen(lead_id)
    return {"board": board.screen, "queue": queue.screen}.get(came_from or "", my.screen)()


def _who_has_it(lost: Taken) -> str:
    if lost.rep_id == viewer().id:
        return _("You have it already.")
    return _("%(name)s took it %(time)s ago.", name=lost.rep_name, time=length(frozen_now() - lost.at))
