"""A whole office, on a whole database: whatever people and the clock do, in whatever order, what must never happen
(PRODUCT.md) does not. A failure prints the shortest tale that leads to it."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stories.office.leads import Leads
from tests.stories.office.people import People

#: On the build server always the same tales, so that a failure can be repeated; elsewhere new ones each time.
TALES = settings(
    max_examples=int(os.environ.get("OFFICE_TALES", "25")),
    stateful_step_count=30,
    derandomize=os.environ.get("CI") == "true",
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class WholeOffice(Leads, People):
    """Everything at once."""


def test_whatever_happens_in_the_office_what_must_never_happen_does_not(app, clock):
    run_state_machine_as_test(lambda: WholeOffice(clock), settings=TALES)
