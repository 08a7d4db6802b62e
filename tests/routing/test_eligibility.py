"""Who can be asked now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from leadapp.routing.eligibility import needed_skill, next_change, refusals
from leadapp.routing.values import Presence, Refusal
from tests.routing.facts import ANA, BEN, NOON

HOUR = timedelta(hours=1)


def test_a_rep_as_made_is_eligible():
    assert refusals(ANA, NOON) == ()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"active": False}, Refusal.INACTIVE),
        ({"presence": Presence.OUT}, Refusal.OUT),
        ({"presence": Presence.OUT, "presence_from": NOON}, Refusal.OUT),
        ({"presence": Presence.OUT, "presence_until": NOON + HOUR}, Refusal.OUT),
        ({"presence": Presence.OUT, "presence_from": NOON + HOUR}, None),
        ({"presence": Presence.OUT, "presence_until": NOON}, None),
        ({"presence": Presence.BUSY, "presence_until": NOON + HOUR}, Refusal.BUSY),
        ({"presence": Presence.BUSY, "presence_until": NOON - HOUR}, None),
        ({"reachable": False}, Refusal.UNREACHABLE),
        ({"max_open": 2, "open_count": 2}, Refusal.AT_CAPACITY),
        ({"max_open": 2, "open_count": 1}, None),
        ({"open_count": 99}, None),
        ({"shifts": {"mon": [["08:00", "17:00"]]}}, None),
        ({"shifts": {"mon": [["08:00", "17:00"]]}, "time_zone": "Australia/Sydney"}, Refusal.OFF_SHIFT),
        ({"shifts": {"tue": [["08:00", "17:00"]]}}, Refusal.OFF_SHIFT),
    ],
)
def test_each_reason(facts, expected):
    assert refusals(replace(ANA, **facts), NOON) == ((expected,) if expected else ())


def test_the_weightiest_reason_comes_first():
    rep = replace(ANA, active=False, presence=Presence.OUT, reachable=False)

    assert refusals(rep, NOON) == (Refusal.INACTIVE, Refusal.OUT, Refusal.UNREACHABLE)


@pytest.mark.parametrize(("service", "refused"), [("Drains", False), ("  DRAÍNS! ", False), ("Boiler", True)])
def test_a_rep_with_skills_gets_only_those(service, refused):
    skilled = replace(ANA, services=("drains",))
    other = replace(BEN, services=("boiler",))

    reasons = refusals(skilled, NOON, skill=needed_skill(service, [skilled, other]))

    assert reasons == ((Refusal.LACKS_SKILL,) if refused else ())


@pytest.mark.parametrize("service", [None, "", "Select", "n/a", "Something nobody lists"])
def test_a_service_nobody_lists_needs_no_skill(service):
    assert needed_skill(service, [replace(ANA, services=("drains",)), BEN]) is None


def test_a_skill_is_known_by_its_other_names():
    cooler, other = replace(ANA, services=("Air conditioning",)), replace(BEN, services=("Drains",))

    skill = needed_skill("aire acondicionado", [cooler, other])

    assert refusals(cooler, NOON, skill=skill) == ()
    assert refusals(other, NOON, skill=skill) == (Refusal.LACKS_SKILL,)


def test_a_rep_without_skills_takes_everything():
    assert refusals(BEN, NOON, skill="drains") == ()


MORNINGS = {"mon": [["08:00", "13:00"]], "tue": [["08:00", "13:00"]]}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"presence": Presence.OUT}, None),
        ({"presence": Presence.OUT, "presence_until": NOON + HOUR}, NOON + HOUR),
        ({"presence": Presence.OUT, "presence_from": NOON + HOUR, "presence_until": NOON + 9 * HOUR}, NOON + HOUR),
        ({"presence": Presence.OUT, "presence_from": NOON - HOUR, "presence_until": NOON + 9 * HOUR}, NOON + 9 * HOUR),
        ({"presence": Presence.OUT, "presence_until": NOON}, None),
        ({"presence": Presence.AVAILABLE, "presence_until": NOON + HOUR}, None),
        ({"shifts": MORNINGS}, NOON + 20 * HOUR),
        ({"shifts": MORNINGS, "time_zone": "America/New_York"}, NOON + HOUR),
        ({"shifts": MORNINGS, "presence": Presence.BUSY, "presence_until": NOON + HOUR}, NOON + HOUR),
        ({"shifts": MORNINGS, "active": False}, None),
    ],
)
def test_the_next_change_is_when_presence_or_a_shift_changes_by_itself(facts, expected):
    assert next_change(replace(ANA, **facts), NOON) == expected
