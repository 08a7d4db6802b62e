"""The page behind the link of a text: one alert, one big button, no signing in. Looking at it changes nothing."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from leadapp import clock
from leadapp.extensions import csrf
from leadapp.models import Message
from leadapp.queries.answer import asked
from leadapp.web.rates import limited
from leadapp.workflow.answering import Said, answer, find_message

blueprint = Blueprint("answer", __name__, url_prefix="/a")
_OWN_FORMS = (None, "same-origin", "none")


@blueprint.get("/<receipt>")
def show(receipt: str) -> ResponseReturnValue:
    """Where and what, and how long there is; the customer is told of only once the lead is his, and he signed in."""
    return render_template("answer/show.html", asked=asked(_message(receipt).id, clock.now()), receipt=receipt)


@blueprint.post("/<receipt>/<said>")
@limited("30 per minute")
def give(receipt: str, said: str) -> ResponseReturnValue:
    """Accept or pass; the unguessable receipt says who does."""
    if request.headers.get("Sec-Fetch-Site") not in _OWN_FORMS:
        abort(403)  # another site cannot answer an offer
    message, now = _message(receipt), clock.now()
    if said not in set(Said):
        abort(404)
    answer(message.id, Said(said), now=now)
    return redirect(url_for("answer.show", receipt=receipt), 303)


csrf.exempt(give)  # there is no session: the receipt is the proof


def _message(receipt: str) -> Message:
    return find_message(receipt) or abort(404)
