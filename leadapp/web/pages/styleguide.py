"""/styleguide: every component in every state, to look at while working on them. Only while the app is debugged or
tested."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, render_template

from leadapp.queries.cards import LeadCard, OfferCard
from leadapp.routing.values import LeadState
from leadapp.web.pages.formats import frozen_now

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/styleguide")
def show() -> str:
    if not (current_app.debug or current_app.testing):
        abort(404)
    now = frozen_now()
    return render_template(
        "styleguide/show.html",
        states=[*LeadState],
        offers=[_offer(now, urgent=True), _offer(now, urgent=False), _offer(now, urgent=False, over=True)],
        leads=[_lead(now, state, urgent) for state, urgent in _LEADS],
        wide=True,
    )


_LEADS = (
    (LeadState.CLAIMED, True),
    (LeadState.CLAIMED, False),
    (LeadState.QUEUED, False),
    (LeadState.CONTACTED, False),
)


def _offer(now: datetime, *, urgent: bool, over: bool = False) -> OfferCard:
    return OfferCard(
        offer_id=f"sample-{urgent:d}{over:d}",
        lead_id="sample",
        urgent=urgent,
        urgent_because="burst pipe, water everywhere" if urgent else "",
        trade="Burst pipe" if urgent else "Água quente não sai e o aquecedor faz um barulho muito estranho",
        place="Oakland, 94610" if urgent else "ירושלים",
        team="Plumbing",
        source="Website form",
        received_at=now - timedelta(seconds=75),
        expires_at=now + timedelta(seconds=-1 if over else 105),
        lasts_for=timedelta(minutes=3),
    )


def _lead(now: datetime, state: LeadState, urgent: bool) -> LeadCard:
    is_late = state is LeadState.CLAIMED and urgent
    return LeadCard(
        id=f"sample-{state}-{urgent:d}",
        state=state,
        urgent=urgent,
        trade="Water heater",
        place="Oakland, 94607",
        name="Sam Rivera 🛠" if urgent else "شركة الأمل للسباكة والتدفئة والتبريد",
        message="Water heater leaks in the garage, can somebody come today?",
        phone="+14155550123",
        email=None,
        received_at=now - timedelta(minutes=12),
        call_by=now + timedelta(minutes=-2 if is_late else 9) if state is LeadState.CLAIMED else None,
        rings_at=now + timedelta(minutes=2) if state is LeadState.QUEUED else None,
        can_accept=state is LeadState.QUEUED,
    )
