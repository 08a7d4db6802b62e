"""What providers answer and report counts as a send that fails, or is somebody's own fault."""

from __future__ import annotations

import pytest

from leadapp.models import Channel, Message
from leadapp.notify.delivery import record_report
from leadapp.queries.vitals import count_sends
from tests.notify.conftest import deliver, waiting_message
from tests.notify.twilio_api import Said

PHONE = "+14155550101"


def failing(clock):
    return {channel: sends.failing for channel, sends in count_sends(clock.now()).items() if sends.failing}


def test_a_text_that_twilio_will_not_take_now_fails_when_it_is_refused_again(office, twilio_api, clock):
    twilio_api.answers += [Said(503), Said(503)]
    text = waiting_message(Channel.SMS, PHONE, "Hello")

    deliver(text)
    assert failing(clock) == {}
    clock.advance(60)
    deliver(text)

    assert failing(clock) == {Channel.SMS: 1}


@pytest.mark.parametrize(("code", "counts"), [(20003, True), (21614, False), (21610, False)])
def test_a_wrong_login_is_our_fault_and_a_dead_number_is_not(office, twilio_api, clock, code, counts):
    twilio_api.answers.append(Said(400, code))

    deliver(waiting_message(Channel.SMS, PHONE, "Hello"))

    assert failing(clock) == ({Channel.SMS: 1} if counts else {})


@pytest.mark.parametrize(
    ("channel", "status", "code", "counts"),
    [
        (Channel.SMS, "undelivered", 30034, True),  # the number is not registered with the carriers
        (Channel.SMS, "undelivered", 30005, False),
        (Channel.CALL, "no-answer", None, False),
    ],
)
def test_what_is_reported_later_counts_unless_nobody_is_there(office, twilio_api, clock, channel, status, code, counts):
    message = deliver(waiting_message(channel, PHONE, "Hello"))

    record_report(Message.id == message.id, status, code, clock.advance(5))

    assert failing(clock) == ({channel: 1} if counts else {})
