"""Calls: begun by a tap, ended by what came of them; a contact, the next call, or a number that is wrong."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Call, Event, Message, Task
from leadapp.routing.callbacks import MOST_CALLS
from leadapp.routing.values import CallResult, LeadState, TaskKind
from leadapp.workflow.calls import move_follow_up, record_call, start_call
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.escalation import advance_due_leads
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead, record_contact
from tests.builders import Office, make_lead, pending_offer, reread

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(app, clock):
    return Office(contact_seconds=600)


@pytest.fixture
def lead(office, clock):
    """Ana's."""
    return taken(clock, phone="+14155550123")


def taken(clock, **fields):
    lead = make_lead(**fields)
    accept_offer(pending_offer(lead).id, now=clock.now())
    return reread(lead.id)


def told(lead):
    """What the timeline says of calls."""
    rows = db.session.query(Event).filter_by(lead_id=lead.id, kind="called").order_by(Event.id)
    return [row.text for row in rows]


def to_do(lead):
    rows = db.session.query(Task).filter_by(lead_id=lead.id, done_at=None).populate_existing()
    return [(task.kind, task.due_at) for task in rows]


def calls(lead):
    return db.session.query(Call).filter_by(lead_id=lead.id).order_by(Call.id).populate_existing().all()


def test_a_tap_on_call_is_seen_by_the_others_and_twice_at_once_is_once(office, lead, clock):
    for _ in range(2):
        start_call(lead.id, now=clock.advance(1), actor_id=office.ana.id)

    assert told(lead) == ["Ana called the customer."]
    [call] = calls(lead)
    assert (call.rep_id, call.result) == (office.ana.id, None)


def test_a_call_later_on_is_another_one_and_still_one_question(office, lead, clock):
    start_call(lead.id, now=clock.now(), actor_id=office.ana.id)
    start_call(lead.id, now=clock.advance(300), actor_id=office.ana.id)

    assert told(lead) == ["Ana called the customer."] * 2
    [call] = calls(lead)
    assert call.started_at == clock.now()


def test_a_talk_is_the_contact(office, lead, clock):
    start_call(lead.id, now=clock.now(), actor_id=office.ana.id)

    record_call(lead.id, "talked", now=clock.advance(90), actor_id=office.ana.id)

    lead = reread(lead.id)
    assert (lead.state, lead.contacted_at, lead.next_due_at) == (LeadState.CONTACTED, clock.now(), None)
    assert [call.result for call in calls(lead)] == [CallResult.TALKED]


def test_a_talk_said_twice_is_told_once(office, lead, clock):
    for _ in range(2):
        record_call(lead.id, "talked", now=clock.advance(1), actor_id=office.ana.id)

    assert db.session.query(Event).filter_by(lead_id=lead.id, kind="contacted").count() == 1


def test_a_contact_that_is_noted_elsewhere_answers_the_question_too(office, lead, clock):
    start_call(lead.id, now=clock.now(), actor_id=office.ana.id)

    record_contact(lead.id, kind="call", now=clock.advance(5))

    assert [call.result for call in calls(lead)] == [CallResult.TALKED]


@pytest.mark.parametrize(
    ("result", "said"),
    [("voicemail", "Ana left a voicemail."), ("no_answer", "Ana got no answer.")],
)
def test_nobody_spoke_so_the_clock_moves_to_the_next_call(office, lead, clock, result, said):
    again_at = record_call(lead.id, result, now=clock.advance(60), actor_id=office.ana.id)

    lead = reread(lead.id)
    assert again_at == clock.now() + 30 * MINUTE
    assert (lead.state, lead.contacted_at, lead.next_due_at) == (LeadState.CLAIMED, None, again_at)
    assert to_do(lead) == [(TaskKind.FOLLOW_UP, again_at)]
    assert told(lead) == [f"{said} Next call today at 10:31 AM."]


def test_said_twice_at_once_it_is_one_call(office, lead, clock):
    first = record_call(lead.id, "voicemail", now=clock.now(), actor_id=office.ana.id)
    second = record_call(lead.id, "voicemail", now=clock.advance(5), actor_id=office.ana.id)

    assert (first, len(told(lead)), len(calls(lead))) == (second, 1, 1)


def test_said_by_two_taps_at_the_same_moment_it_is_one_call(app, office, lead, clock):
    barrier, lead_id, ana_id = threading.Barrier(2), lead.id, office.ana.id

    def tap():
        with app.app_context():
            barrier.wait()
            record_call(lead_id, "no_answer", now=clock.now(), actor_id=ana_id)
            db.session.remove()

    db.session.rollback()
    taps = [threading.Thread(target=tap) for _ in range(2)]
    for each in taps:
        each.start()
    for each in taps:
        each.join()

    assert len(calls(lead)) == len(told(lead)) == len(to_do(lead)) == 1


