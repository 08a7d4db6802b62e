"""The proof for the days to come: it says of every moment what the decision would say, and names what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.coverage import Ends, Facts, coverage
from leadapp.routing.coverage_words import Fix, Offered, fixes, what_is_wrong
from leadapp.routing.decide import after_hours, decide
from leadapp.routing.hours import is_open
from leadapp.routing.past import Away
from leadapp.routing.policy import policy
from leadapp.routing.values import AfterHours, Ask, Because, Hold, Lead, Offer, Presence, Refusal, Snapshot, Step
from tests.routing.facts import CAST, NOON, cast, team

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {"mon": [["22:00", "06:00"]], "thu": [["20:00", "24:00"]], "sun": [["01:00", "04:00"]]}
DEAD, OUT = {"reachable": False}, Presence.OUT


def facts(*teams, reps=CAST, absences=()):
    known = teams or (team("ana", "ben"),)
    return Facts({one.id: one for one in known}, reps, known[0].id, tuple(absences))


def out(rep_id, start, end=None, cover=None):
    return Away(rep_id, OUT, start, end, cover)


def holes(given_facts, now=NOON, days=14):
    return [hole for one in coverage(given_facts, now, days) for hole in one.holes]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestCovered:
    def test_somebody_on_shift_or_a_fallback_who_is_there_is_enough(self):
        away = [out("ana", NOON), out("ben", NOON)]

        assert holes(facts()) == []
        assert holes(facts(absences=away)) == []  # Mia is there

    def test_the_stretches_follow_each_other_without_a_gap(self):
        [found] = coverage(facts(team("ana", hours=WORK), absences=[out("ana", NOON + DAY, NOON + 2 * DAY)]), NOON)

        edges = [(one.start, one.end) for one in found.stretches]
        assert edges[0][0] == NOON
        assert edges[-1][1] == NOON + 14 * DAY
        assert all(before[1] == after[0] for before, after in pairwise(edges))

    def test_a_lead_that_waits_is_covered_if_somebody_is_there_at_opening(self):
        held = team("ana", hours=WORK, after_hours=AfterHours.HOLD)

        assert holes(facts(held)) == []

    def test_without_a_team_there_is_nothing_to_prove(self):
        assert coverage(Facts({}, CAST, ""), NOON) == []


class TestHoles:
    def test_everybody_away_and_a_dead_phone_behind_them(self):
        away = [out("ana", NOON + DAY), out("ben", NOON + DAY, NOON + 3 * DAY)]
        given_facts = facts(reps=cast(mia=DEAD), absences=away)

        [hole] = holes(given_facts)

        assert (hole.start, hole.end, hole.urgent) == (NOON + DAY, NOON + 3 * DAY, None)
        assert what_is_wrong(hole, given_facts) == "everybody is away, and Mia, the fallback, has no working phone"
        assert fixes(hole, given_facts) == [Offered(Fix.PHONE, "mia"), Offered(Fix.FALLBACK, "plumbing")]

    def test_a_cover_with_a_dead_phone(self):
        reps = cast(carla=DEAD)
        given_facts = facts(team("ana"), reps=reps, absences=[out("ana", NOON), out("mia", NOON, cover="carla")])

        [hole] = holes(given_facts)

        assert what_is_wrong(hole, given_facts).endswith("Carla, who stands in for Mia, has no working phone")

    def test_only_the_last_resort(self):
        given_facts = facts(
            team("ana"), reps=cast(carla={"is_owner": True}), absences=[out("ana", NOON), out("mia", NOON)]
        )

        [hole] = holes(given_facts)

        assert hole.ends is Ends.LAST_RESORT
        assert what_is_wrong(hole, given_facts) == (
            "everybody is away, and Mia, the fallback, is away and nobody who is there covers;"
            " only Carla is left, as the last resort"
        )
        assert fixes(hole, given_facts) == [Offered(Fix.COVER, "mia"), Offered(Fix.FALLBACK, "plumbing")]

    def test_nobody_at_all(self):
        given_facts = facts(team(), absences=[out(rep_id, NOON) for rep_id in CAST])

        [hole] = holes(given_facts)

        assert hole.ends is Ends.AWAY
        assert what_is_wrong(hole, given_facts) == (
            "nobody is in the team, and Mia, the fallback, is away, and so is everybody who could stand in"
        )

    def test_several_reasons_are_named_and_the_rest_counted(self):
        reps = cast(mia=DEAD, ben=DEAD, ana={"shifts": {"sat": [["08:00", "09:00"]]}})
        given_facts = facts(team("ana", "ben"), reps=reps)

        hole = holes(given_facts)[0]

        assert what_is_wrong(hole, given_facts).startswith(
            "nobody can be asked (Ana is off shift, Ben has no working phone), and"
        )

    def test_somebody_is_to_be_on_call_and_nobody_is(self):
        closed = team("ana", hours=WORK, after_hours=AfterHours.ON_CALL, on_call={})

        found = holes(facts(closed))

        assert {hole.ends for hole in found} == {Ends.NOBODY_ON_CALL}
        assert (found[0].start, found[0].end) == (utc("2026-11-23T17:00"), utc("2026-11-24T08:00"))
        assert not found[0].is_open
        assert fixes(found[0], facts(closed)) == [Offered(Fix.ON_CALL, "plumbing")]

    def test_the_rota_hands_over_to_somebody_who_is_away(self):
        rota = {"reps": ["ben"], "handover": "mon 08:00"}
        closed = team("ana", hours=WORK, after_hours=AfterHours.ON_CALL, on_call=rota)
        given_facts = facts(closed, absences=[out("ben", utc("2026-11-25T12:00"), utc("2026-11-26T12:00"))])

        [hole] = holes(given_facts)

        assert (hole.start, hole.end) == (utc("2026-11-25T17:00"), utc("2026-11-26T08:00"))
        assert "nobody on call is there (Ben is out of office)" in what_is_wrong(hole, given_facts)
        assert fixes(hole, given_facts) == [Offered(Fix.ON_CALL, "plumbing"), Offered(Fix.COVER, "ben")]

    def test_only_urgent_leads_fall_through_where_ordinary_ones_wait(self):
        night = team("ana", hours=WORK, after_hours=AfterHours.HOLD)
        reps = cast(mia=DEAD, ana={"shifts": WORK})

        found = holes(facts(night, reps=reps))

        assert {hole.urgent for hole in found} == {True}

    def test_what_waits_for_an_opening_that_is_a_hole_is_not_named_twice(self):
        night = team("ana", hours=WORK, after_hours=AfterHours.HOLD, urgent_after_hours=AfterHours.HOLD)
        given_facts = facts(night, reps=cast(mia=DEAD), absences=[out("ana", NOON + DAY, NOON + 2 * DAY)])

        assert [hole.is_open for hole in holes(given_facts)] == [True, True]

    def test_what_waits_for_an_opening_beyond_the_days_is_named(self):
        night = team("ana", hours={"mon": [["08:00", "09:00"]]}, after_hours=AfterHours.HOLD)
        given_facts = facts(night, reps=cast(mia=DEAD), absences=[out("ana", NOON + DAY)])

        assert [(hole.start, hole.urgent) for hole in holes(given_facts, days=5)] == [(NOON, False), (NOON + DAY, True)]

    def test_a_hole_is_as_long_as_the_odd_day(self):
        """New York, 1 November: clocks back, the day has 25 hours."""
        zone = "America/New_York"
        new_york = team(
            "ana",
            hours={"sun": [["00:00", "24:00"]]},
            time_zone=zone,
            after_hours=AfterHours.HOLD,
            urgent_after_hours=AfterHours.HOLD,
        )
        reps = cast(mia=DEAD, ana=DEAD)

        found = holes(facts(new_york, reps=reps), utc("2026-10-31T12:00"), days=3)

        assert [hole.end - hole.start for hole in found if hole.is_open] == [25 * HOUR]


# Whatever the facts, the proof says of every moment what the decision says.

_MOMENTS = st.integers(0, 14 * 24 * 4 - 1).map(lambda quarter: NOON + quarter * HOUR / 4)
_TIMETABLES = st.sampled_from([{}, WORK, NIGHTS, {"sat": [["09:00", "12:00"]], "holidays": ["2026-11-28"]}])
_ZONES = st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"])
_IDS = st.sampled_from(sorted(CAST))
_STEPS = st.sampled_from(
    [(Step(Ask.ROTATION, 60),), (Step(Ask.EVERYBODY, 60),), (Step(Ask.PERSON, 60, rep_id="carla"),), ()]
)


@st.composite
def some_facts(draw):
    reps = {
        rep_id: replace(
            rep,
            active=draw(st.sampled_from([True, True, True, False])),
            reachable=draw(st.sampled_from([True, True, False])),
            is_owner=draw(st.booleans()),
            shifts=draw(_TIMETABLES),
            time_zone=draw(_ZONES),
        )
        for rep_id, rep in CAST.items()
    }
    teams = [
        team(
            *draw(st.lists(_IDS, unique=True, max_size=3)),
            id=id,
            fallback_id=draw(_IDS),
            hours=draw(_TIMETABLES),
            time_zone=draw(_ZONES),
            after_hours=draw(st.sampled_from(list(AfterHours))),
            urgent_after_hours=draw(st.sampled_from([None, *AfterHours])),
            on_call=draw(st.sampled_from([{}, {"reps": ["ana", "ben"], "handover": "wed 10:00"}, {"reps": ["mia"]}])),
            policy=replace(policy(60, 1, 60, 60), steps=draw(_STEPS)),
        )
        for id in ("plumbing", "drains")
    ]
    absences = draw(st.lists(_absences(), max_size=5))
    return facts(*teams, reps=reps, absences=absences)


@st.composite
def _absences(draw):
    rep_id, start = draw(_IDS), draw(_MOMENTS) - draw(st.sampled_from([timedelta(0), 3 * DAY]))
    end = draw(st.sampled_from([None, start + 5 * HOUR, start + 3 * DAY]))
    state = draw(st.sampled_from([Presence.OUT, Presence.BUSY]))
    return Away(rep_id, state, start, end, draw(st.sampled_from([None, *(i for i in sorted(CAST) if i != rep_id)])))


@given(some_facts(), st.lists(_MOMENTS, min_size=1, max_size=6))
def test_covered_is_what_the_decision_ends_with_somebody_who_is_there(given_facts, moments):
    found = {one.team_id: one for one in coverage(given_facts, NOON)}

    for moment in moments:
        for one in given_facts.teams.values():
            [stretch] = [each for each in found[one.id].stretches if each.start <= moment < each.end]
            for urgent, end in ((False, stretch.ordinary), (True, stretch.urgent)):
                assert (not end.is_hole) == ends_well(given_facts, one, urgent, moment), (one.id, urgent, moment)


@given(some_facts())
def test_every_moment_that_is_not_covered_lies_in_a_hole_or_waits_for_one(given_facts):
    for found in coverage(given_facts, NOON):
        for stretch in found.stretches:
            for urgent, end in ((False, stretch.ordinary), (True, stretch.urgent)):
                inside = [h for h in found.holes if h.start <= stretch.start < h.end and h.urgent in (None, urgent)]
                assert bool(inside) == end.is_hole or (end.waits and not inside)
                assert all(what_is_wrong(hole, given_facts) and fixes(hole, given_facts) for hole in inside)


def ends_well(given_facts, one, urgent, moment):
    """Asked of the decision, with everybody as they are then."""
    reps = {rep_id: as_at(rep, given_facts.absences, moment) for rep_id, rep in given_facts.reps.items()}
    lead = Lead("lead", moment, urgent=urgent, source_team_id=one.id)
    decision = decide(Snapshot(lead, given_facts.teams, reps, given_facts.default_team_id), moment)
    if isinstance(decision, Hold):
        return ends_well(given_facts, one, urgent, decision.until)
    closed = not is_open(one.hours, one.time_zone, moment)
    if closed and after_hours(one, urgent=urgent) is AfterHours.ON_CALL:
        return decision.why.because is Because.ON_CALL
    rep_ids = decision.rep_ids if isinstance(decision, Offer) else (decision.accountable_id,)
    there = [reps[id] for id in rep_ids if reps[id].presence is not OUT and reps[id].active and reps[id].reachable]
    return bool(there) and not decision.why.is_last_resort


def as_at(rep, absences, moment):
    standing = [
        a for a in absences if a.rep_id == rep.id and a.starts_at <= moment and (not a.ends_at or moment < a.ends_at)
    ]
    return replace(rep, presence=standing[-1].state, cover_id=standing[-1].cover_id) if standing else rep


@pytest.mark.parametrize("reason", list(Refusal))
def test_there_are_words_for_every_reason(reason):
    given_facts = facts(reps=cast(mia=DEAD, ana=DEAD, ben=DEAD))
    [hole] = holes(given_facts)

    assert what_is_wrong(replace(hole, refused=(("ana", reason), ("ben", reason))), given_facts)
