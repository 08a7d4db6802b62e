"""The outbox: what is due is leased once, sent once, recorded once, and dropped when it no longer matters."""

from __future__ import annotations

import threading
from datetime import timedelta

from leadapp.extensions import db
from leadapp.models import Event, Message, MessageState
from leadapp.notify import outbox
from leadapp.transaction import transaction
from leadapp.workflow.offers import pass_offer
from leadapp.workflow.receipts import message_shown
from tests.builders import make_lead, pending_offer
from tests.fakes import Answer
from tests.notify.conftest import message_about


def reread(message_id: str) -> Message:
    return db.session.get_one(Message, message_id, populate_existing=True)


def alert(clock) -> Message:
    """The message about a fresh offer to Ana."""
    return message_about(pending_offer(make_lead()).id)


def test_delivering_twice_sends_once(phone, clock):
    message = alert(clock)

    outbox.deliver(message.id, clock.now())
    outbox.deliver(message.id, clock.now())

    assert len(phone.pushes) == 1
    assert db.session.query(Event).filter_by(kind="alerted").count() == 1


def test_two_senders_at_once_send_once(app, phone, clock):
    message = alert(clock)
    barrier = threading.Barrier(4)

    def send() -> None:
        with app.app_context():
            barrier.wait()
            outbox.deliver(message.id, clock.now())

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(phone.pushes) == 1


def test_what_is_taken_is_not_given_to_the_next_who_asks(office, clock):
    make_lead(phone="+14155550123")

    first = outbox.take_due_messages(clock.now())
    second = outbox.take_due_messages(clock.now())

    assert len(first) == 2  # Ana's e-mail and the customer's text
    assert second == []


def test_no_more_is_taken_than_was_asked_for(office, clock):
    make_lead(phone="+14155550123")

    assert len(outbox.take_due_messages(clock.now(), 1)) == 1


def test_a_message_is_not_taken_before_it_is_due(office, clock):
    message = alert(clock)
    with transaction():
        reread(message.id).due_at = clock.now() + timedelta(seconds=5)

    assert outbox.take_due_messages(clock.now()) == []
    outbox.deliver(message.id, clock.now())
    assert reread(message.id).state == MessageState.PENDING

    clock.advance(5)
    assert outbox.take_due_messages(clock.now()) == [message.id]


def test_a_message_whose_sender_died_is_sent_after_its_lease(phone, clock):
    message = alert(clock)
    with transaction():
        row = reread(message.id)
        row.state, row.leased_until, row.attempts = MessageState.SENDING, clock.now() + timedelta(seconds=30), 1

    outbox.deliver(message.id, clock.now())
    assert phone.pushes == []
    assert outbox.take_due_messages(clock.now()) == []

    clock.advance(30)
    assert message.id in outbox.take_due_messages(clock.now())
    outbox.deliver(message.id, clock.now())
    assert len(phone.pushes) == 1


def test_a_sender_that_wakes_up_late_does_not_overwrite_who_took_over(app, phone, clock):
    message = alert(clock)

    def take_over() -> None:
        with app.app_context(), transaction():
            reread(message.id).attempts = 2

    phone.answers.append(Answer(meanwhile=take_over))
    outbox.deliver(message.id, clock.now())

    assert reread(message.id).state == MessageState.SENDING


def test_an_alert_about_an_offer_that_is_over_is_dropped(phone, clock):
    lead = make_lead()
    offer = pending_offer(lead)
    message = message_about(offer.id)
    pass_offer(offer.id, now=clock.now())

    outbox.deliver(message.id, clock.now())

    assert phone.pushes == []
    assert (reread(message.id).state, reread(message.id).sent_at) == (MessageState.DROPPED, None)


def test_a_message_that_is_too_late_is_dropped(phone, clock):
    message = alert(clock)
    clock.advance(300)

    outbox.deliver(message.id, clock.now())

    assert phone.pushes == []
    assert reread(message.id).state == MessageState.DROPPED


def test_a_receipt_that_overtakes_the_services_answer_is_kept(app, phone, clock):
    message = alert(clock)

    def show() -> None:
        with app.app_context():
            message_shown(message.receipt, clock.now())

    phone.answers.append(Answer(meanwhile=show))
    outbox.deliver(message.id, clock.now())

    row = reread(message.id)
    assert (row.state, row.sent_at, row.shown_at) == (MessageState.SHOWN, clock.now(), clock.now())


def test_texts_and_mails_are_kept_in_the_outbox_and_count_as_sent_at_once(office, clock):
    lead = make_lead(phone="+14155550123")

    for message_id in outbox.take_due_messages(clock.now()):
        outbox.deliver(message_id, clock.now())

    assert {m.state for m in db.session.query(Message).populate_existing()} == {MessageState.SENT}
    alerted = db.session.query(Event).filter_by(lead_id=lead.id, kind="alerted").one()
    assert alerted.text == "E-mail to Ana was written to the outbox."


def test_the_log_names_ids_and_nobody(office, clock, caplog):
    caplog.set_level("INFO", logger="leadapp.notify")
    make_lead(phone="+14155550123", name="Jo Secret")

    for message_id in outbox.take_due_messages(clock.now()):
        outbox.deliver(message_id, clock.now())

    lines = [r.getMessage() for r in caplog.records if r.name == "leadapp.notify.outbox"]
    assert [line.split()[0] for line in lines] == ["message_sent", "message_sent"]
    assert not any(word in line for line in lines for word in ("4155550123", "Secret", "@", "Ana"))


def test_a_sender_that_gives_up_says_so_on_the_timeline(phone, clock):
    phone.answers.append(Answer(410))
    message = alert(clock)

    outbox.deliver(message.id, clock.now())

    note = db.session.query(Event).filter_by(lead_id=message.lead_id, kind="note").one()
    assert note.text == "Push to Ana's phone was not sent. The push service answered 410."
