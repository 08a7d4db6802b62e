"""Whose week it is."""

from datetime import UTC, date, datetime

import pytest

from leadapp.routing.oncall import on_call_rep

ROTA = {"reps": ["ana", "ben", "carla"], "handover": "mon 08:00", "from": "2026-11-16"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-16T08:00", "ana"),
        ("2026-11-23T07:59", "ana"),
        ("2026-11-23T08:00", "ben"),
        ("2026-11-30T08:00", "carla"),
        ("2026-12-07T08:00", "ana"),
        ("2026-11-16T07:59", "carla"),
    ],
)
def test_the_rota_hands_over_once_a_week(now, expected):
    assert on_call_rep(ROTA, "UTC", datetime.fromisoformat(now).replace(tzinfo=UTC)) == expected


def test_the_handover_is_at_the_teams_own_time():
    before = datetime(2026, 11, 23, 12, 59, tzinfo=UTC)

    assert on_call_rep(ROTA, "America/New_York", before) == "ana"
    assert on_call_rep(ROTA, "America/New_York", before.replace(hour=13)) == "ben"


def test_the_first_week_is_the_one_that_holds_the_first_day():
    rota = ROTA | {"from": date(2026, 11, 18)}

    assert on_call_rep(rota, "UTC", datetime(2026, 11, 19, tzinfo=UTC)) == "ana"


@pytest.mark.parametrize("rota", [{}, {"reps": []}, {"reps": "ana"}])
def test_without_reps_nobody_is_on_call(rota):
    assert on_call_rep(rota, "UTC", datetime(2026, 11, 19, tzinfo=UTC)) is None


@pytest.mark.parametrize("odd", [{"handover": 7}, {"handover": "someday"}, {"from": "soon"}, {"handover": "fri 99:99"}])
def test_an_odd_rota_still_names_somebody(odd):
    assert on_call_rep(ROTA | odd, "UTC", datetime(2026, 11, 19, tzinfo=UTC)) in ROTA["reps"]
