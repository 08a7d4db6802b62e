"""Leads of the past go once more through a set-up: with a clock, level turns, and the presences as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.moves import because, compare
from leadapp.routing.past import Away, Past, SetUp
from leadapp.routing.policy import policy
from leadapp.routing.rehearsal import rehearse
from leadapp.routing.values import AfterHours, Because, Condition, Lead, Missed, Presence, Rejoin, Rule, TeamMode
from tests.routing.facts import CAST, NAMES, NOON, cast, team

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OPEN_BY_DAY = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LEAKS = Rule("r1", "Leaks first", (Condition("service", "is", "leak"),), team_id="drains")


def set_up(*teams, rules=(), reps=CAST):
    known = teams or (team("ana", "ben", "carla"), team("carla", id="drains"))
    return SetUp({one.id: one for one in known}, reps, tuple(rules), known[0].id)


def came_in(number, after=timedelta(0), *, fields=None, urgent=False, owner=None, **facts):
    lead = Lead(f"lead {number:04}", NOON + after, urgent=urgent, fields=fields or {}, contact_owner_id=owner)
    return Past(lead, **facts)


def one_a_minute(count, **facts):
    return [came_in(number, number * MINUTE, **facts) for number in range(count)]


def who(outcomes):
    return [outcome.rep_id for outcome in outcomes]


def compared(before, after, leads, absences=()):
    both = [rehearse(one, leads, absences) for one in (before, after)]
    return compare(*both, CAST, "UTC")


class TestSimulation:
    def test_leads_go_round_from_level_turns_whatever_the_turns_are_today(self):
        plumbing = team("ana", "ben", "carla")
        members = tuple(replace(one, virtual_start=7.0 * place) for place, one in enumerate(plumbing.members))

        outcomes = rehearse(set_up(replace(plumbing, members=members, virtual_time=9.0)), one_a_minute(6))

        assert who(outcomes) == ["ana", "ben", "carla", "ana", "ben", "carla"]
        assert {outcome.why.because for outcome in outcomes} == {Because.TURN}

    def test_nobody_is_given_a_lead_while_he_was_away(self):
        absences = [Away("ana", Presence.OUT, NOON + MINUTE, NOON + 10 * MINUTE)]

        outcomes = rehearse(set_up(), one_a_minute(20), absences)

        assert "ana" not in who(outcomes)[1:10]
        assert "ana" in who(outcomes)[10:14]
        assert ("ana", "out") in outcomes[5].refused

    def test_presences_of_today_do_not_count(self):
        today = cast(ana={"presence": Presence.OUT, "reachable": False, "open_count": 5, "max_open": 5})

        assert who(rehearse(set_up(reps=today), one_a_minute(3)))[0] == "ana"

    def test_who_was_away_comes_back_level(self):
        absences = [Away("ana", Presence.OUT, NOON - DAY, NOON + HOUR)]

        outcomes = rehearse(set_up(), one_a_minute(90), absences)

        after = who(outcomes)[60:]
        assert after.count("ana") == after.count("ben") == after.count("carla") == 10

    def test_of_two_absences_at_once_the_one_declared_last_counts(self):
        absences = [
            Away("ana", Presence.OUT, NOON - HOUR, NOON + HOUR),
            Away("ana", Presence.BUSY, NOON, NOON + MINUTE),
        ]

        outcomes = rehearse(set_up(), one_a_minute(2), absences)

        assert [dict(outcome.refused)["ana"] for outcome in outcomes] == ["busy", "out"]

    def test_the_cover_of_that_day_gets_the_leads_of_an_owner_who_was_away(self):
        absences = [Away("ana", Presence.OUT, NOON - HOUR, None, cover_id="ben")]

        [outcome] = rehearse(set_up(), [came_in(1, owner="ana")], absences)

        assert (outcome.rep_id, outcome.why.because) == ("ben", Because.COVER)

    def test_a_full_rep_is_passed_over_until_a_lead_was_really_answered(self):
        full = cast(ana={"max_open": 1}, ben={"max_open": 1})
        leads = [replace(past, took=10 * MINUTE) for past in one_a_minute(12)]

        outcomes = rehearse(set_up(team("ana", "ben"), reps=full), leads)

        assert who(outcomes)[:2] == ["ana", "ben"]
        assert [outcome.reached_nobody for outcome in outcomes] == [False] * 2 + [True] * 8 + [False] * 2

    def test_a_lead_nobody_answered_keeps_its_rep_as_long_as_the_contact_clock(self):
        quick = team("ana", policy=policy(300, 2, 120, 600))

        outcomes = rehearse(set_up(quick, reps=cast(ana={"max_open": 1})), one_a_minute(4))

        assert [outcome.reached_nobody for outcome in outcomes] == [False, True, False, True]

    def test_nobody_free_reaches_nobody_and_the_fallback_has_it(self):
        [outcome] = rehearse(set_up(team()), [came_in(1)])

        assert outcome.reached_nobody
        assert (outcome.rep_id, outcome.given_to) == ("mia", None)

    def test_a_broadcast_is_the_first_ones_in_turn(self):
        everybody = team("ana", "ben", policy=policy(300, 1, 900, 600, TeamMode.BROADCAST))

        outcomes = rehearse(set_up(everybody), one_a_minute(4))

        assert who(outcomes) == ["ana", "ben", "ana", "ben"]

    def test_held_leads_go_at_opening_the_oldest_first(self):
        plumbing = team("ana", "ben", "carla", hours=OPEN_BY_DAY, after_hours=AfterHours.HOLD)
        evening = NOON.replace(hour=20) - NOON
        leads = [came_in(number, evening + (9 - number) * MINUTE) for number in range(4)]

        outcomes = rehearse(set_up(plumbing), leads)

        assert [outcome.lead_id[-1] for outcome in outcomes] == ["3", "2", "1", "0"]
        assert who(outcomes) == ["ana", "ben", "carla", "ana"]
        assert {outcome.at for outcome in outcomes} == {NOON.replace(day=24, hour=8)}
        assert all(outcome.was_held and not outcome.is_waiting for outcome in outcomes)

    def test_who_is_back_at_opening_gets_held_leads(self):
        plumbing = team("ana", "ben", hours=OPEN_BY_DAY, after_hours=AfterHours.HOLD)
        until_opening = [Away("ana", Presence.OUT, NOON, NOON + 20 * HOUR)]

        outcomes = rehearse(set_up(plumbing), [came_in(number, 10 * HOUR) for number in range(2)], until_opening)

        assert sorted(who(outcomes)) == ["ana", "ben"]

    def test_a_team_that_keeps_turns_makes_whoever_comes_back_the_next(self):
        keeps = replace(team("ana", "ben", "carla"), rejoin=Rejoin(out=Missed.KEEP))
        away = [Away("ben", Presence.OUT, NOON - HOUR, NOON + 5 * MINUTE)]

        assert who(rehearse(set_up(keeps), one_a_minute(6), away))[5] == "ben"
        assert who(rehearse(set_up(), one_a_minute(7), away))[5:] == ["carla", "ben"]

    def test_a_lead_linked_to_an_open_one_goes_to_whoever_has_that_in_the_rehearsal(self):
        leads = [*one_a_minute(2), came_in(2, HOUR, linked_id="lead 0001")]

        outcomes = rehearse(set_up(), leads)

        assert (outcomes[2].rep_id, outcomes[2].why.because) == ("ben", Because.HOLDER)
        assert outcomes[2].bonds == ("lead 0001",)

    def test_a_lead_held_beyond_the_end_still_waits(self):
        plumbing = team("ana", hours=OPEN_BY_DAY, after_hours=AfterHours.HOLD)

        [outcome] = rehearse(set_up(plumbing), [came_in(1, 8 * HOUR)], until=NOON + 10 * HOUR)

        assert outcome.is_waiting
        assert (outcome.rep_id, outcome.given_to) == ("mia", None)

    def test_a_returning_customer_goes_to_whoever_the_rehearsal_gave_him_once_he_was_reached(self):
        reached = {"contact_id": "dana", "reached_at": NOON + 5 * MINUTE}
        leads = [came_in(0, **reached), came_in(1, MINUTE, **reached), came_in(2, HOUR, **reached)]

        outcomes = rehearse(set_up(), leads)

        assert who(outcomes) == ["ana", "ben", "ana"]
        assert [outcome.why.because for outcome in outcomes] == [Because.TURN, Because.TURN, Because.OWNER]
        assert outcomes[2].bonds == ("lead 0000",)

    def test_rules_that_a_blank_field_kept_from_matching_are_noted(self):
        leads = [came_in(0, fields={"service": "n/a"}), came_in(1, fields={"service": "leak"})]

        first, second = rehearse(set_up(rules=[LEAKS]), leads)

        assert first.blanks == (("r1", "service"),)
        assert second.blanks == ()
        assert second.why.team_id == "drains"


class TestComparison:
    def test_a_rule_moves_its_leads_and_merely_shifts_the_turns_of_the_others(self):
        leads = one_a_minute(9)
        leads[1] = came_in(1, MINUTE, fields={"service": "leak"})

        found = compared(set_up(), set_up(rules=[LEAKS]), leads)

        assert [move.before.lead_id for move in found.moves] == ["lead 0001"]
        assert because(found.moves[0], NAMES) == "Carla's turn in Drains by the rule Leaks first."
        assert found.turns_shifted > 0

    def test_a_rep_who_could_not_have_got_it_moves_it_and_is_named(self):
        gone = set_up(reps=cast(ben={"active": False}))

        found = compared(set_up(), gone, one_a_minute(3))

        assert [move.before.rep_id for move in found.moves] == ["ben"]
        assert because(found.moves[0], NAMES) == "Ben is no longer active. Carla's turn in Plumbing."

    def test_another_kind_of_decision_moves_it_even_to_the_same_rep(self):
        to_ana = Rule("r1", "Leaks first", (), team_id="plumbing", rep_id="ana")

        found = compared(set_up(), set_up(rules=[to_ana]), one_a_minute(1))

        assert because(found.moves[0], NAMES) == "Ana gets these leads by the rule Leaks first."

    def test_hours_that_hold_a_lead_move_it(self):
        held = team("ana", "ben", "carla", hours={"tue": [["08:00", "17:00"]]}, after_hours=AfterHours.HOLD)

        found = compared(set_up(), set_up(held, team("carla", id="drains")), one_a_minute(1))

        assert because(found.moves[0], NAMES) == "It waits until the team opens. Ana's turn in Plumbing."

    def test_a_returning_customer_whose_first_lead_merely_shifted_has_not_moved(self):
        leads = [came_in(0, fields={"service": "leak"})]
        leads += [came_in(1, MINUTE, contact_id="dana", reached_at=NOON + 2 * MINUTE)]
        leads += [came_in(2, HOUR, contact_id="dana")]

        found = compared(set_up(), set_up(rules=[LEAKS]), leads)

        assert [move.before.lead_id for move in found.moves] == ["lead 0000"]
        assert found.turns_shifted == 2

    def test_a_returning_customer_whose_first_lead_moved_has_moved_too(self):
        known = {"contact_id": "dana", "reached_at": NOON + MINUTE}
        leads = [came_in(0, fields={"service": "leak"}, **known), came_in(1, HOUR, **known)]

        found = compared(set_up(), set_up(rules=[LEAKS]), leads)

        assert [move.before.lead_id for move in found.moves] == ["lead 0000", "lead 0001"]

    def test_blanks_are_counted_by_rule_and_field_and_so_are_those_that_moved(self):
        leads = [came_in(number, number * MINUTE, fields={"service": "n/a"}) for number in range(3)]

        found = compared(set_up(), set_up(rules=[LEAKS], reps=cast(ana={"active": False})), leads)

        [blank] = found.blanks
        assert (blank.rule_id, blank.field, blank.leads, blank.moved) == ("r1", "service", 3, 1)

    def test_loads_are_told_by_the_day_there(self):
        leads = [came_in(0), came_in(1, 13 * HOUR)]

        found = compare(*([rehearse(set_up(team("ana")), leads)] * 2), ["ana", "ben"], "Australia/Sydney")

        ana, ben = found.loads
        assert [(day.isoformat(), before, after) for day, before, after in ana.days] == [
            ("2026-11-23", 1, 1),
            ("2026-11-24", 1, 1),
        ]
        assert (ben.before, ben.after, ben.days) == (0, 0, ())


minutes = st.integers(0, 72 * 60)
reps = st.sampled_from(["ana", "ben", "carla", "mia"])
services = st.sampled_from(["leak", "drain", "n/a", ""])


@st.composite
def pasts(draw):
    """A few dozen leads, some of them of one person, some at one moment."""
    leads = []
    for number, at in enumerate(draw(st.lists(minutes, max_size=30))):
        reached = draw(st.none() | st.integers(0, 600))
        leads.append(
            came_in(
                number,
                at * MINUTE,
                fields={"service": draw(services)},
                urgent=draw(st.booleans()),
                owner=draw(st.none() | reps),
                contact_id=draw(st.none() | st.sampled_from(["dana", "dev"])),
                linked_id=draw(st.none() | st.sampled_from(["lead 0000", "lead 0001", "gone"])),
                reached_at=None if reached is None else NOON + (at + reached) * MINUTE,
                took=None if reached is None else reached * MINUTE,
            )
        )
    return leads


absences = st.lists(
    st.builds(
        lambda rep, state, start, length, cover: Away(
            rep, state, NOON + start * MINUTE, None if length is None else NOON + (start + length) * MINUTE, cover
        ),
        reps,
        st.sampled_from([Presence.BUSY, Presence.OUT]),
        minutes,
        st.none() | st.integers(1, 3000),
        st.none() | reps,
    ),
    max_size=6,
)


@st.composite
def set_ups(draw):
    hours = draw(st.sampled_from([{}, OPEN_BY_DAY, {"tue": [["10:00", "12:00"]]}]))
    after_hours = draw(st.sampled_from(AfterHours))
    members = draw(st.lists(reps, unique=True))
    plumbing = team(*members, hours=hours, after_hours=after_hours, on_call={"reps": ["ben"]})
    caps = {rep: {"max_open": draw(st.none() | st.integers(1, 2))} for rep in ("ana", "ben", "carla")}
    return set_up(plumbing, team("carla", id="drains"), rules=draw(st.sampled_from([(), (LEAKS,)])), reps=cast(**caps))


@given(set_ups(), pasts(), absences)
def test_a_draft_that_changes_nothing_moves_nothing(one, leads, away):
    found = compared(one, one, leads, away)

    assert (found.moves, found.turns_shifted) == ((), 0)


@given(set_ups(), set_ups(), pasts(), absences, st.integers(0, 100))
def test_every_lead_is_somebodys_or_reached_nobody_or_is_held(one, other, leads, away, hours):
    until = NOON + timedelta(days=3) + hours * HOUR
    before, after = (rehearse(each, leads, away, until=until) for each in (one, other))

    found = compare(before, after, CAST, "America/Chicago")

    assert found.leads == len(leads)
    assert sum(load.before for load in found.loads) + found.nobody[0] + found.waiting[0] == len(leads)
    assert sum(load.after for load in found.loads) + found.nobody[1] + found.waiting[1] == len(leads)
    assert all(sum(day[2] for day in load.days) == load.after for load in found.loads)
    assert len(found.moves) + found.turns_shifted <= len(leads)


@given(set_ups(), pasts(), absences, st.randoms(use_true_random=False))
def test_the_order_in_which_leads_are_listed_changes_nothing(one, leads, away, chance):
    shuffled = list(leads)
    chance.shuffle(shuffled)

    assert rehearse(one, shuffled, away) == rehearse(one, leads, away)


@given(set_ups(), pasts(), absences)
def test_nobody_who_was_away_is_given_a_lead_of_the_rotation(one, leads, away):
    for outcome in rehearse(one, leads, away):
        if outcome.why.because is not Because.TURN:
            continue
        his = [each for each in away if each.rep_id == outcome.rep_id and each.starts_at <= outcome.at]
        assert all(each.ends_at is not None and each.ends_at <= outcome.at for each in his)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_progress_is_told_lead_by_lead(count):
    told = []

    rehearse(set_up(), one_a_minute(count), progress=told.append)

    assert sum(told) == count
