"""A provider that takes seconds to answer holds up its own messages and no push."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from leadapp.extensions import db
from leadapp.models import Channel, Message, MessageState
from leadapp.postman import Postman
from tests.builders import make_lead
from tests.notify.conftest import send_by_smtp, waiting_message
from tests.waiting import wait_until

MANY = 12  # more than a channel has senders
SLOW = 20.0


@pytest.fixture
def answer(app, office, twilio_api, post_office) -> Iterator[threading.Event]:
    """Until it is set, neither Twilio nor the mail server answers; twelve texts and mails wait for each."""
    may_answer = threading.Event()
    send_by_smtp(app, post_office.url())
    twilio_api.meanwhile = post_office.meanwhile = lambda: may_answer.wait(SLOW)
    for number in range(MANY):
        waiting_message(Channel.SMS, f"+1415555{number:04d}", "Hello")
        waiting_message(Channel.EMAIL, f"person{number}@example.com", "Hello")
    yield may_answer
    may_answer.set()


@pytest.fixture
def postman(app) -> Iterator[Postman]:
    stop = threading.Event()
    postman = Postman(app, stop)
    thread = threading.Thread(target=postman.run, daemon=True)
    thread.start()
    yield postman
    stop.set()
    thread.join(10)
    postman.finish(10)


def test_a_push_leaves_while_the_postman_waits_for_slow_texts_and_mails(office, phone, twilio_api, answer, postman):
    wait_until(lambda: len(states(Channel.SMS, MessageState.SENDING)) >= 2)
    wait_until(lambda: len(states(Channel.EMAIL, MessageState.SENDING)) >= 2)

    make_lead()
    postman.wake()

    wait_until(lambda: phone.pushes, seconds=SLOW / 2)
    assert not answer.is_set()
    assert states(Channel.SMS, MessageState.SENT) == states(Channel.EMAIL, MessageState.SENT) == []
    answer.set()
    wait_until(lambda: len(states(Channel.SMS, MessageState.SENT)) == MANY)
    wait_until(lambda: len(states(Channel.EMAIL, MessageState.SENT)) == MANY)


def states(channel: Channel, state: MessageState) -> list[MessageState]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message.state).filter_by(channel=channel, state=state)))
