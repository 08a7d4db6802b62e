"""Many messages at once: none of them holds up another, and senders do not lock each other out."""

from __future__ import annotations

import threading

import psycopg
import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import event

from leadapp import jobs, postman
from leadapp.extensions import db
from leadapp.models import Channel, Event, Message, MessageState
from leadapp.notify import outbox, push
from leadapp.transaction import transaction
from leadapp.workflow.offers import pass_offer
from tests.builders import make_lead, pending_offer
from tests.fakes import Answer
from tests.notify.conftest import subscribe
from tests.waiting import wait_until


def messages(**columns) -> list[Message]:
    db.session.rollback()
    return db.session.query(Message).filter_by(**columns).order_by(Message.id).populate_existing().all()


def states(**columns) -> list[MessageState]:
    return [message.state for message in messages(**columns)]


@pytest.fixture
def two_phones(push_service, office, phone):
    """Ana's and Ben's; each has an alert waiting, Ana's first."""
    other = push_service.new_device()
    subscribe(office.ben, other)
    make_lead(), make_lead()
    first = messages(channel=Channel.PUSH)[0]
    return (phone, other) if first.rep_id == office.ana.id else (other, phone)


def test_a_push_that_stumbles_does_not_keep_the_next_from_leaving(two_phones, monkeypatch):
    webpush, stumbled = push.webpush, []

    def stumble_once(*args, **options):
        if not stumbled:
            stumbled.append(True)
            raise RuntimeError("a fault of ours")
        return webpush(*args, **options)

    monkeypatch.setattr(push, "webpush", stumble_once)
    jobs.deliver_due()

    assert states(channel=Channel.PUSH) == [MessageState.SENDING, MessageState.SENT]


def test_a_text_that_stumbles_does_not_keep_the_next_from_leaving(office, monkeypatch):
    make_lead(), make_lead()
    note_sent, [poisoned, _] = outbox.note_sent, messages()

    def stumble(message, *rest):
        if message.id == poisoned.id:
            raise RuntimeError("a fault of ours")
        note_sent(message, *rest)

    monkeypatch.setattr(outbox, "note_sent", stumble)
    jobs.deliver_due()

    assert states() == [MessageState.SENDING, MessageState.SENT]


def test_one_poisoned_text_of_many_keeps_nobody_waiting_and_is_tried_again(office, clock, monkeypatch, caplog):
    make_lead(), make_lead(), make_lead()
    note_sent, [_, poisoned, _] = outbox.note_sent, messages()

    def stumble(message, *rest):
        if message.id == poisoned.id:
            raise RuntimeError("a fault of ours")
        note_sent(message, *rest)

    with monkeypatch.context() as faulty:
        faulty.setattr(outbox, "note_sent", stumble)
        jobs.deliver_due()
    assert states() == [MessageState.SENT, MessageState.SENDING, MessageState.SENT]
    assert caplog.text.count("batch_not_delivered") == 1

    clock.advance(30)
    jobs.deliver_due()
    assert states() == [MessageState.SENT] * 3


def test_a_batch_is_one_transaction_however_many_there_are(office, clock):
    for number in range(8):
        make_lead(phone=f"+1415555012{number}")
    statements = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement.split()[0])

    assert deliver_batch(clock) == 16

    assert statements.count("SELECT") == 3  # what is due, its leads, the messages with all that is asked about them
    assert len(statements) <= 8
    assert {message.attempts for message in messages()} == {1}
    assert db.session.query(Event).filter_by(kind="alerted").count() == 8


def test_a_batch_takes_no_more_than_it_was_asked_for_and_the_oldest_first(office, clock):
    make_lead(), clock.advance(1), make_lead()

    assert outbox.deliver_at_once(clock.now(), limit=1) == 1

    assert states() == [MessageState.SENT, MessageState.PENDING]


def test_a_batch_drops_what_is_over_and_what_is_too_late(office, clock):
    passed, late, good = make_lead(), make_lead(), make_lead()
    pass_offer(pending_offer(passed).id, now=clock.now())
    [too_late] = messages(lead_id=late.id)
    with transaction():
        too_late.expires_at = clock.now()

    deliver_batch(clock)

    first, _next = messages(lead_id=passed.id)
    assert (first.state, first.error) == (MessageState.DROPPED, "The offer was passed.")
    assert [message.error for message in messages(lead_id=late.id)] == ["It was too late to send it."]
    assert states(lead_id=good.id) == [MessageState.SENT]


def test_a_batch_leaves_pushes_to_those_who_may_wait(two_phones, clock):
    assert deliver_batch(clock) == 0

    assert states(channel=Channel.PUSH) == [MessageState.PENDING] * 2


