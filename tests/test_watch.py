"""The watch: what it sees of the machine, what it sends itself, and what it leaves alone. Redis is always away here."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import event, select

from leadapp import postman, watch
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.machine.illness import Sends
from leadapp.models import Alarm, Channel, Message, MessageState, PushSubscription, VapidKey
from leadapp.notify import outbox
from leadapp.queries.vitals import count_sends, read_vitals
from leadapp.serving import watching
from leadapp.transaction import transaction
from leadapp.watch import Watch
from leadapp.workflow import incidents
from leadapp.workflow.pulses import beat
from tests.builders import Office, make_lead
from tests.waiting import wait_until


def write_message(clock, channel=Channel.SMS, **columns):
    now = clock.now()
    given = {"state": MessageState.FAILED, "failed_at": now, "error": "It said no.", "attempts": 1} | columns
    moments = {"created_at": now, "due_at": now, "expires_at": now + timedelta(hours=1)}
    with transaction():
        message = Message(receipt=new_id(), cause=new_id(), channel=channel, to="x", body="x", **moments, **given)
        db.session.add(message)
    return message


def make_device(rep, clock, **columns):
    keys = {"p256dh": "p", "auth": "a", "endpoint": f"https://push.example.com/{new_id()}", "key_id": "k"}
    with transaction():
        db.session.merge(VapidKey(id="k", public="p", private="p", created_at=clock.now()))
        db.session.flush()
        device = PushSubscription(rep_id=rep.id, created_at=clock.now(), seen_at=clock.now(), **keys, **columns)
        db.session.add(device)
    return device.id


def standing():
    db.session.rollback()
    return [alarm.kind.value for alarm in db.session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))]


def incident_messages():
    db.session.rollback()
    return [each for each in db.session.scalars(select(Message)) if each.cause.startswith(("alarm:", "over:"))]


def look_for(watch_, clock, seconds, *, alive=False):
    for _ in range(0, seconds, 5):
        clock.advance(5)
        if alive:
            beat("clock:host:1", now=clock.now(), lag_seconds=0.0)
        watch_.look()


@pytest.fixture
def redis_answers(monkeypatch):
    monkeypatch.setattr("leadapp.queries.vitals.redis_error", lambda: None)


def test_failed_sends_are_counted_by_channel_for_ten_minutes(app, clock):
    write_message(clock)
    write_message(clock, error="It said something else.")
    write_message(clock, Channel.EMAIL)
    write_message(clock, state=MessageState.SENT, sent_at=clock.now(), failed_at=None, error=None)

    assert count_sends(clock.now()) == {
        Channel.SMS: Sends(2, 1, "It said something else."),
        Channel.EMAIL: Sends(1, 0, "It said no."),
    }
    assert count_sends(clock.advance(600)) == {}


def test_a_message_that_is_tried_again_and_again_fails_too_and_one_that_failed_once_does_not(app, clock):
    waits = {"state": MessageState.PENDING, "failed_at": clock.now()}
    write_message(clock, attempts=1, **waits)
    write_message(clock, attempts=2, **waits)

    assert count_sends(clock.now())[Channel.SMS].failing == 1


def test_what_went_out_is_counted_on_request_where_nothing_fails(app, clock):
    write_message(clock, state=MessageState.SHOWN, sent_at=clock.now(), failed_at=None)

    assert count_sends(clock.now()) == {}
    assert count_sends(clock.now(), also=[Channel.SMS]) == {Channel.SMS: Sends(0, 1)}


def test_what_is_the_fault_of_a_person_or_has_an_alarm_of_its_own_is_no_failed_send(app, clock):
    office = Office()
    gone, refused, fine = (
        make_device(office.ana, clock, **columns)
        for columns in ({"removed_at": clock.now()}, {"refused_at": clock.now()}, {})
    )
    write_message(clock, nobody_there=True)
    write_message(clock, Channel.CALL, sent_at=clock.now(), error="It was reported as no-answer.")
    for device_id in (gone, refused, fine):
        write_message(clock, Channel.PUSH, subscription_id=device_id, rep_id=office.ana.id)

    assert count_sends(clock.now()) == {Channel.PUSH: Sends(1, 0, "It said no.")}


def test_the_outbox_says_when_a_try_failed(app, clock, monkeypatch):
    message = write_message(clock, Channel.PUSH, state=MessageState.PENDING, failed_at=None, attempts=0, error=None)
    later = clock.advance(7)
    device = make_device(Office().ana, clock)
    with transaction():
        db.session.get_one(Message, message.id).subscription_id = device  # its keys are none: it cannot be sent

    outbox.deliver(message.id, later)

    failed = db.session.get_one(Message, message.id, populate_existing=True)
    assert (failed.state, failed.failed_at) == (MessageState.FAILED, later)


def test_vitals_are_those_of_the_readiness_page(app, clock):
    Office(claim_seconds=60)
    make_lead()
    beat("clock:host:1", now=clock.advance(70), lag_seconds=0.5)

    vitals = read_vitals(clock.now())

    assert (vitals.lag, vitals.living_workers, vitals.redis_answers) == (timedelta(seconds=10), 1, False)


def test_a_worker_that_is_gone_is_noticed_within_a_minute_and_the_watch_itself_tells_the_owner(
    app, clock, redis_answers
):
    Office()
    beat("clock:host:1", now=clock.now(), lag_seconds=0.0)
    web = Watch(app, Event())

    look_for(web, clock, 40)
    assert standing() == []
    look_for(web, clock, 10)

    assert standing() == ["no_worker"]
    wait_until(lambda: [each.state for each in incident_messages()] == [MessageState.SENT])


def test_while_a_worker_lives_its_postman_sends_and_the_watch_only_what_he_leaves(app, clock):
    Office()
    web = Watch(app, Event())
    look_for(web, clock, 40, alive=True)
    assert standing() == ["redis_away"]
    assert [each.state for each in incident_messages()] == [MessageState.PENDING]

    look_for(web, clock, 15, alive=True)

    wait_until(lambda: [each.state for each in incident_messages()] == [MessageState.SENT])


def test_all_is_clear_when_a_worker_lives_again(app, clock, redis_answers):
    Office()
    web = Watch(app, Event())
    look_for(web, clock, 40)
    assert standing() == ["no_worker"]

    look_for(web, clock, 90, alive=True)

    assert standing() == []
    wait_until(lambda: [each.state for each in incident_messages()] == [MessageState.SENT] * 2)


def test_several_processes_send_each_message_once(app, clock, redis_answers, monkeypatch):
    Office()
    sent, deliver = [], outbox._prepare
    monkeypatch.setattr(outbox, "_prepare", lambda taken, now: sent.append(taken.message.id) or deliver(taken, now))
    watches = [Watch(app, Event()) for _ in range(4)]

    for _ in range(12):
        clock.advance(5)
        threads = [Thread(target=each.look) for each in watches]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    wait_until(lambda: [each.state for each in incident_messages()] == [MessageState.SENT])
    assert len(sent) == 1


def test_a_silent_provider_holds_up_no_look(app, clock, redis_answers, monkeypatch):
    Office()
    answers, waiting, web = Event(), [], Watch(app, Event())

    def be_silent(_message_id):
        waiting.append(threading.current_thread())
        answers.wait(5)

    monkeypatch.setattr(postman, "deliver_one", be_silent)
    look_for(web, clock, 40)
    answers.set()

    assert standing() == ["no_worker"]
    assert waiting
    assert threading.current_thread() not in waiting


def test_a_look_at_a_machine_that_is_well_writes_nothing_and_reads_five_times(app, clock, redis_answers):
    Office()
    beat("clock:host:1", now=clock.now(), lag_seconds=0.0)
    web, statements = Watch(app, Event()), []
    web.look()

    with listening(lambda statement: statements.append(statement)):
        web.look()

    said = [statement for statement in statements if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT"))]
    assert [statement.split()[0] for statement in said] == ["SELECT"] * len(said)
    assert len(said) <= 6


def test_a_database_that_is_away_is_logged_once_and_the_watch_goes_on(app, clock, monkeypatch, caplog):
    Office()
    stop, looks, find = Event(), [], incidents.find_standing

    def find_later():
        looks.append(1)
        if len(looks) < 4:
            raise OSError("the database is away")
        return find()

    monkeypatch.setattr(incidents, "find_standing", find_later)
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.0)
    caplog.set_level(logging.CRITICAL)
    thread = Thread(target=Watch(app, stop).run)
    thread.start()
    wait_until(lambda: len(looks) > 5)
    stop.set()
    thread.join()

    assert [record.message for record in caplog.records if record.name == "leadapp.watch"] == ["watch_sees_nothing"]


@pytest.fixture
def unwatched(monkeypatch):
    """As in a process that has just been forked; what is started is counted instead of run."""
    started = []
    monkeypatch.setattr(watching, "_watched_in", None)
    monkeypatch.setattr(Watch, "run", lambda self: started.append(self))
    return started


def test_a_web_process_starts_its_watch_with_its_first_request_and_once(app, unwatched):
    watched = watching.watched_from_first_request(app)
    assert unwatched == []

    for _ in range(3):
        watched.test_client().get("/healthz")

    wait_until(lambda: len(unwatched) == 1)
    watching.start_watch(app)
    assert len(unwatched) == 1


def test_a_process_that_was_forked_from_one_that_is_watched_starts_its_own(app, unwatched, monkeypatch):
    watching.start_watch(app)
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)

    watching.start_watch(app)

    wait_until(lambda: len(unwatched) == 2)


def test_making_the_application_starts_no_watch(app):
    app.test_client().get("/healthz")

    assert Watch.name not in {thread.name for thread in threading.enumerate()}


@contextmanager
def listening(hear):
    def note(_connection, _cursor, statement, *_rest):
        hear(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
