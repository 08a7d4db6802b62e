"""What phones report: it counts once and never goes backwards."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Event, Message, MessageState
from leadapp.notify import outbox
from leadapp.transaction import transaction
from leadapp.workflow.receipts import message_opened, message_shown
from tests.builders import make_lead, pending_offer
from tests.notify.conftest import message_about


@pytest.fixture
def sent(phone, clock) -> Message:
    message = message_about(pending_offer(make_lead()).id)
    outbox.deliver(message.id, clock.now())
    return message


def reread(message: Message) -> Message:
    return db.session.get_one(Message, message.id, populate_existing=True)


def told(message: Message) -> list[str]:
    kinds = ("shown", "opened")
    events = db.session.query(Event).filter(Event.lead_id == message.lead_id, Event.kind.in_(kinds))
    return [event.text for event in events.order_by(Event.id)]


def test_shown_is_written_on_the_message_and_the_timeline_once(sent, clock):
    shown_at = clock.advance(1)
    message_shown(sent.receipt, shown_at)
    message_shown(sent.receipt, clock.advance(5))

    assert (reread(sent).state, reread(sent).shown_at) == (MessageState.SHOWN, shown_at)
    assert told(sent) == ["Ana's phone showed it."]


def test_opened_implies_shown_and_is_not_taken_back_by_a_late_shown(sent, clock):
    message_opened(sent.receipt, clock.advance(1))
    message_shown(sent.receipt, clock.advance(1))

    assert reread(sent).state == MessageState.OPENED
    assert reread(sent).shown_at == reread(sent).opened_at
    assert told(sent) == ["Ana opened the alert."]


def test_an_answered_message_stays_answered(sent, clock):
    with transaction():
        reread(sent).state = MessageState.ANSWERED

    message_opened(sent.receipt, clock.now())

    assert reread(sent).state == MessageState.ANSWERED
    assert reread(sent).opened_at == clock.now()


def test_an_unknown_receipt_changes_nothing(sent, clock):
    message_shown("no such receipt", clock.now())
    message_opened("\x00" * 5000, clock.now())

    assert reread(sent).state == MessageState.SENT
