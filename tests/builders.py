"""Builds what a test needs. The cast: Ana and Ben (reps), Mia (office, the fallback), Olivia (owner)."""

from __future__ import annotations

import secrets
from typing import Any

from leadapp import clock
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Business, Lead, Membership, Offer, Rep, Source, Team
from leadapp.routing.values import OfferOutcome
from leadapp.transaction import transaction
from leadapp.workflow.intake import capture_lead


def make_rep(name: str, **columns: Any) -> Rep:
    columns.setdefault("email", f"{name.lower().replace(' ', '.')}@example.com")
    rep = Rep(name=name, created_at=clock.now(), **columns)
    with transaction():
        db.session.add(rep)
    return rep


def make_team(
    name: str, members: list[Rep], fallback: Rep, *, weights: dict[str, float] | None = None, **columns: Any
) -> Team:
    now = clock.now()
    team = Team(name=name, fallback_id=fallback.id, created_at=now, **columns)
    with transaction():
        db.session.add(team)
        db.session.flush()
        for rep in members:
            weight = (weights or {}).get(rep.name, 1.0)
            db.session.add(Membership(team_id=team.id, rep_id=rep.id, weight=weight, joined_at=now))
    return team


class Office:
    """A business with Ana and Ben in the rotation of Plumbing, Mia as its fallback and Olivia as owner."""

    def __init__(self, **team: Any) -> None:
        self.olivia = make_rep("Olivia", roles=["owner"])
        self.mia = make_rep("Mia", roles=["office"])
        with transaction():
            db.session.add(Business(id=1, name="Harbor Plumbing", fallback_id=self.mia.id))
        self.ana, self.ben = make_rep("Ana"), make_rep("Ben")
        self.plumbing = make_team("Plumbing", [self.ana, self.ben], self.mia, is_default=True, **team)


def make_business(**team: Any) -> Office:
    return Office(**team)


def make_source(name: str = "Website", **columns: Any) -> Source:
    columns.setdefault("key", secrets.token_urlsafe(12))
    source = Source(name=name, created_at=clock.now(), **columns)
    with transaction():
        db.session.add(source)
    return source


def make_lead(*, through: Source | None = None, **fields: Any) -> Lead:
    """A lead through the front door; says "Hello" unless told otherwise."""
    now = clock.now()
    captured = from_fields({"message": "Hello"} | fields, country="US", now=now)
    return reread(capture_lead(captured, now=now, source=through).lead_id)


def reread(lead_id: str) -> Lead:
    """The lead as the database has it now."""
    return db.session.get_one(Lead, lead_id, populate_existing=True)


def offers_of(lead: Lead) -> list[Offer]:
    found = db.session.query(Offer).filter_by(lead_id=lead.id).order_by(Offer.id).populate_existing()
    return found.all()


def pending_offer(lead: Lead) -> Offer:
    """The one offer that waits for an answer."""
    [offer] = [offer for offer in offers_of(lead) if offer.outcome is OfferOutcome.PENDING]
    return offer
