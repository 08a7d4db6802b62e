"""The office itself: who works there, whose clock it is, and the holding of every step against the laws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from leadapp.extensions import db
from leadapp.models import Base, BoardVersion
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.web import rates
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.configuration.rules import create_rule
from leadapp.workflow.configuration.teams import change_team, create_team
from leadapp.workflow.errors import Conflict, Invalid, Taken
from tests.builders import Office, reread
from tests.conftest import MovingClock
from tests.stories.office.books import Step, open_books
from tests.stories.office.laws import LAWS

T = TypeVar("T")
WHICH = st.integers(0, 7)  # of those there are, in the order in which they came
A_MOMENT = 0.001  # seconds; two people never press at the same microsecond
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPENING_HOURS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class OfficeMachine(RuleBasedStateMachine):
    """Plumbing asks one after the other, then everybody, then Mia; Roofing keeps hours, and holds what comes outside
    them. Ana is in both. Dov cannot be told anything: he has neither phone nor e-mail."""

    def __init__(self, clock: MovingClock) -> None:
        super().__init__()
        self.clock = clock
        self._decided: set[str] = set()
        self._is_swept = False
        self.stored: set[str] = set()

    def open_office(self) -> None:
        _clear()
        self.clock.advance((MONDAY_MORNING - self.now).total_seconds())
        office = Office(claim_seconds=60, contact_seconds=600, repeat_seconds=120, merge_seconds=900)
        chain = [
            {"ask": "rotation", "tries": 2, "seconds": 60},
            {"ask": "everybody", "seconds": 90},
            {"ask": "person", "rep": office.mia.id, "seconds": 120},
        ]
        change_team(office.plumbing.id, {"chain": chain}, now=self.now)
        roofing = {"name": "Roofing", "hours": OPENING_HOURS, "after_hours": "hold", "tries": 2, "claim_seconds": 120}
        self.teams = [office.plumbing.id, create_team(roofing, now=self.now)]
        plumbing, roofing = ({"team": team_id} for team_id in self.teams)
        cleo = {"name": "Cleo", "teams": [plumbing], "phone": "+14155550199", "services": ["Drains"]}
        self.reps = [office.ana.id, office.ben.id, create_rep(cleo, now=self.now)]
        self.reps += [
            create_rep({"name": "Dov", "email": "dov@example.com", "teams": [roofing]}, now=self.now),
            office.mia.id,
            office.olivia.id,
        ]
        change_rep(office.ana.id, {"teams": [plumbing, roofing]}, now=self.now)
        is_roof = {"field": "service", "op": "contains", "value": "roof"}
        roofs = {"name": "Roofs", "when": [is_roof], "then": {"team": self.teams[1]}}
        self.rules = [create_rule(roofs, now=self.now)]
        self._before = open_books(self.now)

    @invariant()
    def what_must_never_happen_has_not_happened(self) -> None:
        after = open_books(self.now)
        step = Step(self._before, after, frozenset(self._decided), self._is_swept, frozenset(self.stored))
        for law in LAWS:
            law(step)
        self._before, self._decided, self._is_swept = after, set(), False
        self.clock.advance(A_MOMENT)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def books(self):
        """As they were after the last step."""
        return self._before

    def after(self, seconds: int) -> datetime:
        return self.now + timedelta(seconds=seconds)

    @property
    def mia(self) -> str:
        return self.reps[4]

    def must_own(self, lead_id: str, rep_id: str) -> None:
        lead = reread(lead_id)
        assert (lead.owner_id, lead.state) == (rep_id, LeadState.CLAIMED) or lead.state is LeadState.CONTACTED

    def swept(self) -> None:
        self._is_swept = True

    def decided(self, *lead_ids: str) -> None:
        """A person says in this step whose these leads are, or that they are nobody's any more."""
        self._decided |= set(lead_ids)

    def attempt(self, deed: Callable[..., Any], *args: Any, **options: Any) -> bool:
        """Whether it was done; what is refused with a reason changes nothing: the laws see to that too."""
        try:
            deed(*args, now=self.now, **options)
        except (Invalid, Conflict, Taken) as refusal:
            note(f"  refused: {refusal}")
            return False
        return True


def one_of(those: Sequence[T], which: int) -> T:
    return those[which % len(those)]


def _clear() -> None:
    """An empty business, as after the installation."""
    db.session.remove()
    rates.forget()
    with transaction():
        for table in reversed(Base.metadata.sorted_tables):
            if table is not BoardVersion.__table__:
                db.session.connection().execute(table.delete())
