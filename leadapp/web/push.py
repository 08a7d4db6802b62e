"""Devices: where to push, the test alert, the phone's receipts, and answers given from a lock screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from leadapp import clock
from leadapp.extensions import csrf, db
from leadapp.models import Lead, Offer, Rep
from leadapp.notify import subscriptions, vapid
from leadapp.notify.tokens import BadToken, read_offer_token
from leadapp.routing.values import OfferOutcome
from leadapp.transaction import transaction
from leadapp.web import problems
from leadapp.web.access import current_rep
from leadapp.web.bodies import json_object
from leadapp.workflow import alerts
from leadapp.workflow.errors import Invalid
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.reachability import review_rep
from leadapp.workflow.receipts import message_opened, message_shown
from leadapp.workflow.taking import refuse_if_taken

blueprint = Blueprint("push", __name__)
problems.cover(blueprint)

_OWN_FETCHES = (None, "same-origin", "none")


@blueprint.get("/push/key")
def key() -> Response:
    """The key a new subscription must be made with."""
    _signed_in()
    found = vapid.current_key(clock.now())
    return jsonify(id=found.id, key=found.public)


@blueprint.put("/push/subscription")
def keep() -> ResponseReturnValue:
    """Keeps this browser's subscription; `?key=` names the key it was made with, `replaces` in the body the endpoint
    that the browser had before. The answer says whether an alert was ever shown on this device."""
    rep, body = _signed_in(), json_object()
    known = {"user_agent": request.user_agent.string, "key_id": request.args.get("key")}
    try:
        subscriptions.keep_subscription(rep.id, body, replaces=body.get("replaces"), now=clock.now(), **known)
    except subscriptions.UnusableSubscription as error:
        raise Invalid((error.field, error.message)) from None
    review_rep(rep.id, clock.now())
    return "", 204, {"Leadapp-Has-Rung": "yes" if subscriptions.has_rung(str(body["endpoint"])) else "no"}


@blueprint.delete("/push/subscription")
def remove() -> ResponseReturnValue:
    rep, now = _signed_in(), clock.now()
    subscriptions.remove_subscription(rep.id, _text(json_object(), "endpoint"), now)
    review_rep(rep.id, now)
    return "", 204


@blueprint.post("/push/test")
def ring_me() -> ResponseReturnValue:
    """A test alert to every device of the signed-in person; each reports back with its receipt."""
    rep, now = _signed_in(), clock.now()
    with transaction():
        receipts = alerts.test_alert(rep, now)
    return jsonify(receipts=receipts), 202


@blueprint.post("/messages/<receipt>/shown")
def shown(receipt: str) -> ResponseReturnValue:
    message_shown(receipt, clock.now())
    return "", 204


@blueprint.post("/messages/<receipt>/opened")
def opened(receipt: str) -> ResponseReturnValue:
    message_opened(receipt, clock.now())
    return "", 204


@blueprint.post("/offers/<offer_id>/acceptance-by-token")
def accept(offer_id: str) -> ResponseReturnValue:
    return _answer(offer_id, accept_offer, "yours")


@blueprint.post("/offers/<offer_id>/pass-by-token")
def pass_on(offer_id: str) -> ResponseReturnValue:
    return _answer(offer_id, _pass_unless_lost, "passed")


# The phone may be signed out: an unguessable receipt, or the token, is what proves who it is.
for _view in (shown, opened, accept, pass_on):
    csrf.exempt(_view)


def _answer(offer_id: str, operation: Callable[..., str], state: str) -> ResponseReturnValue:
    """A locked phone learns whether it worked, and nothing of the customer."""
    if request.headers.get("Sec-Fetch-Site") not in _OWN_FETCHES:
        abort(403, "Another site cannot answer an offer.")
    now = clock.now()
    try:
        token = read_offer_token(_text(json_object(), "token"), offer_id, now)
    except BadToken as error:
        abort(403, str(error))
    operation(offer_id, now=now, actor_id=token.rep_id)
    return jsonify(state=state)


def _pass_unless_lost(offer_id: str, *, now: datetime, actor_id: str) -> str:
    """Whoever passes too late is told who has it; a pass that is repeated is no loss."""
    lead_id = pass_offer(offer_id, now=now, actor_id=actor_id)
    if db.session.get_one(Offer, offer_id).outcome is not OfferOutcome.PASSED:
        refuse_if_taken(db.session.get_one(Lead, lead_id))
    return lead_id


def _signed_in() -> Rep:
    return current_rep() or abort(401, "Sign in first.")


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid((name, "must be text"))
    return value
