"""A pass from a screen can be taken back."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from leadapp.web.access import EVERYBODY, requires, viewer
from leadapp.web.languages import _
from leadapp.web.pages.formats import frozen_now
from leadapp.web.pages.leads import attempt, own_offer
from leadapp.workflow.passes import take_pass_back

blueprint = Blueprint("passes", __name__)


@blueprint.post("/offers/<offer_id>/reinstatement")
@requires(*EVERYBODY)
def take_back(offer_id: str) -> ResponseReturnValue:
    offer = own_offer(offer_id)
    return attempt(
        offer.lead_id,
        lambda: take_pass_back(offer_id, now=frozen_now(), actor_id=viewer().id),
        _("You are asked again."),
    )
