"""Whose week it is, and who comes after."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadapp.routing.oncall import next_week_of, on_call_reps

ROTA = {"reps": ["ana", "ben", "carla"], "handover": "mon 08:00", "from": "2026-11-16"}
NEW_YORK, SANTIAGO, SYDNEY = "America/New_York", "America/Santiago", "Australia/Sydney"
SECOND = timedelta(seconds=1)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_call(rota, zone, now):
    return on_call_reps(rota, zone, now)[0]


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
    assert on_call(ROTA, "UTC", utc(now)) == expected


def test_the_handover_is_at_the_teams_own_time():
    before = utc("2026-11-23T12:59")

    assert on_call(ROTA, NEW_YORK, before) == "ana"
    assert on_call(ROTA, NEW_YORK, before.replace(hour=13)) == "ben"


@pytest.mark.parametrize(
    ("zone", "handover", "first_day", "at"),
    [
        # Clocks back: the handover is at the first of the two, and is not made twice.
        (NEW_YORK, "sun 01:30", "2026-10-25", "2026-11-01T05:30"),
        (SYDNEY, "sun 02:30", "2026-03-29", "2026-04-04T15:30"),
        (SANTIAGO, "sat 23:30", "2026-03-28", "2026-04-05T02:30"),
        # Clocks forward: the time of the handover does not exist, and the first moment after the gap stands for it.
        (NEW_YORK, "sun 02:30", "2026-03-01", "2026-03-08T07:00"),
        (SYDNEY, "sun 02:30", "2026-09-27", "2026-10-03T16:00"),
        (SANTIAGO, "sun 00:00", "2026-08-30", "2026-09-06T04:00"),
    ],
)
def test_the_handover_in_an_odd_night_is_made_once(zone, handover, first_day, at):
    rota = {"reps": ["ana", "ben"], "handover": handover, "from": first_day}

    assert on_call(rota, zone, utc(at) - SECOND) == "ana"
    a_week = range(0, 7 * 24 * 60 - 60, 30)  # at least: this one may be an hour short
    assert {on_call(rota, zone, utc(at) + timedelta(minutes=m)) for m in a_week} == {"ben"}


def test_the_first_week_is_the_one_that_holds_the_first_day():
    rota = ROTA | {"from": date(2026, 11, 18)}

    assert on_call(rota, "UTC", utc("2026-11-19")) == "ana"


@pytest.mark.parametrize(
    "first_day", [date(2026, 11, 25), "2026-11-25T09:00:00Z", datetime(2026, 11, 25, 9, tzinfo=UTC)]
)
def test_the_first_day_may_be_written_as_a_moment(first_day):
    assert on_call(ROTA | {"from": first_day}, "UTC", utc("2026-11-26")) == "ana"


def test_a_rota_without_a_first_day_begins_with_the_first_week_of_2024_and_hands_over_on_mondays():
    rota = {"reps": ["ana", "ben", "carla"]}

    assert on_call(rota, "UTC", utc("2024-01-01")) == "ana"
    assert on_call(rota, "UTC", utc("2024-01-08") - SECOND) == "ana"
    assert on_call(rota, "UTC", utc("2024-01-08")) == "ben"


def test_after_whoever_is_on_call_come_the_others_in_the_order_of_their_weeks():
    assert on_call_reps(ROTA, "UTC", utc("2026-11-23T08:00")) == ("ben", "carla", "ana")


def test_who_is_on_the_rota_twice_is_named_once():
    rota = ROTA | {"reps": ["ana", "ben", "ana", "carla"]}

    assert on_call_reps(rota, "UTC", utc("2026-11-30T08:00")) == ("ana", "carla", "ben")


@pytest.mark.parametrize("rota", [{}, {"reps": []}, {"reps": "ana"}])
def test_without_reps_nobody_is_on_call(rota):
    assert on_call_reps(rota, "UTC", utc("2026-11-19")) == ()


@pytest.mark.parametrize("odd", [{"handover": 7}, {"handover": "someday"}, {"from": "soon"}, {"handover": "fri 99:99"}])
def test_an_odd_rota_still_names_everybody(odd):
    assert set(on_call_reps(ROTA | odd, "UTC", utc("2026-11-19"))) == set(ROTA["reps"])


@pytest.mark.parametrize(
    ("rep_id", "begins", "ends"),
    [
        ("ana", "2026-11-16T08:00", "2026-11-23T08:00"),
        ("ben", "2026-11-23T08:00", "2026-11-30T08:00"),
        ("carla", "2026-11-30T08:00", "2026-12-07T08:00"),
    ],
)
@pytest.mark.parametrize("now", ["2026-11-16T08:00", "2026-11-20T12:00", "2026-11-23T07:59"])
def test_a_reps_week_is_the_one_that_holds_now_or_is_next(rep_id, begins, ends, now):
    assert next_week_of(rep_id, ROTA, "UTC", utc(now)) == (utc(begins), utc(ends))


def test_a_week_begins_and_ends_at_the_teams_own_time():
    week = next_week_of("ana", ROTA | {"from": "2026-10-26"}, NEW_YORK, utc("2026-10-28T00:00"))

    assert week == (utc("2026-10-26T12:00"), utc("2026-11-02T13:00"))  # the clocks are turned back in between


@pytest.mark.parametrize("rota", [ROTA, {}, {"reps": None}, {"reps": "zed"}])
def test_who_is_not_in_the_rota_has_no_week(rota):
    assert next_week_of("zed", rota, "UTC", utc("2026-11-20T12:00")) is None


def test_a_handover_that_cannot_be_read_is_on_monday_at_midnight():
    week = next_week_of("ana", {"reps": ["ana"], "handover": "noon"}, "UTC", utc("2026-11-20T12:00"))

    assert week == (utc("2026-11-16T00:00"), utc("2026-11-23T00:00"))
