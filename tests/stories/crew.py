"""A team to tell tales about by name: Ana, Ben and whoever else joins, with Mia as their fallback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Lead, Membership, Message, Rep, Team
from leadapp.queries.configuration import rep_shapes
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import OfferOutcome
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.escalation import advance_due_leads
from leadapp.workflow.following import find_due_reps, follow_rep
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, offers_of, reread
from tests.conftest import MovingClock

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


class Crew:
    def __init__(self, clock: MovingClock, *others: str, **team: Any) -> None:
        self.clock, self.office = clock, Office(**team)
        self.team_id = self.office.plumbing.id
        for name in others:
            self.joins(name)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def id_of(self, name: str) -> str:
        return db.session.query(Rep.id).filter_by(name=name).scalar()

    def joins(self, name: str) -> None:
        email = f"{name.lower().replace(' ', '.')}@example.com"
        create_rep({"name": name, "email": email, "teams": [{"team": self.team_id}]}, now=self.now)

    def changes(self, name: str, **values: Any) -> None:
        change_rep(self.id_of(name), values, now=self.now)

    def goes(self, name: str, state: str, *, cover: str | None = None, **when: datetime) -> None:
        set_presence(self.id_of(name), state=state, now=self.now, cover_id=self.id_of(cover) if cover else None, **when)

    def is_back(self, name: str) -> None:
        set_presence(self.id_of(name), state="available", now=self.now)

    def get_leads(self, count: int) -> list[str]:
        """So many leads, a minute apart; who is asked first for each."""
        asked = []
        for _ in range(count):
            asked += self.asked(make_lead())[:1]
            self.clock.advance(MINUTE)
        return asked

    def asked(self, lead: Lead) -> list[str]:
        """Who was asked for this lead until now, in this order."""
        return [db.session.get_one(Rep, offer.rep_id).name for offer in offers_of(lead)]

    def holder(self, lead: Lead) -> str:
        """Whose name is on it."""
        return db.session.get_one(Rep, reread(lead.id).accountable_id).name

    def take(self, lead: Lead) -> None:
        """Whoever is asked for it accepts."""
        [offer] = [offer for offer in offers_of(lead) if offer.outcome is OfferOutcome.PENDING]
        accept_offer(offer.id, now=self.now)

    def waits(self, seconds: float) -> None:
        """Time passes, and the clock in worker.py does what is due at its end."""
        self.clock.advance(seconds)
        for rep_id in find_due_reps(self.now, 100):
            follow_rep(rep_id, self.now)
        while advance_due_leads(self.now, 10):
            pass

    def told(self, lead: Lead) -> list[str]:
        """Who had a message about it, in this order."""
        to_whom = select(Rep.name).join(Message, Message.rep_id == Rep.id).where(Message.lead_id == lead.id)
        return list(db.session.scalars(to_whom.order_by(Message.id)))

    def timeline(self, lead: Lead) -> list[str]:
        """The kinds of what happened to it."""
        return [row["kind"] for row in lead_shape(lead.id)["timeline"]]

    def shown(self, name: str) -> Mapping[str, Any]:
        """The rep as the API shows him."""
        [shape] = rep_shapes([db.session.get_one(Rep, self.id_of(name), populate_existing=True)], self.now)
        return shape

    def places(self) -> Mapping[str, Sequence[float]]:
        """Where each stands in the rotation, and the rotation itself."""
        rows = db.session.query(Membership, Rep.name).join(Rep, Rep.id == Membership.rep_id).populate_existing()
        places = {name: (member.virtual_start, member.turns_in_hand) for member, name in rows}
        return places | {"team": (db.session.get_one(Team, self.team_id, populate_existing=True).virtual_time,)}
