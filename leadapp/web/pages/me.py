"""/me: presence, phone check, what the reader prefers, shifts, turns, passkeys, sign out."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.languages import Language
from leadapp.models import Digest, Rep
from leadapp.queries.pages import ledger
from leadapp.queries.people import active_reps, person
from leadapp.queries.reached import ways_to_reach
from leadapp.queries.shifts import on_call_of, weeks_of
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, OFFICE, requires, sees_every_lead, viewer
from leadapp.web.devices import platforms
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now, spoken, zone
from leadapp.web.pages.presence import BACK_AT, change_presence, too_late
from leadapp.web.theme import THEMES, keep
from leadapp.workflow import passkeys, reading
from leadapp.workflow.configuration import reps
from leadapp.workflow.errors import Conflict, Invalid

blueprint = Blueprint("me", __name__)


@blueprint.get("/me")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    return htmx.respond(screen())


@blueprint.post("/me/presence")
@requires(*EVERYBODY)
def set_presence() -> ResponseReturnValue:
    rep = viewer()
    try:
        said = change_presence(rep, request.form, url=url_for("me.set_presence"), target="#presence", actor=rep)
    except Invalid as error:
        return htmx.respond(screen(), status=422, notice=" ".join(spoken(message) for _field, message in error.errors))
    except Conflict:
        return htmx.respond(screen(), status=409, notice=too_late())
    return htmx.respond_changed(screen(), said.notice, said.undo)


@blueprint.post("/me/digest")
@requires(*OFFICE)
def set_digest() -> ResponseReturnValue:
    said = {
        Digest.HOURLY: _("You get a mail at most once an hour, when something went wrong."),
        Digest.DAILY: _("You get a mail in the morning, when something went wrong."),
        Digest.NEVER: _("You get no mail about what went wrong."),
    }
    chosen = request.form.get("digest", "")
    if chosen not in said:
        return _nothing_changed(_("Choose how often you want the mail. Nothing was changed."))
    reps.change_rep(viewer().id, {"digest": Digest(chosen)}, now=frozen_now())
    return htmx.go(url_for("me.show"), said[Digest(chosen)])


@blueprint.post("/me/language")
@requires(*EVERYBODY)
def set_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in set(Language):
        return _nothing_changed(_("There is no such language here. Nothing was changed."))
    reading.choose_language(viewer().id, Language(chosen))
    return htmx.go(_back_to_prefers())


@blueprint.post("/me/theme")
@requires(*EVERYBODY)
def set_theme() -> ResponseReturnValue:
    """Of this phone alone."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        return _nothing_changed(_("There is no such look. Nothing was changed."))
    response = htmx.go(_back_to_prefers())
    keep(response, chosen)
    return response


@blueprint.post("/passkeys/<passkey_id>/removal")
@requires(*EVERYBODY)
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    passkeys.remove_passkey(viewer().id, passkey_id)
    return htmx.go(url_for("me.show"), _("Removed. That device no longer signs you in by fingerprint or face."))


def screen() -> Screen:
    rep = viewer()
    whole = {} if htmx.is_fragment() else _rest(rep)
    return Screen(
        url=url_for("me.show"),
        page="me/show.html",
        fragment="me/_presence.html",
        context={
            "me": person(rep, frozen_now()),
            "covers": [(rep_id, name) for rep_id, name in active_reps() if rep_id != rep.id],
            "back_at": _tomorrow(),
            **whole,
        },
    )


def _rest(rep: Rep) -> dict[str, object]:
    """What stands below presence, and does not change with it."""
    return {
        "channels": ways_to_reach(rep, frozen_now()),
        "platforms": platforms(),
        "digest": rep.digest if rep.email and rep.has_role(*OFFICE) else None,
        "email": rep.email,
        "weeks": weeks_of(rep, frozen_now()),
        "on_call": on_call_of(rep, frozen_now()),
        "turns": ledger(rep.id),
        "opens_every_lead": sees_every_lead(rep),
        "passkeys": passkeys.passkeys_of(rep.id),
    }


def _back_to_prefers() -> str:
    """Far down the page, where the button that was pressed shows what holds now."""
    return url_for("me.show", _anchor="prefers")


def _tomorrow() -> datetime:
    """When most come back, as the reader's clocks show it."""
    return datetime.combine(frozen_now().astimezone(zone()).date() + timedelta(days=1), BACK_AT, tzinfo=zone())


def _nothing_changed(why: str) -> ResponseReturnValue:
    return htmx.respond(screen(), status=422, notice=why)
