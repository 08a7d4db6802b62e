"""Who is offered a lead, until when, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.covers import covers
from leadapp.routing.decide import NoTeam, decide
from leadapp.routing.explain import sentence
from leadapp.routing.policy import policy
from leadapp.routing.values import (
    AfterHours,
    Ask,
    Because,
    Condition,
    Considered,
    Hold,
    Member,
    Offer,
    Policy,
    Presence,
    Progress,
    Queue,
    Refusal,
    Rep,
    Rule,
    Snapshot,
    Step,
    TeamMode,
)
from tests.routing.facts import CAST, CLOSED_TODAY, NAMES, NOON, URGENT, USUAL, cast, snapshot, team

OUT = {"presence": Presence.OUT}


def after(decision, asked=frozenset(), **facts):
    """The progress of a lead whose last offer ran out."""
    place = {"step": decision.step, "tries": decision.tries} if isinstance(decision, Offer) else {"step": 99}
    given = frozenset(decision.rep_ids) if isinstance(decision, Offer) else frozenset()
    return Progress(team_id=decision.team_id, policy=decision.policy, asked=asked | given, **place, **facts)


def in_seconds(seconds):
    return NOON + timedelta(seconds=seconds)


class TestRotation:
    def test_offers_to_the_next_in_turn(self):
        decision = decide(snapshot(), NOON)

        assert isinstance(decision, Offer)
        assert decision.rep_ids == ("ana",)
        assert decision.accountable_id == "ana"
        assert decision.expires_at == in_seconds(300)
        assert (decision.step, decision.tries) == (0, 1)
        assert decision.why.because is Because.TURN
        assert decision.turn.rep_id == "ana"

    def test_silence_goes_to_the_next_until_the_tries_are_used_up(self):
        first = decide(snapshot(), NOON)
        second = decide(snapshot(progress=after(first)), NOON)
        third = decide(snapshot(progress=after(second, asked=frozenset({"ana"}))), NOON)

        assert second.rep_ids == ("ben",)
        assert (second.step, second.tries) == (0, 2)
        assert isinstance(third, Queue)
        assert third.accountable_id == "mia"
        assert third.ring_again_at == in_seconds(600)
        assert third.why.because is Because.NOBODY_TOOK_IT

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (OUT, Refusal.OUT),
            ({"presence": Presence.BUSY}, Refusal.BUSY),
            ({"shifts": CLOSED_TODAY}, Refusal.OFF_SHIFT),
            ({"max_open": 1, "open_count": 1}, Refusal.AT_CAPACITY),
            ({"reachable": False}, Refusal.UNREACHABLE),
            ({"active": False}, Refusal.INACTIVE),
        ],
    )
    def test_skips_who_cannot_take_it_and_says_why(self, facts, reason):
        decision = decide(snapshot(reps=cast(ana=facts)), NOON)

        assert decision.rep_ids == ("ben",)
        assert decision.why.considered == (
            Considered("ana", "skipped", reason),
            Considered("ben", "offered"),
            Considered("carla", "eligible"),
        )

    def test_an_empty_step_waits_zero_seconds(self):
        decision = decide(snapshot(reps=cast(ana=OUT, ben=OUT, carla=OUT)), NOON)

        assert isinstance(decision, Queue)
        assert decision.why.because is Because.NOBODY_ELIGIBLE
        assert [one.reason for one in decision.why.considered] == [Refusal.OUT] * 3

    def test_never_asks_who_handed_it_back(self):
        decision = decide(snapshot(progress=Progress(barred=frozenset({"ana"}))), NOON)

        assert decision.rep_ids == ("ben",)
        assert decision.why.considered[0] == Considered("ana", "skipped", Refusal.ALREADY_ASKED)

    def test_asks_who_has_the_skill(self):
        reps = cast(ana={"services": ("boiler",)}, ben={"services": ("drains",)}, carla={"services": ("boiler",)})

        decision = decide(snapshot(reps=reps, lead={"fields": {"service": "DRAINS"}}), NOON)

        assert decision.rep_ids == ("ben",)
        assert decision.why.considered[0].reason is Refusal.LACKS_SKILL

    def test_a_member_whose_rep_is_gone_counts_as_inactive(self):
        decision = decide(snapshot(team("ghost", "ben")), NOON)

        assert decision.rep_ids == ("ben",)
        assert Considered("ghost", "skipped", Refusal.INACTIVE) in decision.why.considered

    def test_an_urgent_lead_follows_the_urgent_chain(self):
        decision = decide(snapshot(lead={"urgent": True}), NOON)

        assert decision.policy == URGENT
        assert decision.expires_at == in_seconds(120)
        assert decision.urgent

    def test_a_lead_keeps_the_policy_it_started_with(self):
        old = policy(10, 3, 20, 30)

        decision = decide(snapshot(progress=Progress("plumbing", old, 0, 1, frozenset({"ana"}))), NOON)

        assert decision.policy == old
        assert decision.expires_at == in_seconds(10)


class TestChain:
    CHAIN = (
        Step(Ask.ROTATION, 60),
        Step(Ask.EVERYBODY, 90),
        Step(Ask.PERSON, 30, tries=2, rep_id="carla"),
    )

    def one_team(self, *members, **facts):
        return team(*(members or ("ana", "ben")), policy=Policy(self.CHAIN, 600, 900), **facts)

    def test_everybody_means_those_who_were_not_asked_yet_and_the_fallback_answers_for_it(self):
        first = decide(snapshot(self.one_team("ana", "ben", "carla")), NOON)
        second = decide(snapshot(self.one_team("ana", "ben", "carla"), progress=after(first)), NOON)

        assert second.rep_ids == ("ben", "carla")
        assert second.accountable_id == "mia"
        assert second.why.because is Because.EVERYBODY
        assert second.expires_at == in_seconds(90)
        assert second.turn is None

    def test_everybody_leaves_out_who_handed_it_back(self):
        progress = Progress("plumbing", None, 1, 0, barred=frozenset({"ana"}))

        assert decide(snapshot(self.one_team(), progress=progress), NOON).rep_ids == ("ben",)

    def test_a_person_is_asked_as_often_as_the_step_says_then_the_fallback(self):
        first = decide(snapshot(self.one_team(), progress=Progress("plumbing", None, 2, 0)), NOON)
        second = decide(snapshot(self.one_team(), progress=after(first)), NOON)
        third = decide(snapshot(self.one_team(), progress=after(second)), NOON)

        assert [first.rep_ids, second.rep_ids] == [("carla",), ("carla",)]
        assert first.why.because is Because.PERSON
        assert isinstance(third, Queue)

    def test_a_person_who_is_away_is_passed_over_at_once(self):
        progress = Progress("plumbing", None, 2, 0)

        assert isinstance(decide(snapshot(self.one_team(), reps=cast(carla=OUT), progress=progress), NOON), Queue)

    def test_skill_never_stands_in_the_way_of_a_person(self):
        reps = cast(ana={"services": ("boiler",)}, carla={"services": ("drains",)})
        facts = {"progress": Progress("plumbing", None, 2, 0), "lead": {"fields": {"service": "boiler"}}}

        assert decide(snapshot(self.one_team(), reps=reps, **facts), NOON).rep_ids == ("carla",)

    def test_a_broadcast_asks_all_at_once_then_the_fallback(self):
        shouting = team("ana", "ben", policy=policy(60, 2, 900, 600, TeamMode.BROADCAST))

        first = decide(snapshot(shouting), NOON)

        assert first.rep_ids == ("ana", "ben")
        assert isinstance(decide(snapshot(shouting, progress=after(first)), NOON), Queue)


class TestFallback:
    EMPTY = team()

    def test_has_a_cover_while_away(self):
        reps = cast(mia=OUT | {"cover_id": "ana"}, ana=OUT | {"cover_id": "ben"})

        assert decide(snapshot(self.EMPTY, reps=reps), NOON).accountable_id == "ben"

    @pytest.mark.parametrize("facts", [{"presence": Presence.BUSY}, {"shifts": CLOSED_TODAY}, {"reachable": False}])
    def test_is_rung_although_no_new_lead_would_be_put_on_him(self, facts):
        decision = decide(snapshot(self.EMPTY, reps=cast(mia=facts | {"cover_id": "ana"})), NOON)

        assert decision.accountable_id == "mia"
        assert decision.why.rep_id == "mia"

    def test_covers_in_a_loop_are_each_named_once_and_whom_they_cover_never(self):
        reps = cast(ana=OUT | {"cover_id": "ben"}, ben=OUT | {"cover_id": "carla"}, carla=OUT | {"cover_id": "ana"})

        assert [cover.id for cover in covers("ana", reps, NOON)] == ["ben", "carla"]

    def test_stays_a_named_human_when_nobody_covers(self):
        reps = cast(mia=OUT | {"cover_id": "ana"}, ana=OUT | {"cover_id": "mia"})

        assert decide(snapshot(self.EMPTY, reps=reps), NOON).accountable_id == "mia"

    def test_who_left_gives_way_to_the_default_teams(self):
        drains = team(id="drains", fallback_id="ben")

        decision = decide(
            snapshot(drains, team(fallback_id="carla"), default_team_id="plumbing", reps=cast(ben={"active": False}),
                     lead={"source_team_id": "drains"}),
            NOON,
        )  # fmt: skip

        assert decision.team_id == "drains"
        assert decision.accountable_id == "carla"

    def test_the_last_resort_is_an_owner_of_the_business_who_is_there(self):
        reps = cast(mia=OUT, ana=OUT, ben=OUT | {"is_owner": True}, carla={"is_owner": True})

        queued = decide(snapshot(team("ana"), reps=reps), NOON)

        assert queued.accountable_id == "carla"
        assert queued.why.is_last_resort

    def test_a_fallback_who_left_is_replaced_by_an_owner_even_one_who_is_away(self):
        reps = cast(mia={"active": False}, ana=OUT, ben=OUT | {"is_owner": True})

        queued = decide(snapshot(team("ana"), reps=reps), NOON)

        assert (queued.accountable_id, queued.why.is_last_resort) == ("ben", True)

    def test_without_an_owner_a_fallback_who_is_away_is_rung_all_the_same(self):
        queued = decide(snapshot(team("ana"), reps=cast(mia=OUT, ana=OUT)), NOON)

        assert (queued.accountable_id, queued.why.is_last_resort) == ("mia", False)

    def test_who_is_away_is_rung_all_the_same_before_an_owner_who_is_away_too(self):
        queued = decide(snapshot(team("ana"), reps=cast(mia=OUT, ana=OUT | {"is_owner": True})), NOON)

        assert (queued.accountable_id, queued.why.is_last_resort) == ("mia", False)

    def test_without_an_owner_and_a_fallback_anybody_who_works_here_is_the_last_resort(self):
        queued = decide(snapshot(team(), reps=cast(mia={"active": False}, ana={"active": False})), NOON)

        assert (queued.accountable_id, queued.why.is_last_resort) == ("ben", True)

    def test_a_team_without_anybody_who_works_here_is_empty(self):
        nobody = decide(snapshot(team()), NOON)
        gone = decide(snapshot(team("ana"), reps=cast(ana={"active": False})), NOON)
        away = decide(snapshot(team("ana"), reps=cast(ana=OUT)), NOON)

        assert [each.why.because for each in (nobody, gone)] == [Because.EMPTY_TEAM] * 2
        assert away.why.because is Because.NOBODY_ELIGIBLE


class TestPlacement:
    def test_the_contacts_owner_comes_first_and_uses_no_turn(self):
        decision = decide(snapshot(lead={"contact_owner_id": "carla"}), NOON)

        assert decision.rep_ids == ("carla",)
        assert decision.why.because is Because.OWNER
        assert decision.turn is None
        assert (decision.step, decision.tries) == (0, 0)
        assert decision.expires_at == in_seconds(300)

    def test_after_the_owner_the_rotation_has_all_its_tries(self):
        seen = {"lead": {"contact_owner_id": "ana"}}
        first = decide(snapshot(**seen), NOON)
        second = decide(snapshot(progress=after(first), **seen), NOON)

        assert second.rep_ids == ("ben",)
        assert (second.step, second.tries) == (0, 1)

    def test_the_owner_may_be_outside_the_team_and_without_the_skill(self):
        reps = cast(mia={"services": ("office",)}, ana={"services": ("boiler",)})
        lead = {"contact_owner_id": "mia", "fields": {"service": "boiler"}}

        assert decide(snapshot(reps=reps, lead=lead), NOON).rep_ids == ("mia",)

    def test_a_cover_stands_in_for_an_owner_who_is_away(self):
        reps = cast(ana=OUT | {"cover_id": "ben"}, ben=OUT | {"cover_id": "carla"})

        decision = decide(snapshot(reps=reps, lead={"contact_owner_id": "ana"}), NOON)

        assert decision.rep_ids == ("carla",)
        assert decision.why.because is Because.COVER
        assert (decision.why.absent_owner_id, decision.why.covered_id) == ("ana", "ana")
        assert Considered("ana", "skipped", Refusal.OUT) in decision.why.considered

    def test_nobody_covers_before_the_absence_begins(self):
        next_week = OUT | {"presence_from": NOON + timedelta(days=7), "cover_id": "ben"}
        reps = cast(ana=next_week | {"open_count": 1, "max_open": 1})

        decision = decide(snapshot(reps=reps, lead={"contact_owner_id": "ana"}), NOON)

        assert decision.why.because is Because.TURN
        assert decision.why.absent_owner_id == "ana"

    def test_a_loop_of_covers_goes_on_to_the_rotation(self):
        reps = cast(ana=OUT | {"cover_id": "ben"}, ben=OUT | {"cover_id": "ana"})

        decision = decide(snapshot(reps=reps, lead={"contact_owner_id": "ana"}), NOON)

        assert decision.rep_ids == ("carla",)
        assert decision.why.because is Because.TURN
        assert decision.why.absent_owner_id == "ana"

    def test_an_owner_who_left_the_company_leaves_the_lead_to_the_rules_and_so_does_his_cover(self):
        reps = cast(mia={"active": False, "cover_id": "carla"})

        decision = decide(snapshot(team("ana", fallback_id="ben"), reps=reps, lead={"contact_owner_id": "mia"}), NOON)

        assert (decision.rep_ids, decision.why.because) == (("ana",), Because.TURN)
        assert decision.why.absent_owner_id is None
        assert Considered("mia", "skipped", Refusal.INACTIVE) in decision.why.considered

    def test_whoever_has_another_open_lead_of_this_customer_gets_this_one_and_uses_no_turn(self):
        decision = decide(snapshot(lead={"holder_id": "carla"}), NOON)

        assert (decision.rep_ids, decision.why.because) == (("carla",), Because.HOLDER)
        assert decision.turn is None

    def test_the_owner_of_the_relationship_comes_before_whoever_has_another_lead(self):
        assert decide(snapshot(lead={"contact_owner_id": "ben", "holder_id": "carla"}), NOON).rep_ids == ("ben",)

    def test_a_holder_who_is_away_leaves_it_to_the_rules_and_so_does_his_cover(self):
        reps = cast(carla=OUT | {"cover_id": "ben"})

        decision = decide(snapshot(reps=reps, lead={"holder_id": "carla"}), NOON)

        assert (decision.rep_ids, decision.why.because) == (("ana",), Because.TURN)

    def test_an_absent_owner_is_known_also_when_somebody_has_another_lead_of_his_customer(self):
        decision = decide(snapshot(reps=cast(ben=OUT), lead={"contact_owner_id": "ben", "holder_id": "carla"}), NOON)

        assert (decision.rep_ids, decision.why.because) == (("carla",), Because.HOLDER)
        assert decision.why.absent_owner_id == "ben"
        assert Considered("ben", "skipped", Refusal.OUT) in decision.why.considered

    def test_who_comes_before_the_rules_is_not_said_to_get_it_by_one(self):
        rule = Rule("r1", "Small firms", (Condition("company_size", "at_least", "5"),), team_id="plumbing")
        to_carla = Rule("r2", "To Carla", (), rep_id="carla")

        for lead in ({"contact_owner_id": "ben"}, {"holder_id": "ben"}):
            why = decide(snapshot(rules=(rule, to_carla), lead=lead), NOON).why
            assert (why.rule_id, why.blanks) == (None, ())

    def test_an_absent_owner_is_known_also_when_a_rule_names_somebody_else(self):
        rule = Rule("r1", "To Carla", (), team_id="plumbing", rep_id="carla")

        decision = decide(snapshot(reps=cast(ana=OUT), rules=(rule,), lead={"contact_owner_id": "ana"}), NOON)

        assert (decision.rep_ids, decision.why.because) == (("carla",), Because.RULE)
        assert decision.why.absent_owner_id == "ana"

    def test_an_owner_who_handed_it_back_is_not_asked_again_nor_called_away(self):
        progress = Progress(barred=frozenset({"ana"}))

        decision = decide(
            snapshot(reps=cast(ana={"cover_id": "carla"}), lead={"contact_owner_id": "ana"}, progress=progress), NOON
        )

        assert decision.rep_ids == ("ben",)
        assert decision.why.absent_owner_id is None

    def test_the_source_has_a_team_and_a_rule_beats_it(self):
        teams = (team("ana"), team("ben", id="drains"), team("carla", id="roofs"))
        lead = {"source_team_id": "drains", "fields": {"city": "Oakland"}}
        to_roofs = Rule("r1", "Roofs", (Condition("city", "is", "oakland"),), team_id="roofs")

        assert decide(snapshot(*teams, lead=lead), NOON).team_id == "drains"
        ruled = decide(snapshot(*teams, lead=lead, rules=(to_roofs,)), NOON)
        assert (ruled.team_id, ruled.why.rule_id, ruled.why.because) == ("roofs", "r1", Because.TURN)

    def test_a_rule_may_name_a_rep(self):
        rule = Rule("r1", "To Carla", (), rep_id="carla")

        decision = decide(snapshot(team("ana"), team("carla", id="drains"), rules=(rule,)), NOON)

        assert decision.rep_ids == ("carla",)
        assert decision.team_id == "drains"
        assert decision.why.because is Because.RULE
        assert decision.turn is None

    def test_a_rules_rep_who_is_away_has_a_cover_or_else_the_team(self):
        rule = Rule("r1", "To Ana", (), team_id="plumbing", rep_id="ana")

        covered = decide(snapshot(reps=cast(ana=OUT | {"cover_id": "mia"}), rules=(rule,)), NOON)
        alone = decide(snapshot(reps=cast(ana=OUT), rules=(rule,)), NOON)

        assert (covered.rep_ids, covered.why.because) == (("mia",), Because.COVER)
        assert (alone.rep_ids, alone.why.because, alone.why.rule_id) == (("ben",), Because.TURN, "r1")

    def test_a_rule_may_mark_urgent(self):
        rule = Rule("r1", "Water", (Condition("service", "contains", "leak"),), urgent=True)

        decision = decide(snapshot(lead={"fields": {"service": "Leaks"}}, rules=(rule,)), NOON)

        assert decision.urgent
        assert decision.policy == URGENT
        assert decision.why.rule_id is None

    def test_rules_that_lead_nowhere_are_recorded(self):
        rules = (
            Rule("gone", "Gone", (), team_id="gone"),
            Rule("odd", "Odd", (Condition("x", "??"),), team_id="plumbing"),
        )

        decision = decide(snapshot(rules=rules), NOON)

        assert decision.rep_ids == ("ana",)
        assert decision.why.skipped_rules == ("gone", "odd")


class TestClosed:
    def closed(self, after_hours, **facts):
        return team("ana", "ben", hours=CLOSED_TODAY, after_hours=after_hours, **facts)

    def test_holds_until_the_next_opening(self):
        decision = decide(snapshot(self.closed(AfterHours.HOLD)), NOON)

        assert isinstance(decision, Hold)
        assert decision.until == NOON.replace(day=24, hour=8)
        assert decision.accountable_id == "mia"
        assert decision.why.because is Because.CLOSED

    def test_holds_a_known_customers_lead_too(self):
        decision = decide(snapshot(self.closed(AfterHours.HOLD), lead={"contact_owner_id": "ana"}), NOON)

        assert isinstance(decision, Hold)

    def test_never_holds_an_urgent_lead(self):
        assert decide(snapshot(self.closed(AfterHours.HOLD), lead={"urgent": True}), NOON).rep_ids == ("ana",)

    def test_routes_when_told_to(self):
        assert decide(snapshot(self.closed(AfterHours.ROUTE)), NOON).rep_ids == ("ana",)

    def test_a_team_that_never_opens_holds_nothing(self):
        assert decide(snapshot(team("ana", hours={"mon": []}, after_hours=AfterHours.HOLD)), NOON).rep_ids == ("ana",)

    @pytest.mark.parametrize("urgent", [False, True])
    def test_whoever_is_on_call_gets_it_off_shift_or_not(self, urgent):
        on_call = self.closed(AfterHours.ON_CALL, on_call={"reps": ["carla"]})

        decision = decide(snapshot(on_call, reps=cast(carla={"shifts": CLOSED_TODAY}), lead={"urgent": urgent}), NOON)

        assert decision.rep_ids == ("carla",)
        assert decision.why.because is Because.ON_CALL

    def test_the_next_of_the_rota_is_asked_before_the_team_when_whoever_is_on_call_is_silent(self):
        on_call = self.closed(AfterHours.ON_CALL, on_call={"reps": ["ben", "carla"]})
        first = decide(snapshot(on_call), NOON)

        second = decide(snapshot(on_call, progress=after(first)), NOON)
        third = decide(snapshot(on_call, progress=after(second, asked={"carla"})), NOON)

        assert [(one.rep_ids, one.why.because) for one in (first, second, third)] == [
            (("carla",), Because.ON_CALL),
            (("ben",), Because.ON_CALL),
            (("ana",), Because.TURN),
        ]
        assert "Carla is on call and did not take it, so Ben is asked" in sentence(second.why, NAMES)

    def test_once_the_team_is_open_the_rota_is_over(self):
        on_call = team("ana", "ben", "carla", after_hours=AfterHours.ON_CALL, on_call={"reps": ["carla", "ben"]})
        progress = Progress("plumbing", None, 0, 0, frozenset({"carla"}))

        assert decide(snapshot(on_call, progress=progress), NOON).why.because is Because.TURN

    def test_the_cover_of_whoever_is_on_call_is_on_call(self):
        on_call = self.closed(AfterHours.ON_CALL, on_call={"reps": ["carla"]})

        decision = decide(snapshot(on_call, reps=cast(carla=OUT | {"cover_id": "ben"})), NOON)

        assert (decision.rep_ids, decision.why.because) == (("ben",), Because.ON_CALL)

    def test_without_anybody_on_call_it_is_routed(self):
        on_call = self.closed(AfterHours.ON_CALL, on_call={"reps": ["carla"]})

        assert decide(snapshot(on_call, reps=cast(carla=OUT)), NOON).rep_ids == ("ana",)

    def test_a_lead_on_its_way_is_not_stopped_by_closing_time(self):
        progress = Progress("plumbing", None, 0, 1, frozenset({"ana"}))

        assert decide(snapshot(self.closed(AfterHours.HOLD), progress=progress), NOON).rep_ids == ("ben",)


def test_without_any_team_there_is_nobody_to_decide_for():
    with pytest.raises(NoTeam):
        decide(Snapshot(snapshot().lead, {}, CAST, "plumbing"), NOON)


# --- Properties: odd facts of every kind -----------------------------------------------------------------------------

IDS = st.sampled_from(["ana", "ben", "carla", "mia", "ghost"])
MAYBE_ID = st.none() | IDS
WHEN = st.none() | st.integers(-90_000, 90_000).map(in_seconds)
HOURS = st.sampled_from([{}, CLOSED_TODAY, {"mon": []}, {"mon": "?"}, {"mon": [["08:00", "17:00"]]}, {"holidays": 3}])
TEXTS = st.sampled_from(["", "drains", "Select", "🚰", "boiler"])


def reps(id):
    return st.builds(
        Rep,
        id=st.just(id),
        name=st.just(id),
        active=st.booleans(),
        presence=st.sampled_from(Presence),
        presence_from=WHEN,
        presence_until=WHEN,
        cover_id=MAYBE_ID,
        reachable=st.booleans(),
        max_open=st.none() | st.just(1),
        open_count=st.integers(0, 2),
        services=st.lists(TEXTS, max_size=2).map(tuple),
        time_zone=st.sampled_from(["UTC", "Mars/Base", ""]),
        shifts=HOURS,
    )


STEPS = st.builds(
    Step, ask=st.sampled_from(Ask), seconds=st.integers(-1, 10**12), tries=st.integers(0, 3), rep_id=MAYBE_ID
)
POLICIES = st.builds(Policy, st.lists(STEPS, max_size=3).map(tuple), st.integers(-1, 10**12), st.integers(1, 9))
MEMBERS = st.lists(IDS, unique=True, max_size=5).flatmap(
    lambda ids: st.tuples(*(st.builds(Member, st.just(id), st.floats(0.1, 9), st.floats(0, 9), WHEN) for id in ids))
)
ON_CALL = st.builds(lambda ids: {"reps": ids}, st.lists(IDS, max_size=3))


def teams(id):
    return st.builds(
        team,
        id=st.just(id),
        fallback_id=IDS,
        policy=POLICIES,
        urgent_policy=POLICIES,
        virtual_time=st.floats(0, 20),
        hours=HOURS,
        after_hours=st.sampled_from(AfterHours),
        on_call=ON_CALL,
    ).flatmap(lambda one: MEMBERS.map(lambda members: replace(one, members=members)))


TEAM_IDS = st.none() | st.sampled_from(["plumbing", "drains", "gone"])
CONDITIONS = st.builds(Condition, st.just("service"), st.sampled_from(["is", "blank", "?"]), st.none() | TEXTS)
RULES = st.builds(
    Rule,
    id=st.just("r"),
    name=st.just("r"),
    when=st.lists(CONDITIONS, max_size=1).map(tuple),
    team_id=TEAM_IDS,
    rep_id=MAYBE_ID,
    urgent=st.booleans(),
)
PROGRESS = st.builds(
    Progress,
    team_id=TEAM_IDS,
    policy=st.none() | POLICIES,
    step=st.integers(-1, 5),
    tries=st.integers(0, 4),
    asked=st.frozensets(IDS),
    barred=st.frozensets(IDS),
)


@st.composite
def snapshots(draw):
    people = {id: draw(reps(id)) for id in ("ana", "ben", "carla", "mia")}
    lead = {
        "urgent": draw(st.booleans()),
        "fields": {"service": draw(TEXTS)},
        "source_team_id": draw(TEAM_IDS),
        "contact_owner_id": draw(MAYBE_ID),
    }
    rules = draw(st.lists(RULES, max_size=2).map(tuple))
    default = draw(st.sampled_from(["plumbing", "gone"]))
    progress = draw(PROGRESS)
    both = (draw(teams("plumbing")), draw(teams("drains")))
    return snapshot(*both, reps=people, lead=lead, rules=rules, default_team_id=default, progress=progress)


@given(snapshots())
def test_no_facts_are_too_odd_and_no_deadline_is_in_the_past(facts):
    decision = decide(facts, NOON)

    due = {Offer: "expires_at", Hold: "until", Queue: "ring_again_at"}[type(decision)]
    assert getattr(decision, due) > NOON
    assert decision.accountable_id
    assert decision.team_id in facts.teams


@given(snapshots())
def test_the_same_facts_give_the_same_decision(facts):
    assert decide(facts, NOON) == decide(facts, NOON)


@given(snapshots(), st.randoms(use_true_random=False))
def test_the_order_of_the_roster_changes_nothing(facts, random):
    def shuffled(one):
        return replace(one, members=tuple(random.sample(one.members, len(one.members))))

    turned = replace(
        facts,
        teams={id: shuffled(one) for id, one in facts.teams.items()},
        reps=dict(reversed(facts.reps.items())),
    )

    assert decide(turned, NOON) == decide(facts, NOON)


@given(snapshots())
def test_an_offer_goes_to_nobody_who_cannot_take_it(facts):
    decision = decide(facts, NOON)

    for rep_id in decision.rep_ids if isinstance(decision, Offer) else ():
        rep = facts.reps[rep_id]
        assert rep.active
        assert rep.reachable
        assert rep_id not in facts.progress.barred
        assert rep.max_open is None or rep.open_count < rep.max_open
        begun = rep.presence_from is None or rep.presence_from <= NOON
        over = rep.presence_until is not None and rep.presence_until <= NOON
        assert rep.presence is Presence.AVAILABLE or not begun or over


@given(snapshots())
def test_silence_always_ends_at_a_named_human(facts):
    longest = 2 + sum(
        max(step.tries, 0) for one in facts.teams.values() for p in (one.policy, one.urgent_policy) for step in p.steps
    )
    longest += sum(step.tries for step in facts.progress.policy.steps) if facts.progress.policy else 0
    decision = decide(facts, NOON)
    asked = facts.progress.asked

    for _ in range(longest):
        if isinstance(decision, Queue):
            break
        if isinstance(decision, Hold):
            return
        progress = after(decision, asked=asked, barred=facts.progress.barred)
        asked = progress.asked
        decision = decide(replace(facts, progress=progress), NOON)

    assert isinstance(decision, Queue)


@given(snapshots())
def test_everybody_in_the_team_is_accounted_for(facts):
    decision = decide(facts, NOON)

    if isinstance(decision, Queue) or (isinstance(decision, Offer) and decision.turn):
        considered = [one.rep_id for one in decision.why.considered]
        assert len(considered) == len(set(considered))
        assert {member.rep_id for member in facts.teams[decision.team_id].members} <= set(considered)
    assert all((one.reason is not None) == (one.verdict == "skipped") for one in decision.why.considered)


def test_the_usual_chain_is_the_rotation_and_then_the_fallback():
    assert USUAL.steps == (Step(Ask.ROTATION, 300, 2),)
