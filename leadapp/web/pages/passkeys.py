"""Passkeys: made by whoever is signed in, and signed in with by whoever has one. Read by passkey.js."""

from __future__ import annotations

import secrets
from typing import Literal

from flask import Blueprint, Response, current_app, jsonify, request, session
from flask.typing import ResponseReturnValue

from leadapp import passkey_proofs
from leadapp.models import Passkey
from leadapp.passkey_proofs import NotProven, Site
from leadapp.web import problems
from leadapp.web.access import local_path, viewer
from leadapp.web.bodies import json_object
from leadapp.web.devices import device_name
from leadapp.web.languages import _
from leadapp.web.pages.formats import business, frozen_now
from leadapp.web.pages.sign_in import BY_LINK, enter
from leadapp.web.rates import limited
from leadapp.workflow import passkeys
from leadapp.workflow.errors import Invalid

blueprint = Blueprint("passkeys", __name__)
problems.cover(blueprint)

_CHALLENGE = "passkey_challenge"
_LIVES_FOR = 3600  # seconds: a sign-in page may stay open a while before a fingerprint is asked for
Purpose = Literal["add", "sign_in"]


@blueprint.post("/passkeys/options")
def options() -> Response:
    """What this browser makes a passkey from."""
    rep = viewer()
    known = [passkey.credential_id for passkey in passkeys.passkeys_of(rep.id)]
    about = {"business": business().name, "rep_id": rep.id, "name": rep.email or rep.phone or rep.name}
    challenge = _new_challenge("add")
    return jsonify(passkey_proofs.registration_options(_site(), challenge=challenge, known=known, **about))


@blueprint.post("/passkeys")
def add() -> ResponseReturnValue:
    rep = viewer()
    try:
        made = passkey_proofs.read_new_passkey(_site(), json_object(), _used_challenge("add"))
    except NotProven:
        raise Invalid(("passkey", _("This device could not prove itself. Try again."))) from None
    name = device_name() or _("Device")
    passkeys.keep_passkey(rep.id, **made._asdict(), name=name, now=frozen_now())
    return jsonify(name=name), 201


@blueprint.post("/sign-in/passkey/options")
@limited(BY_LINK)
def sign_in_options() -> Response:
    return jsonify(passkey_proofs.sign_in_options(_site(), _new_challenge("sign_in")))


@blueprint.post("/sign-in/passkey")
@limited(BY_LINK)
def sign_in() -> ResponseReturnValue:
    """Says where to go on. Whose passkey it is, only the passkey says."""
    credential, challenge, after = json_object(), _used_challenge("sign_in"), local_path(request.args.get("next"))

    def prove(passkey: Passkey) -> int:
        return passkey_proofs.prove(
            _site(), credential, challenge, public_key=passkey.public_key, sign_count=passkey.sign_count
        )

    try:
        rep_id = passkeys.use_passkey(passkey_proofs.credential_id(credential), prove, frozen_now())
    except NotProven:
        rep_id = None
    to = enter(rep_id) if rep_id else None
    if to is None:
        raise Invalid(("passkey", _("That did not let you in. Ask for a code instead.")))
    return jsonify(next=after or to)


def _new_challenge(purpose: Purpose) -> bytes:
    """Kept by this browser's session, for one answer of this kind."""
    challenge = secrets.token_bytes(32)
    session[_CHALLENGE] = {"for": purpose, "is": challenge.hex(), "at": frozen_now().timestamp()}
    return challenge


def _used_challenge(purpose: Purpose) -> bytes:
    """Raises Invalid when none was asked for, or too long ago."""
    kept = session.pop(_CHALLENGE, None)
    if not kept or kept["for"] != purpose or frozen_now().timestamp() - kept["at"] > _LIVES_FOR:
        raise Invalid(("passkey", _("That took too long. Load the page again and try once more.")))
    return bytes.fromhex(kept["is"])


def _site() -> Site:
    return Site.of(current_app.config["LEADAPP"].base_url)
