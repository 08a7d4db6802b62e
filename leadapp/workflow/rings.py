"""Rings for leads that wait in the queue: whoever is rung for several of them at once is rung once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from leadapp.models import EventKind, Lead, Rep, Team
from leadapp.routing.said import said
from leadapp.workflow import alerts
from leadapp.workflow.roster import Roster
from leadapp.workflow.timeline import record

#: The owners of the business are told when the fallback has been rung so often.
OWNERS_TOLD_AFTER = 2


class Rings:
    """Collects whom to ring about which leads; `ring` then does it."""

    def __init__(self) -> None:
        self._by_rep: dict[str, list[tuple[Lead, Rep, Team]]] = defaultdict(list)

    def add(self, lead: Lead, rep: Rep, team: Team) -> None:
        self._by_rep[rep.id].append((lead, rep, team))

    def ring(self, roster: Roster, now: datetime) -> None:
        for rings in self._by_rep.values():
            lead, rep, team = rings[0]
            if len(rings) == 1:
                alerts.alert_fallback(lead, rep, team, now)
            else:
                alerts.alert_queue([each for each, _rep, _team in rings], rep, now)
            unanswered = [each for each, _rep, _team in rings if each.rings == OWNERS_TOLD_AFTER]
            if unanswered:
                _tell_owners(unanswered, rep, roster, now)


def _tell_owners(leads: list[Lead], fallback: Rep, roster: Roster, now: datetime) -> None:
    for owner in roster.owners:
        if owner.id == fallback.id:
            continue
        alerts.alert_unanswered(leads, fallback, owner, now)
        for lead in leads:
            text = said(
                "{name} was told: {fallback} was rung {times} times.",
                name=owner.name,
                fallback=fallback.name,
                times=OWNERS_TOLD_AFTER,
            )
            record(lead.id, EventKind.NOTE, text, now=now)
