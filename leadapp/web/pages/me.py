"""/me: presence, phone check, mail about what went wrong, turn ledger, sign out."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.models import Digest
from leadapp.queries.pages import ledger
from leadapp.queries.people import active_reps, person
from leadapp.queries.reached import ways_to_reach
from leadapp.web import htmx
from leadapp.web.access import EVERYBODY, OFFICE, requires, viewer
from leadapp.web.htmx import Screen
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.presence import change_presence
from leadapp.workflow import passkeys
from leadapp.workflow.configuration import reps
from leadapp.workflow.errors import Invalid

blueprint = Blueprint("me", __name__)

_DIGEST_SAID = {
    Digest.HOURLY: "You get a mail at most once an hour, when something went wrong.",
    Digest.DAILY: "You get a mail in the morning, when something went wrong.",
    Digest.NEVER: "You get no mail about what went wrong.",
}


@blueprint.get("/me")
@requires(*EVERYBODY)
def show() -> ResponseReturnValue:
    return htmx.respond(screen())


@blueprint.post("/me/presence")
@requires(*EVERYBODY)
def set_presence() -> ResponseReturnValue:
    rep = viewer()
    try:
        said = change_presence(rep, request.form, url=url_for("me.set_presence"), actor=rep)
    except Invalid as error:
        return htmx.respond(screen(), status=422, notice=" ".join(message for _field, message in error.errors))
    return htmx.respond_changed(screen(), said.notice, said.undo)


@blueprint.post("/me/digest")
@requires(*OFFICE)
def set_digest() -> ResponseReturnValue:
    chosen = request.form.get("digest", "")
    if chosen not in set(Digest):
        return htmx.respond(screen(), status=422, notice="Choose how often you want the mail. Nothing was changed.")
    reps.change_rep(viewer().id, {"digest": Digest(chosen)}, now=frozen_now())
    return htmx.go(url_for("me.show"), _DIGEST_SAID[Digest(chosen)])


@blueprint.post("/passkeys/<passkey_id>/removal")
@requires(*EVERYBODY)
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    passkeys.remove_passkey(viewer().id, passkey_id)
    return htmx.go(url_for("me.show"), _("Removed. That device no longer signs you in by fingerprint or face."))


def screen() -> Screen:
    rep = viewer()
    return Screen(
        url=url_for("me.show"),
        page="me/show.html",
        fragment="me/_presence.html",
        context={
            "me": person(rep, frozen_now()),
            "covers": [(rep_id, name) for rep_id, name in active_reps() if rep_id != rep.id],
            "channels": ways_to_reach(rep, frozen_now()),
            "digest": rep.digest if rep.email and rep.has_role(*OFFICE) else None,
            "email": rep.email,
            "turns": ledger(rep.id),
            "passkeys": passkeys.passkeys_of(rep.id),
        },
    )