def test_two_batches_at_once_tell_everybody_once(app, office, clock):
    for _ in range(4):
        make_lead()
    barrier = threading.Barrier(3)

    def send() -> None:
        with app.app_context():
            barrier.wait()
            deliver_batch(clock)

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert {(message.state, message.attempts) for message in messages()} == {(MessageState.SENT, 1)}
    assert db.session.query(Event).filter_by(kind="alerted").count() == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_batch_passes_by_what_somebody_else_is_at(office, clock, server):
    make_lead(), make_lead()
    held, _ = messages()
    db.session.rollback()

    with psycopg.connect(server) as somebody:
        somebody.execute("SELECT id FROM messages WHERE id = %s FOR UPDATE", [held.id])
        assert deliver_batch(clock) == 1

    assert states() == [MessageState.PENDING, MessageState.SENT]


def test_a_text_leaves_while_a_push_is_waited_for(two_phones):
    first, _ = two_phones
    make_lead(phone="+14155550123")
    texts = []

    def look() -> None:
        texts.extend(wait_until(lambda: states(channel=Channel.SMS, state=MessageState.SENT), seconds=20))

    with_context(first, look)
    jobs.deliver_due()

    assert texts == [MessageState.SENT]


def test_pushes_leave_side_by_side(two_phones):
    together = threading.Barrier(2)
    for phone in two_phones:
        phone.answers.append(Answer(meanwhile=lambda: together.wait(20)))

    jobs.deliver_due()

    assert states(channel=Channel.PUSH) == [MessageState.SENT] * 2
    assert not together.broken


def test_no_more_pushes_are_begun_than_can_leave_at_once(app, two_phones, monkeypatch):
    monkeypatch.setattr(postman, "_PUSH_SENDERS", 1)
    first, _ = two_phones
    seen = []
    with_context(first, lambda: seen.extend(states(channel=Channel.PUSH)))

    jobs.deliver_due()

    assert seen == [MessageState.SENDING, MessageState.PENDING]
    assert states(channel=Channel.PUSH) == [MessageState.SENT] * 2


def test_a_push_that_cannot_be_prepared_keeps_no_other_from_leaving(two_phones, monkeypatch, clock, caplog):
    prepare, poisoned = push.PushTransport.prepare, messages(channel=Channel.PUSH)[0].id

    def stumble(self, message, now):
        if message.id == poisoned:
            raise RuntimeError("a fault of ours")
        return prepare(self, message, now)

    with monkeypatch.context() as faulty:
        faulty.setattr(push.PushTransport, "prepare", stumble)
        jobs.deliver_due()
    assert states(channel=Channel.PUSH) == [MessageState.PENDING, MessageState.SENT]
    assert caplog.text.count("messages_not_begun_together") == 1

    clock.advance(1)
    jobs.deliver_due()
    assert states(channel=Channel.PUSH) == [MessageState.SENT] * 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_batch_holds_its_leads_in_the_order_of_all_others(app, office, clock, server):
    first, second = make_lead(), make_lead()
    cross(messages(lead_id=first.id)[0], messages(lead_id=second.id)[0])
    db.session.rollback()

    def send() -> None:
        with app.app_context():
            deliver_batch(clock)

    sender = threading.Thread(target=send)
    with psycopg.connect(server) as other:
        other.execute("SELECT id FROM leads WHERE id = %s FOR UPDATE", [first.id])
        sender.start()
        wait_until(lambda: is_anybody_waiting(server))
        try:
            other.execute("SELECT id FROM leads WHERE id = %s FOR UPDATE NOWAIT", [second.id])
        except LockNotAvailable:
            pytest.fail("a sender holds the later lead while it waits for the earlier one")
        finally:
            other.rollback()
            sender.join()

    assert set(states()) == {MessageState.SENT}


@pytest.fixture
def server(app) -> str:
    return app.config["LEADAPP"].database_url.replace("postgresql+psycopg://", "postgresql://")


def deliver_batch(clock) -> int:
    return outbox.deliver_at_once(clock.now())


def with_context(device, look) -> None:
    """Looks at the database while the service is at this device's push."""
    app = jobs._application()

    def meanwhile() -> None:
        with app.app_context():
            look()

    device.answers.append(Answer(meanwhile=meanwhile))


def cross(one: Message, other: Message) -> None:
    """Makes the earlier message the one about the later lead."""
    swapped = {one.id: other.lead_id, other.id: one.lead_id}
    with transaction():
        for message_id, lead_id in swapped.items():
            db.session.get_one(Message, message_id).lead_id = lead_id


def is_anybody_waiting(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone()
    return found is not None
