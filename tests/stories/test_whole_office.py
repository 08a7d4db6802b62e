"""A whole office, on a whole database: whatever people and the clock do, in whatever order, what must never happen
(PRODUCT.md) does not. A failure prints the shortest tale that leads to it."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from leadapp.extensions import db
from tests.stories.office.leads import Leads
from tests.stories.office.people import People

#: PostgreSQL takes three times as long for a tale. `OFFICE_TALES=500` looks harder, on either.
TALES = {"sqlite": 25, "postgresql": 12}
#: On the build server always the same tales, so that a failure can be repeated; elsewhere new ones each time.
OFFICE = settings(
    stateful_step_count=30,
    derandomize=os.environ.get("CI") == "true",
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class WholeOffice(Leads, People):
    """Everything at once."""


def test_whatever_happens_in_the_office_what_must_never_happen_does_not(app, clock):
    tales = int(os.environ.get("OFFICE_TALES", TALES[db.engine.dialect.name]))

    run_state_machine_as_test(lambda: WholeOffice(clock), settings=settings(OFFICE, max_examples=tales))
