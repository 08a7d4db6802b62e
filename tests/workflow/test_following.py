"""Presence and shifts, declared and by themselves: what they do to the leads before a rep, and to those that wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from leadapp.extensions import db
from leadapp.models import Absence, BoardVersion, Lead, Membership, Rep, Task
from leadapp.queries.leads import lead_shape
from leadapp.routing.lifecycle import LeadEvent
from leadapp.routing.values import AfterHours, LeadState, OfferOutcome, Presence, TeamMode
from leadapp.transaction import transaction
from leadapp.workflow import coming_back, following, leaving
from leadapp.workflow.coming_back import free_soon
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.errors import Invalid
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.following import find_due_reps, follow_rep, next_change_at, put_off
from leadapp.workflow.locks import lock_lead
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead, take_queued
from leadapp.workflow.people import retire_rep, set_presence
from leadapp.workflow.taking import take
from tests.builders import Office, make_lead, make_rep, make_source, make_team, offers_of, pending_offer, reread

HOUR = timedelta(hours=1)


def the_rep(rep):
    return db.session.get_one(Rep, rep.id, populate_existing=True)


def sweep(clock):
    """What the clock does about people."""
    for rep_id in find_due_reps(clock.now(), 20):
        follow_rep(rep_id, clock.now())


def everybody_out(office, clock, **more):
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now(), **more)


class TestByItself:
    def test_an_absence_that_begins_moves_his_offers_on(self, app, clock):
        office = Office()
        set_presence(
            office.ana.id, state="out", now=clock.now(), start=clock.now() + HOUR, until=clock.now() + 9 * HOUR
        )
        clock.advance(3590)
        lead = make_lead()
        assert pending_offer(lead).rep_id == office.ana.id
        assert next_change_at() == clock.now() + timedelta(seconds=10)

        clock.advance(10)
        sweep(clock)

        assert pending_offer(lead).rep_id == office.ben.id
        assert offers_of(lead)[0].outcome is OfferOutcome.WITHDRAWN

    def test_an_absence_that_ends_makes_him_available_and_gives_him_the_oldest_waiting_lead(self, app, clock):
        office = Office()
        everybody_out(office, clock, until=clock.now() + HOUR)
        older, newer = make_lead(), make_lead()
        clock.advance(3600)

        sweep(clock)

        assert the_rep(office.ana).presence is the_rep(office.ben).presence is Presence.AVAILABLE
        assert pending_offer(older).rep_id == office.ana.id
        assert pending_offer(newer).rep_id == office.ben.id
        assert next_change_at() is None

    def test_a_shift_that_starts_gives_him_the_oldest_waiting_lead(self, app, clock):
        office = Office()
        change_rep(office.ben.id, {"shifts": {"sun": [["12:00", "18:00"]]}}, now=clock.now())
        set_presence(office.ana.id, state="out", now=clock.now())
        lead = make_lead()
        assert (lead.state, next_change_at()) == (LeadState.QUEUED, datetime(2026, 11, 22, 12, 0, tzinfo=UTC))

        clock.advance(7200)
        sweep(clock)

        assert pending_offer(lead).rep_id == office.ben.id
        assert reread(lead.id).why["sentence"] == "Ben is back and takes the lead that has waited longest."
        assert next_change_at() == datetime(2026, 11, 29, 12, 0, tzinfo=UTC)

    def test_a_rep_without_a_zone_of_his_own_has_his_teams(self, app, clock):
        office = Office(time_zone="America/New_York")
        change_rep(office.ben.id, {"shifts": {"sun": [["06:00", "18:00"]]}}, now=clock.now())
        set_presence(office.ana.id, state="out", now=clock.now())
        assert the_rep(office.ben).next_change_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
        assert make_lead().state is LeadState.QUEUED

        clock.advance(3600)

        assert make_lead().accountable_id == office.ben.id

    def test_a_rep_without_a_team_has_the_businesss_zone(self, app, clock):
        Office()
        with transaction():
            db.session.execute(db.text("UPDATE business SET time_zone = 'Asia/Tokyo'"))

        rep_id = create_rep({"name": "Zed", "shifts": {"mon": [["08:00", "17:00"]]}}, now=clock.now())

        assert db.session.get(Rep, rep_id).next_change_at == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)

    def test_shifts_are_looked_at_again_when_the_team_moves_to_another_zone(self, app, clock):
        office = Office()
        change_rep(office.ben.id, {"shifts": {"mon": [["08:00", "17:00"]]}}, now=clock.now())

        change_team(office.plumbing.id, {"time_zone": "Asia/Tokyo"}, now=clock.now())
        sweep(clock)

        assert the_rep(office.ben).next_change_at == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)

    def test_early_late_and_repeated_calls_are_harmless(self, app, clock):
        office = Office()
        everybody_out(office, clock, until=clock.now() + HOUR)
        first, _second = make_lead(), make_lead()
        follow_rep(office.ana.id, clock.now())
        assert reread(first.id).state is LeadState.QUEUED

        clock.advance(4000)
        for _ in range(3):
            follow_rep(office.ana.id, clock.now())

        assert [offer.rep_id for offer in offers_of(first)] == [office.ana.id]

    def test_what_a_process_that_died_left_undone_the_clock_does(self, app, clock, monkeypatch):
        office = Office()
        lead = make_lead()
        monkeypatch.setattr("leadapp.workflow.people.follow_rep", lambda *_, **__: 0)
        set_presence(office.ana.id, state="out", now=clock.now())
        assert pending_offer(lead).rep_id == office.ana.id

        sweep(clock)

        assert pending_offer(lead).rep_id == office.ben.id

    def test_one_who_cannot_be_followed_lets_others_go_first(self, app, clock):
        office = Office()
        everybody_out(office, clock, until=clock.now() + HOUR)
        clock.advance(3600)

        put_off(office.ana.id, clock.now())

        assert find_due_reps(clock.now(), 20) == [office.ben.id]
        assert next_change_at() == clock.now()

    def test_nothing_due_is_one_read(self, app, clock):
        Office()
        statements = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

        assert next_change_at() is None

        assert len([each for each in statements if each != "BEGIN"]) == 1

    def test_what_becomes_due_while_he_is_followed_is_not_forgotten(self, app, clock, monkeypatch):
        office = Office()
        offer_waiting = following.offer_waiting

        def free_him_meanwhile(rep_id, now):
            offer_waiting(rep_id, now)
            with transaction():
                free_soon(rep_id, clock.advance(1))

        monkeypatch.setattr(following, "offer_waiting", free_him_meanwhile)
        set_presence(office.ana.id, state="available", now=clock.now())

        assert the_rep(office.ana).next_change_at == clock.now()

    def test_who_has_been_due_longest_is_followed_first(self, app, clock):
        office = Office()
        set_presence(office.ben.id, state="busy", now=clock.now(), until=clock.now() + HOUR)
        set_presence(office.ana.id, state="busy", now=clock.now(), until=clock.now() + 2 * HOUR)
        clock.advance(9000)

        assert find_due_reps(clock.now(), 20) == [office.ben.id, office.ana.id]
        assert find_due_reps(clock.now(), 1) == [office.ben.id]

    def test_boards_are_told_when_he_goes_and_when_he_is_back_although_no_lead_moves(self, app, clock):
        office = Office()
        versions = [board_version()]

        set_presence(office.ana.id, state="busy", now=clock.now(), until=clock.now() + HOUR)
        versions.append(board_version())
        clock.advance(3600)
        sweep(clock)
        versions.append(board_version())

        assert versions == sorted(set(versions))

    def test_the_end_of_a_job_moves_nobodys_place_in_the_rotation(self, app, clock):
        office = Office()
        set_presence(office.ana.id, state="busy", now=clock.now(), until=clock.now() + HOUR)
        for _ in range(4):
            make_lead()
        before = place(office, office.ana)
        clock.advance(3600)

        sweep(clock)
        assert place(office, office.ana) == before
        set_presence(office.ana.id, state="busy", now=clock.now())
        set_presence(office.ana.id, state="available", now=clock.now())
        assert place(office, office.ana) == before

    def test_an_absence_that_ends_by_itself_joins_him_level(self, app, clock):
        office = Office()
        set_presence(office.ana.id, state="out", now=clock.now(), until=clock.now() + HOUR)
        for _ in range(4):
            make_lead()
        before = place(office, office.ana)
        clock.advance(3600)

        sweep(clock)

        assert place(office, office.ana) > before


class TestGoingAway:
    """Nothing of his waits for a clock to run out, and nothing is taken from others."""

    @pytest.mark.parametrize(("state", "said"), [("out", "Ana is out of office"), ("busy", "Ana is on a job")])
    def test_the_timeline_says_why_the_offer_was_withdrawn(self, app, clock, state, said):
        office = Office()
        lead = make_lead()

        set_presence(office.ana.id, state=state, now=clock.now())

        assert f"The offer to Ana was withdrawn: {said}." in texts(lead)
        assert not [text for text in texts(lead) if "answers for it" in text]

    def test_others_who_are_asked_at_the_same_time_keep_their_offers_and_their_time(self, app, clock):
        office = Office(mode=TeamMode.BROADCAST)
        lead = make_lead()
        due_at = lead.next_due_at
        clock.advance(10)

        change = set_presence(office.ana.id, state="out", now=clock.now())

        assert change.offers_moved == 0
        assert pending_offer(lead).rep_id == office.ben.id
        assert (reread(lead.id).state, reread(lead.id).next_due_at) == (LeadState.OFFERED, due_at)

    def test_until_it_has_moved_on_the_lead_is_due_and_the_fallbacks(self, app, clock, monkeypatch):
        office = Office()
        lead = make_lead()
        monkeypatch.setattr(following, "advance_lead", lambda *_: False)  # the process dies here
        clock.advance(10)

        set_presence(office.ana.id, state="out", now=clock.now())

        assert (reread(lead.id).accountable_id, reread(lead.id).next_due_at) == (office.mia.id, clock.now())

    @pytest.mark.parametrize("state", [LeadState.HELD, LeadState.QUEUED])
    def test_a_lead_that_waits_goes_to_the_cover_of_a_fallback_who_goes_away(self, app, clock, state):
        closed = {"hours": {"mon": [["08:00", "17:00"]]}, "after_hours": AfterHours.HOLD}
        office = Office(**(closed if state is LeadState.HELD else {}))
        everybody_out(office, clock)
        lead = make_lead()
        assert (lead.state, lead.accountable_id) == (state, office.mia.id)

        set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)

        assert (reread(lead.id).state, reread(lead.id).accountable_id) == (state, office.olivia.id)

    def test_a_lead_he_takes_from_the_queue_in_that_moment_does_not_ring_him_yet(self, app, clock, monkeypatch):
        office = Office()
        everybody_out(office, clock)
        lead = make_lead()

        monkeypatch.setattr(leaving, "lock_lead", taken_meanwhile_by(office.mia, clock))
        set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)

        assert reread(lead.id).owner_id == office.mia.id
        assert not [text for text in texts(lead) if "was rung again" in text]

    def test_a_lead_that_somebody_accepts_in_that_moment_is_his_to_answer_for(self, app, clock, monkeypatch):
        office = Office(mode=TeamMode.BROADCAST)
        lead = make_lead()

        monkeypatch.setattr(leaving, "lock_lead", taken_meanwhile_by(office.ana, clock))
        set_presence(office.mia.id, state="out", now=clock.now(), cover_id=office.olivia.id)

        assert reread(lead.id).accountable_id == office.ana.id

    def test_nothing_is_said_when_nobody_else_can_answer_for_it(self, app, clock):
        office = Office(mode=TeamMode.BROADCAST)
        set_presence(office.olivia.id, state="out", now=clock.now())
        lead = make_lead()

        set_presence(office.mia.id, state="out", now=clock.now())

        assert reread(lead.id).accountable_id == office.mia.id
        assert not [text for text in texts(lead) if "answers for it" in text]

    def test_who_leaves_for_good_hands_back_what_is_still_his_and_open(self, app, clock, monkeypatch):
        """What was read as his may be another's, or closed, by the time it is locked."""
        office = Office()
        closed, others = make_lead(), make_lead()
        assign_lead(closed.id, office.ana.id, now=clock.now())
        close_lead(closed.id, outcome="won", now=clock.now())
        assign_lead(others.id, office.ben.id, now=clock.now())
        monkeypatch.setattr(following, "owned_by", lambda _rep_id: select(Lead.id).order_by(Lead.id))

        retire_rep(office.ana.id, now=clock.now())

        assert (reread(closed.id).state, reread(closed.id).owner_id) == (LeadState.CLOSED, office.ana.id)
        assert (reread(others.id).state, reread(others.id).owner_id) == (LeadState.CLAIMED, office.ben.id)


