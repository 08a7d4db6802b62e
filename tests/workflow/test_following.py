"""Presence and shifts, declared and by themselves: what they do to the leads before a rep, and to those that wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from leadapp.extensions import db
from leadapp.models import Absence, Rep, Task
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import LeadState, OfferOutcome, Presence
from leadapp.transaction import transaction
from leadapp.workflow import coming_back
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.errors import Invalid
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.following import find_due_reps, follow_rep, next_change_at, put_off
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact, release_lead
from leadapp.workflow.people import set_presence
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

        rep_id = create_rep({"name": "Carla", "teams": [{"team": office.plumbing.id}]}, now=clock.now())

        assert pending_offer(lead).rep_id == rep_id


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