def test_a_person_says_when_the_next_call_is(office, lead, clock):
    at = clock.now() + timedelta(hours=4)

    record_call(lead.id, "voicemail", now=clock.now(), again_at=at, actor_id=office.ana.id)

    assert reread(lead.id).next_due_at == at


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=-1), "has passed"),
        (timedelta(days=4), "within 3 days"),
        (timedelta(hours=13), "in the night"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_is_kept(office, lead, clock, ahead, said):
    start_call(lead.id, now=clock.now(), actor_id=office.ana.id)
    before = reread(lead.id).next_due_at

    with pytest.raises(Invalid, match=said):
        record_call(lead.id, "voicemail", now=clock.now(), again_at=clock.now() + ahead, actor_id=office.ana.id)

    assert [call.result for call in calls(lead)] == [None]
    assert reread(lead.id).next_due_at == before


def test_the_next_call_can_be_moved_and_twice_to_the_same_time_is_once(office, lead, clock):
    record_call(lead.id, "voicemail", now=clock.now(), actor_id=office.ana.id)
    morning = clock.now() + timedelta(hours=22)

    for _ in range(2):
        move_follow_up(lead.id, morning, now=clock.advance(1), actor_id=office.ana.id)

    assert reread(lead.id).next_due_at == morning
    assert to_do(lead) == [(TaskKind.FOLLOW_UP, morning)]
    assert told(lead)[1:] == ["Ana moved the next call: tomorrow at 8:00 AM."]


def test_where_no_call_is_due_none_can_be_moved(office, lead, clock):
    with pytest.raises(Conflict):
        move_follow_up(lead.id, clock.now() + 30 * MINUTE, now=clock.now())


def test_a_wrong_number_leaves_the_clock_as_it_is(office, lead, clock):
    before = reread(lead.id).next_due_at

    assert record_call(lead.id, "wrong_number", now=clock.now(), actor_id=office.ana.id) is None

    assert (reread(lead.id).state, reread(lead.id).next_due_at) == (LeadState.CLAIMED, before)
    assert told(lead) == ["Ana was told that the number is wrong."]


def test_calls_without_end_do_not_keep_the_office_from_hearing_of_it(office, lead, clock):
    for _ in range(MOST_CALLS):
        due_at = record_call(lead.id, "no_answer", now=clock.advance(180), actor_id=office.ana.id)

    assert record_call(lead.id, "no_answer", now=clock.advance(180), actor_id=office.ana.id) is None

    assert reread(lead.id).next_due_at == due_at
    assert "do not move the clock any more" in told(lead)[-1]
    assert told(lead)[1].startswith("Ana got no answer (call 2).")


def test_a_lead_that_comes_to_another_starts_counting_anew(office, lead, clock):
    for _ in range(MOST_CALLS + 1):
        record_call(lead.id, "no_answer", now=clock.advance(180), actor_id=office.ana.id)
    assign_lead(lead.id, office.ben.id, now=clock.advance(180))

    assert record_call(lead.id, "no_answer", now=clock.advance(60), actor_id=office.ben.id) is not None


def test_after_a_talk_the_next_call_is_a_task_and_no_clock(office, lead, clock):
    record_call(lead.id, "talked", now=clock.now(), actor_id=office.ana.id)

    at = record_call(lead.id, "voicemail", now=clock.advance(3600), actor_id=office.ana.id)

    assert (reread(lead.id).state, reread(lead.id).next_due_at) == (LeadState.CONTACTED, None)
    assert to_do(lead) == [(TaskKind.FOLLOW_UP, at)]
    record_call(lead.id, "talked", now=clock.advance(3600), actor_id=office.ana.id)
    assert to_do(lead) == []


def test_the_office_calls_for_the_owner_who_keeps_the_task(office, lead, clock):
    record_call(lead.id, "voicemail", now=clock.now(), actor_id=office.mia.id)

    [task] = db.session.query(Task).filter_by(lead_id=lead.id, done_at=None)
    assert task.rep_id == office.ana.id
    assert told(lead)[0].startswith("Mia left a voicemail.")


def test_what_nobody_has_taken_or_what_is_over_takes_no_result(office, lead, clock):
    close_lead(lead.id, outcome="won", now=clock.now())
    untaken = make_lead(phone="+14155550199")

    for each in (lead, untaken):
        with pytest.raises(Conflict):
            record_call(each.id, "voicemail", now=clock.now())
    with pytest.raises(Invalid):
        record_call(untaken.id, "sang", now=clock.now())


def test_voicemail_then_half_an_hour_then_the_office_is_told(office, lead, clock):
    record_call(lead.id, "voicemail", now=clock.advance(300), actor_id=office.ana.id)

    clock.advance(600)  # the old contact clock would have run out
    assert advance_due_leads(clock.now(), 10) == 0
    clock.advance(1200)
    assert advance_due_leads(clock.now(), 10) == 1

    overdue = db.session.query(Message).filter(Message.cause.startswith(f"overdue:{lead.id}"))
    assert {message.rep_id for message in overdue} == {office.ana.id, office.mia.id}
    assert reread(lead.id).owner_id == office.ana.id
    assert reread(lead.id).next_due_at == clock.now() + 10 * MINUTE