class TestTheOldestWaitingLeadFirst:
    """chatwoot 10376, 10685: who comes back got the next new one, and the oldest waited on."""

    def test_who_is_back_by_his_own_word_gets_the_oldest_and_new_leads_go_in_turn(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        older = make_lead()
        clock.advance(60)
        make_lead()

        set_presence(office.ben.id, state="available", now=clock.now())

        assert pending_offer(older).rep_id == reread(older.id).accountable_id == office.ben.id

    def test_it_costs_no_turn(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        lead = make_lead()

        set_presence(office.ben.id, state="available", now=clock.now())

        assert pending_offer(lead).used_turn is False
        assert (reread(lead.id).step, reread(lead.id).tries) == (1, 0)

    def test_one_lead_at_a_time_and_the_next_when_he_has_answered(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        first, second, third = make_lead(), make_lead(), make_lead()
        set_presence(office.ben.id, state="available", now=clock.now())
        assert reread(second.id).state is LeadState.QUEUED

        accept_offer(pending_offer(first).id, now=clock.now())
        sweep(clock)
        assert pending_offer(second).rep_id == office.ben.id
        clock.advance(1)
        pass_offer(pending_offer(second).id, now=clock.now())
        sweep(clock)

        assert reread(second.id).state is LeadState.QUEUED
        assert pending_offer(third).rep_id == office.ben.id

    def test_when_he_is_silent_it_is_back_with_the_fallback_and_he_is_asked_for_no_other(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        first, second = make_lead(), make_lead()
        set_presence(office.ben.id, state="available", now=clock.now())
        clock.advance(300)

        advance_lead(first.id, clock.now())
        sweep(clock)

        assert (reread(first.id).state, reread(first.id).accountable_id) == (LeadState.QUEUED, office.mia.id)
        assert not offers_of(second)
        assert open_tasks(first) == [office.mia.id]

    def test_while_he_is_asked_the_fallback_has_no_task(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        lead = make_lead()
        assert open_tasks(lead) == [office.mia.id]

        set_presence(office.ben.id, state="available", now=clock.now())

        assert open_tasks(lead) == [office.ben.id]

    def test_a_lead_he_handed_back_or_let_run_out_does_not_come_again(self, app, clock):
        office = Office(tries=1, claim_seconds=60)
        lead = make_lead()
        advance_lead(lead.id, clock.advance(60))
        set_presence(office.ana.id, state="busy", now=clock.now())

        set_presence(office.ana.id, state="available", now=clock.now())

        assert reread(lead.id).state is LeadState.QUEUED

    def test_in_a_long_queue_those_he_was_asked_for_leave_room_for_others(self, app, clock, monkeypatch):
        office = Office()
        everybody_out(office, clock)
        first, second = make_lead(), make_lead()
        monkeypatch.setattr(coming_back, "_PAGE", 1)
        set_presence(office.ben.id, state="available", now=clock.now())
        clock.advance(1)

        pass_offer(pending_offer(first).id, now=clock.now())
        sweep(clock)

        assert pending_offer(second).rep_id == office.ben.id

    def test_an_answer_to_a_lead_of_the_rotation_brings_none_of_the_queue(self, app, clock):
        office = Office(tries=1, claim_seconds=60)
        missed = make_lead()
        advance_lead(missed.id, clock.advance(60))
        second = make_lead()
        assert pending_offer(second).rep_id == office.ben.id

        accept_offer(pending_offer(second).id, now=clock.now())
        sweep(clock)

        assert reread(missed.id).state is LeadState.QUEUED

    @pytest.mark.parametrize(
        "free",
        [
            lambda lead, office, now: record_contact(lead.id, kind="call", now=now),
            lambda lead, office, now: close_lead(lead.id, outcome="lost", now=now),
            lambda lead, office, now: release_lead(lead.id, reason="Too far", now=now),
            lambda lead, office, now: assign_lead(lead.id, office.mia.id, now=now),
        ],
        ids=["contact", "closure", "release", "assignment"],
    )
    def test_a_rep_who_is_no_longer_at_his_limit_gets_it(self, app, clock, free):
        office = Office()
        change_rep(office.ana.id, {"max_open": 1}, now=clock.now())
        taken = make_lead()
        accept_offer(pending_offer(taken).id, now=clock.now())
        set_presence(office.ben.id, state="out", now=clock.now())
        waiting = make_lead()
        assert waiting.state is LeadState.QUEUED

        free(taken, office, clock.now())
        sweep(clock)

        assert pending_offer(waiting).rep_id == office.ana.id

    def test_at_his_limit_he_gets_none(self, app, clock):
        office = Office()
        change_rep(office.ana.id, {"max_open": 1}, now=clock.now())
        accept_offer(pending_offer(make_lead()).id, now=clock.now())
        set_presence(office.ben.id, state="out", now=clock.now())
        waiting = make_lead()

        set_presence(office.ana.id, state="available", now=clock.now())

        assert reread(waiting.id).state is LeadState.QUEUED

    def test_who_joins_the_team_takes_what_waits(self, app, clock):
        office = Office()
        everybody_out(office, clock)
        lead = make_lead()

        rep_id = create_rep(
            {"name": "Carla", "email": "carla@example.com", "teams": [{"team": office.plumbing.id}]}, now=clock.now()
        )

        assert pending_offer(lead).rep_id == rep_id

    def test_who_may_have_any_number_is_brought_none_by_having_reached_a_customer(self, app, clock):
        office = Office(tries=1, claim_seconds=60)
        taken = make_lead()
        accept_offer(pending_offer(taken).id, now=clock.now())
        set_presence(office.ben.id, state="busy", now=clock.now())
        change_rep(office.ana.id, {"max_open": 1}, now=clock.now())
        waiting = make_lead()
        with transaction():
            the_rep(office.ana).max_open = None
        assert waiting.state is LeadState.QUEUED

        record_contact(taken.id, kind="call", now=clock.now())
        sweep(clock)

        assert reread(waiting.id).state is LeadState.QUEUED

    def test_a_lead_that_was_handed_back_by_another_since_may_come_again(self, app, clock):
        office = Office(tries=1, claim_seconds=60)
        lead = make_lead()
        advance_lead(lead.id, clock.advance(60))  # Ana was silent
        take_queued(lead.id, office.mia.id, now=clock.now())
        everybody_out(office, clock)
        clock.advance(1)
        release_lead(lead.id, reason="Too far", now=clock.now())
        assert reread(lead.id).state is LeadState.QUEUED

        set_presence(office.ana.id, state="available", now=clock.now())

        assert pending_offer(lead).rep_id == office.ana.id


class TestAbsences:
    def test_each_that_is_declared_is_kept_with_its_end(self, app, clock):
        office = Office()
        began = clock.now()
        set_presence(office.ana.id, state="busy", now=began, until=began + HOUR)
        clock.advance(600)
        set_presence(office.ana.id, state="available", now=clock.now())
        set_presence(office.ana.id, state="out", now=clock.now(), cover_id=office.ben.id)

        assert absences(office.ana) == [
            (Presence.BUSY, began, began + timedelta(seconds=600), None),
            (Presence.OUT, clock.now(), None, office.ben.id),
        ]

    def test_a_new_one_cuts_short_what_it_replaces(self, app, clock):
        office = Office()
        began = clock.now()
        set_presence(office.ana.id, state="busy", now=began, until=began + 2 * HOUR)

        set_presence(office.ana.id, state="out", now=began, start=began + HOUR, until=began + 9 * HOUR)

        assert absences(office.ana) == [
            (Presence.BUSY, began, began + HOUR, None),
            (Presence.OUT, began + HOUR, began + 9 * HOUR, None),
        ]
        assert the_rep(office.ana).presence is Presence.BUSY

    def test_a_job_is_no_end_of_a_holiday_that_is_planned(self, app, clock):
        office = Office()
        now = clock.now()
        holiday = {"start": now + 24 * HOUR, "until": now + 99 * HOUR, "cover_id": office.ben.id, "note": "Lake"}
        set_presence(office.ana.id, state="out", now=now, **holiday)
        set_presence(office.ana.id, state="busy", now=now, until=now + HOUR)
        assert the_rep(office.ana).presence is Presence.BUSY

        clock.advance(3600)
        sweep(clock)
        ana = the_rep(office.ana)
        assert (ana.presence, ana.presence_from, ana.cover_id) == (Presence.OUT, now + 24 * HOUR, office.ben.id)
        assert (ana.presence_note, ana.next_change_at) == ("Lake", now + 24 * HOUR)
        assert make_lead().accountable_id == office.ana.id

        clock.advance(23 * 3600)
        sweep(clock)
        assert make_lead().accountable_id == office.ben.id

    def test_being_back_from_a_job_is_no_end_of_it_either(self, app, clock):
        office = Office()
        now = clock.now()
        set_presence(office.ana.id, state="out", now=now, start=now + 24 * HOUR, until=now + 99 * HOUR)
        set_presence(office.ana.id, state="busy", now=now, until=now + HOUR)

        set_presence(office.ana.id, state="available", now=now)
        assert the_rep(office.ana).presence_from == now + 24 * HOUR
        set_presence(office.ana.id, state="available", now=now)

        assert the_rep(office.ana).presence is Presence.AVAILABLE

    def test_covers_in_a_circle_are_refused_also_when_only_the_plans_meet(self, app, clock):
        office = Office()
        now = clock.now()
        next_week = {"start": now + 168 * HOUR, "until": now + 200 * HOUR}
        set_presence(office.ben.id, state="out", now=now, cover_id=office.mia.id, **next_week)
        set_presence(office.mia.id, state="out", now=now, cover_id=office.ana.id, **next_week)

        with pytest.raises(Invalid, match="circle"):
            set_presence(office.ana.id, state="out", now=now, start=now + 190 * HOUR, cover_id=office.ben.id)
        set_presence(office.ana.id, state="out", now=now, until=now + 9 * HOUR, cover_id=office.ben.id)

        assert the_rep(office.ana).cover_id == office.ben.id

    @pytest.mark.parametrize("longer", [timedelta(0), HOUR, None])
    def test_a_job_lasts_until_a_planned_holiday_begins_at_most(self, app, clock, longer):
        office = Office()
        now, leaves_at, back_at = clock.now(), clock.now() + 8 * HOUR, clock.now() + 99 * HOUR
        set_presence(office.ana.id, state="out", now=now, start=leaves_at, until=back_at)

        set_presence(office.ana.id, state="busy", now=now, until=None if longer is None else leaves_at + longer)

        assert absences(office.ana) == [
            (Presence.BUSY, now, leaves_at, None),
            (Presence.OUT, leaves_at, back_at, None),
        ]

    def test_a_plan_that_was_dropped_stays_dropped_for_a_clock_that_is_a_little_behind(self, app, clock):
        office = Office()
        now = clock.now()
        set_presence(office.ana.id, state="out", now=now, start=now + 24 * HOUR, until=now + 48 * HOUR)
        set_presence(office.ana.id, state="available", now=now + timedelta(seconds=1))

        set_presence(office.ana.id, state="out", now=now, start=now + 72 * HOUR)

        assert the_rep(office.ana).presence_from == now + 72 * HOUR

    def test_an_absence_that_is_said_to_have_begun_begins_now(self, app, clock):
        office = Office()

        set_presence(office.ana.id, state="out", now=clock.now(), start=clock.now() - HOUR)

        assert absences(office.ana) == [(Presence.OUT, clock.now(), None, None)]

    @pytest.mark.parametrize("begins", [-HOUR, timedelta(0), HOUR])
    def test_one_that_ends_when_it_begins_is_refused(self, app, clock, begins):
        office = Office()
        start = clock.now() + begins

        with pytest.raises(Invalid) as refused:
            set_presence(office.ana.id, state="out", now=clock.now(), start=start, until=start)

        assert refused.value.errors[0][0] == "until"

    def test_covers_who_are_away_one_after_the_other_are_no_circle(self, app, clock):
        office = Office()
        now = clock.now()
        set_presence(office.ben.id, state="out", now=now, until=now + 24 * HOUR, cover_id=office.mia.id)
        later = {"start": now + 24 * HOUR, "until": now + 48 * HOUR}
        set_presence(office.mia.id, state="out", now=now, cover_id=office.ana.id, **later)

        set_presence(office.ana.id, state="out", now=now, until=now + 48 * HOUR, cover_id=office.ben.id)

        assert the_rep(office.ana).cover_id == office.ben.id

    def test_a_circle_among_others_that_arose_anyway_keeps_nobody_from_naming_a_cover(self, app, clock):
        office = Office()
        set_presence(office.ben.id, state="out", now=clock.now(), cover_id=office.mia.id)
        set_presence(office.mia.id, state="out", now=clock.now())
        with transaction():
            db.session.query(Absence).filter_by(rep_id=office.mia.id).update({"cover_id": office.ben.id})

        set_presence(office.ana.id, state="out", now=clock.now(), cover_id=office.ben.id)

        assert the_rep(office.ana).cover_id == office.ben.id

    def test_who_has_left_covers_for_nobody(self, app, clock):
        office = Office()
        retire_rep(office.ben.id, now=clock.now())

        with pytest.raises(Invalid, match="no active person"):
            set_presence(office.ana.id, state="out", now=clock.now(), cover_id=office.ben.id)

    def test_with_an_absence_its_cover_and_its_note_are_over(self, app, clock):
        office = Office()
        away = {"until": clock.now() + HOUR, "cover_id": office.ben.id, "note": "Dentist"}
        set_presence(office.ana.id, state="out", now=clock.now(), **away)
        clock.advance(3600)

        sweep(clock)

        assert (the_rep(office.ana).cover_id, the_rep(office.ana).presence_note) == (None, None)


def absences(rep):
    rows = db.session.query(Absence).filter_by(rep_id=rep.id).order_by(Absence.starts_at, Absence.id).all()
    return [(row.state, row.starts_at, row.ends_at, row.cover_id) for row in rows]


def open_tasks(lead):
    return [task.rep_id for task in db.session.query(Task).filter_by(lead_id=lead.id, done_at=None)]


def test_a_fallback_on_a_job_keeps_what_waits_and_is_not_rung_for_it(app, clock):
    office = Office()
    everybody_out(office, clock)
    lead = make_lead()
    before = lead_shape(lead.id)["timeline"]
    clock.advance(5)

    set_presence(office.mia.id, state="busy", until=clock.now() + HOUR, now=clock.now())

    assert lead_shape(lead.id)["timeline"] == before
    assert reread(lead.id).accountable_id == office.mia.id


def test_whoever_is_back_gets_the_lead_he_can_take_however_long_the_queue(app, clock, monkeypatch):
    monkeypatch.setattr(coming_back, "_PAGE", 2)
    office = Office()
    change_rep(office.ana.id, {"services": ["Roofing"]}, now=clock.now())
    change_rep(office.ben.id, {"services": ["Plumbing"]}, now=clock.now())
    everybody_out(office, clock)
    for number in range(5):
        make_lead(service="Roofing", name=f"Roof {number}")
    his = make_lead(service="Plumbing")

    set_presence(office.ben.id, state="available", now=clock.advance(60))

    assert pending_offer(his).rep_id == office.ben.id


def test_two_who_go_away_at_one_moment_do_not_wait_for_each_other_in_a_circle(app, clock):
    """Each is asked for one lead and answers for the other's."""
    office = Office()
    noa = make_rep("Noa", roles=["office"])
    for _ in range(4):
        asked, answered = (
            make_team(f"{keeper.name} {clock.advance(1)}", [rep], keeper, mode="broadcast")
            for rep, keeper in ((office.mia, noa), (noa, office.mia))
        )
        for team in (asked, answered):
            make_lead(through=make_source(f"For {team.name}", team_id=team.id))

    def go_away(rep):
        with app.app_context():
            return set_presence(rep.id, state="out", now=clock.now()).offers_moved

    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(go_away, (office.mia, noa)))

    assert moved == [4, 4]


def taken_meanwhile_by(rep, clock):
    """Stands in for `lock_lead`, that waits until whoever takes the lead at the same moment has it."""

    def lock(lead_id):
        lead = lock_lead(lead_id)
        take(lead, the_rep(rep), LeadEvent.ACCEPT, clock.now())
        return lead

    return lock


def board_version():
    return db.session.scalar(select(BoardVersion.version))


def place(office, rep):
    """Where the rep stands in the rotation."""
    return db.session.get_one(Membership, (office.plumbing.id, rep.id), populate_existing=True).virtual_start


def texts(lead):
    return [row["text"] for row in lead_shape(lead.id)["timeline"]]
