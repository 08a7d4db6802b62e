"""A rep whose phone could not be rung is told another way, once, unless another of his phones was rung."""

from __future__ import annotations

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Channel, Message, MessageState, Rep
from leadapp.notify import outbox
from leadapp.notify.subscriptions import remove_subscription
from leadapp.transaction import transaction
from leadapp.workflow.alerts import test_alert as ring_for_a_test
from tests.builders import make_lead
from tests.fakes import Answer
from tests.notify.conftest import message_about, subscribe


@pytest.fixture
def anas_phone(office):
    with transaction():
        db.session.get_one(Rep, office.ana.id).phone = "+14155550100"


def not_pushed() -> list[Message]:
    db.session.rollback()
    return db.session.query(Message).filter(Message.channel != Channel.PUSH).populate_existing().all()


@pytest.mark.parametrize("answer", [Answer(410), Answer(403), Answer(503, {"Retry-After": "3600"})])
def test_a_push_that_fails_becomes_a_text(phone, anas_phone, answer):
    phone.answers.append(answer)
    lead = make_lead(service="Slow drain")

    jobs.deliver_due()

    [text] = not_pushed()
    failed = message_about(text.offer_id)
    assert (text.channel, text.to, text.state) == (Channel.SMS, "+14155550100", MessageState.SENT)
    assert (text.cause, text.lead_id, text.expires_at) == (failed.cause, lead.id, failed.expires_at)
    assert text.body == f"New lead: Slow drain\n{failed.body}\nhttp://localhost/my"


def test_without_a_number_it_becomes_an_e_mail(phone):
    phone.answers.append(Answer(410))
    make_lead()

    jobs.deliver_due()

    assert [(mail.channel, mail.to) for mail in not_pushed()] == [(Channel.EMAIL, "ana@example.com")]


def test_a_phone_signed_out_meanwhile_is_made_up_for_too(office, phone, anas_phone, clock):
    make_lead()
    remove_subscription(office.ana.id, phone.endpoint, clock.now())

    jobs.deliver_due()

    assert [text.channel for text in not_pushed()] == [Channel.SMS]


def test_nothing_is_texted_while_another_phone_may_ring(push_service, office, phone, anas_phone, clock):
    tablet = push_service.new_device()
    subscribe(office.ana, tablet)
    phone.answers.append(Answer(410))
    make_lead()

    for message_id in outbox.take_due_messages(clock.now()):
        outbox.deliver(message_id, clock.now())

    assert len(tablet.pushes) == 1
    assert not_pushed() == []


def test_when_the_last_phone_fails_one_text_is_sent(push_service, office, phone, anas_phone):
    tablet = push_service.new_device()
    subscribe(office.ana, tablet)
    phone.answers.append(Answer(410))
    tablet.answers.append(Answer(403))
    make_lead()

    jobs.deliver_due()

    assert len(not_pushed()) == 1


def test_a_push_that_will_be_tried_again_is_not_texted(phone, anas_phone):
    phone.answers.append(Answer(503))
    make_lead()

    jobs.deliver_due()

    assert not_pushed() == []


def test_a_test_alert_that_fails_is_not_texted(office, phone, anas_phone, clock):
    phone.answers.append(Answer(410))
    with transaction():
        ring_for_a_test(db.session.get_one(Rep, office.ana.id), clock.now())

    jobs.deliver_due()

    assert not_pushed() == []
