"""The hosted form and its thank-you page, for customers: no session, no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, make_response, render_template

from leadapp.extensions import db
from leadapp.models import Business, Lead, Rep, Source, Team
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadState
from leadapp.web.languages import _
from leadapp.wording import first_name

#: A field that no person sees: what fills it is a machine, or a browser that fills in too much.
TRAP = "website"
BLANK = {"phone": said("Leave a phone number or an e-mail, or write a message: else nobody can answer you.")}
TRAPPED = {TRAP: said("Please leave this field empty and send the form again. Nothing was sent yet.")}
TOO_MANY = {"form": said("That was sent too often from here. Nothing was lost: wait a minute, then press Send again.")}


@dataclass(frozen=True)
class Input:
    """One field of the form. `kind` is the type of the input; `complete` is what the browser may fill in by itself."""

    name: str
    label: Said
    kind: str
    complete: str


INPUTS = (
    Input("name", said("Your name"), "text", "name"),
    Input("phone", said("Phone"), "tel", "tel"),
    Input("email", said("E-mail"), "email", "email"),
    Input("service", said("What is it about?"), "text", "off"),
    Input("postcode", said("Postcode"), "text", "postal-code"),
    Input("message", said("What can we do for you?"), "textarea", "off"),
    Input("language", said("Which language do you prefer?"), "text", "off"),
)
_HAVE_A_NAME = frozenset({LeadState.OFFERED, LeadState.CLAIMED, LeadState.CONTACTED})


def show(
    source: Source,
    typed: Mapping[str, str] | None = None,
    *,
    problems: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:
    """The form. With `problems` (a sentence by field) it keeps what was typed."""
    page = render_template(
        "forms/show.html",
        key=source.key,
        business=_business(),
        inputs=INPUTS,
        typed=typed or {},
        problems=problems or {},
        trap=TRAP,
        promise=promise(),
    )
    return make_response(page, status if problems else 200)


def promise() -> str:
    """What the form says will be done with the phone number and the address; kept with every lead that it brings."""
    return _(
        "When you press Send, %(business)s calls, texts or mails you about what you asked, and about nothing else. "
        "Texts may cost what your carrier asks for them; reply STOP to get no more.",
        business=_business(),
    )


def thanks(lead_id: str, status: int) -> Response:
    """Says who will call: the rep the lead is with by first name, else the team."""
    lead = db.session.get_one(Lead, lead_id)
    page = render_template("forms/thanks.html", business=_business(), who=_who(lead), can_call=bool(lead.phone))
    return make_response(page, status)


def closed(status: int) -> Response:
    return make_response(render_template("forms/closed.html", business=_business(), status=status), status)


def _who(lead: Lead) -> str:
    if lead.state in _HAVE_A_NAME:
        return first_name(db.session.get_one(Rep, lead.accountable_id).name)
    return _("Our %(team)s team", team=db.session.get_one(Team, lead.team_id).name)


def _business() -> str:
    business = db.session.get(Business, 1)
    return business.name if business else "This business"
