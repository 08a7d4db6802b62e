"""A provider that has something against our account: the owners are told once, and it ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Alarm, AlarmKind, Channel, Message, MessageState, Rep
from leadapp.transaction import transaction
from leadapp.workflow.refusals import review_providers
from tests.builders import Office

WRONG_LOGIN, FILTERED = "Twilio refuses us: the token is wrong (20003).", "Twilio refuses us: filtered (30007)."


@pytest.fixture
def office(app, clock) -> Office:
    return Office()


def message(clock, channel: Channel = Channel.SMS, **columns) -> None:
    now = clock.advance(1)
    columns = {"state": MessageState.SENT, "sent_at": now} | columns
    with transaction():
        db.session.add(
            Message(
                id=new_id(), receipt=new_id(), cause=new_id(), channel=channel, to="+14155550142", body="", data={},
                created_at=now, due_at=now, expires_at=now + timedelta(hours=1), **columns,
            )
        )  # fmt: skip


def refuse(clock, channel: Channel = Channel.SMS, error: str = WRONG_LOGIN, **columns) -> None:
    message(clock, channel, state=MessageState.FAILED, refused=True, error=error, **{"sent_at": None} | columns)


def standing() -> list[tuple[str, str]]:
    alarms = select(Alarm).where(Alarm.kind == AlarmKind.PROVIDER_REFUSED, Alarm.cleared_at.is_(None))
    return [(alarm.subject, alarm.text) for alarm in db.session.scalars(alarms.order_by(Alarm.id))]


def told() -> list[tuple[str, str]]:
    to = select(Rep.name, Message.channel).join(Message, Message.rep_id == Rep.id)
    rows = db.session.execute(to.where(Message.cause.startswith("alarm:provider_refused")).order_by(Message.id))
    return [(name, channel.value) for name, channel in rows]


def test_an_alarm_says_what_is_wrong_and_the_owners_are_told_once(office, clock):
    for _ in range(3):
        refuse(clock)
        review_providers(clock.now())

    assert standing() == [("sms", f"Texts do not leave. {WRONG_LOGIN}")]
    assert told() == [("Olivia", "email")]


def test_another_reason_is_shown_and_nobody_is_told_again(office, clock):
    for error in (WRONG_LOGIN, FILTERED):
        refuse(clock, error=error)
        review_providers(clock.now())

    assert standing() == [("sms", f"Texts do not leave. {FILTERED}")]
    assert len(told()) == 1


def test_each_channel_has_an_alarm_of_its_own(office, clock):
    refuse(clock)
    refuse(clock, Channel.EMAIL, "The mail server answered 535.")

    review_providers(clock.now())

    assert sorted(standing()) == [
        ("email", "E-mail does not leave. The mail server answered 535."),
        ("sms", f"Texts do not leave. {WRONG_LOGIN}"),
    ]


def test_it_is_over_when_a_text_is_taken_again(office, clock):
    refuse(clock)
    review_providers(clock.now())

    message(clock, Channel.CALL)
    review_providers(clock.now())
    assert len(standing()) == 1

    message(clock)
    review_providers(clock.now())
    assert standing() == []


def test_texts_that_carriers_hold_back_are_an_alarm_until_more_arrive_than_that(office, clock):
    refuse(clock, error=FILTERED, sent_at=clock.now())
    review_providers(clock.now())
    assert len(standing()) == 1

    for more in (1, 0):
        message(clock, state=MessageState.SHOWN, shown_at=clock.now())
        review_providers(clock.now())
        assert len(standing()) == more


def test_single_texts_held_back_among_many_that_arrive_are_told_to_nobody(office, clock):
    for hour in range(30):
        for _ in range(3):
            message(clock, state=MessageState.SHOWN, shown_at=clock.now())
        if hour % 3 == 0:
            refuse(clock, error=FILTERED, sent_at=clock.now())
        review_providers(clock.advance(3600))

    assert told() == []


@pytest.mark.parametrize("sent", [True, False])
def test_a_refusal_of_a_channel_that_nobody_uses_any_more_is_forgotten(office, clock, sent):
    refuse(clock, Channel.CALL, sent_at=clock.now() if sent else None)
    review_providers(clock.now())
    assert len(standing()) == 1

    review_providers(clock.advance(8 * 86_400))

    assert standing() == []


def test_what_was_only_taken_does_not_make_up_for_it(office, clock):
    refuse(clock, error=FILTERED, sent_at=clock.now())
    message(clock)
    clock.advance(3600)

    review_providers(clock.now())

    assert len(standing()) == 1


def test_texts_that_fail_for_the_numbers_sake_sound_no_alarm(office, clock):
    message(clock, state=MessageState.FAILED, sent_at=None, nobody_there=True)

    review_providers(clock.now())

    assert standing() == []
