"""What went wrong in a span of time, out of the timelines and alarms: leads that nobody took or called in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import IS_BREACH, Alarm, Event, Lead, Rep, Team
from leadapp.models.base import Utc
from leadapp.routing.said import restored
from leadapp.routing.values import LeadState
from leadapp.wording import place_of, service_of


@dataclass(frozen=True, slots=True)
class Breach:
    """A lead that was not taken, or whose customer was not called, in time; and how it stands now. `who` is whose name
    is on it. Moments are UTC; `ran_out_at` is when a clock of it last ran out."""

    lead_id: str
    about: str  # its service, else its team
    place: str
    is_urgent: bool
    came_at: datetime
    ran_out_at: datetime
    is_closed: bool
    who: str
    claimed_at: datetime | None
    contacted_at: datetime | None

    @property
    def was_taken(self) -> bool:
        """Whether it was the contact clock that ran out; else it was the claim clock."""
        return self.claimed_at is not None and self.claimed_at <= self.ran_out_at


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alarm in words, and whether what it is about has been put right since."""

    text: str
    raised_at: datetime
    is_over: bool


def breaches(since: datetime, until: datetime) -> list[Breach]:
    """Of leads for which a clock ran out after `since` and up to `until`; the longest waiting first."""
    ran_out = (
        select(Event.lead_id, func.max(Event.at, type_=Utc).label("at"))
        .where(IS_BREACH, Event.at > since, Event.at <= until)
        .group_by(Event.lead_id)
        .subquery()
    )
    found = db.session.execute(
        select(Lead, ran_out.c.at.label("ran_out_at"), Team.name.label("team"), Rep.name.label("who"))
        .join(ran_out, ran_out.c.lead_id == Lead.id)
        .join(Team, Team.id == Lead.team_id)
        .join(Rep, Rep.id == Lead.accountable_id)
        .order_by(Lead.stored_at, Lead.id)
    )
    return [_breach(row.Lead, row.ran_out_at, row.team, row.who) for row in found]


def troubles(since: datetime, until: datetime) -> list[Trouble]:
    """Alarms that were raised after `since` and up to `until`, oldest first."""
    raised = select(Alarm).where(Alarm.raised_at > since, Alarm.raised_at <= until).order_by(Alarm.raised_at, Alarm.id)
    return [
        Trouble(restored(alarm.said, alarm.text), alarm.raised_at, alarm.cleared_at is not None)
        for alarm in db.session.scalars(raised)
    ]


def _breach(lead: Lead, ran_out_at: datetime, team: str, who: str) -> Breach:
    return Breach(
        lead_id=lead.id,
        about=service_of(lead.service, team),
        place=place_of(postcode=lead.postcode, city=lead.city),
        is_urgent=lead.urgent,
        came_at=lead.stored_at,
        ran_out_at=ran_out_at,
        is_closed=lead.state is LeadState.CLOSED,
        who=who,
        claimed_at=lead.claimed_at,
        contacted_at=lead.contacted_at,
    )
