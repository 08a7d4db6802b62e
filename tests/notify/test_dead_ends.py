"""What providers answer becomes whether a rep can be reached: as the doors, the outbox and the clock bring it about."""

from __future__ import annotations

from threading import Event

import pytest
from sqlalchemy import select

from leadapp import jobs, sweep
from leadapp.extensions import db
from leadapp.models import Alarm, AlarmKind, Channel, Rep
from leadapp.sweep import Clock
from leadapp.transaction import transaction
from leadapp.workflow import reachability
from leadapp.workflow.opting_out import opt_out
from leadapp.workflow.receipts import message_shown
from tests.builders import make_lead
from tests.fakes import Answer
from tests.notify.conftest import deliver, send_by_smtp, sign_in, subscribe, subscription_of, waiting_message
from tests.notify.twilio_api import Said

PHONE = "+14155550101"


@pytest.fixture
def clock_loop(app, monkeypatch) -> Clock:
    """Looks at every sweep, instead of every few seconds."""
    monkeypatch.setattr(sweep, "LOOK_SECONDS", 0.0)
    return Clock(app, Event())


@pytest.fixture
def no_mail_for_ana(office) -> None:
    give(office.ana, email=None)


def give(rep: Rep, **channels: str | None) -> None:
    with transaction():
        for name, value in channels.items():
            setattr(db.session.get_one(Rep, rep.id), name, value)


def leave_only_a_number_that_opted_out(rep: Rep, phone: str, clock) -> None:
    give(rep, email=None, phone=phone)
    with transaction():
        opt_out(phone, "texted 'STOP'", clock.now())


def is_reachable(rep: Rep) -> bool:
    db.session.rollback()
    return db.session.get_one(Rep, rep.id, populate_existing=True).reachable


def standing() -> list[tuple[AlarmKind, str]]:
    db.session.rollback()
    found = db.session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))
    return [(alarm.kind, alarm.subject) for alarm in found]


def ring(rep: Rep, device) -> str:
    """A push that may be shown for an hour; its receipt."""
    device_id = subscription_of(device).id
    about = {"rep_id": rep.id, "subscription_id": device_id, "data": {"title": "New lead", "tag": "offer"}}
    return deliver(waiting_message(Channel.PUSH, device_id, "Hello", **about)).receipt


def test_a_phone_that_shows_nothing_three_times_is_found_by_the_clock(
    office, phone, no_mail_for_ana, clock, clock_loop
):
    for _ in range(3):
        receipt = ring(office.ana, phone)
        clock.advance(3600)
    clock_loop._sweep()
    assert not is_reachable(office.ana)

    message_shown(receipt, clock.now())

    assert is_reachable(office.ana)


def test_a_phone_that_is_gone_is_found_by_the_clock(office, phone, no_mail_for_ana, clock_loop):
    phone.answers.append(Answer(410))
    make_lead()
    jobs.deliver_due()

    clock_loop._sweep()

    assert standing() == [(AlarmKind.REP_UNREACHABLE, office.ana.id)]


def test_the_door_that_keeps_a_device_makes_its_rep_reachable_and_the_one_that_removes_it_takes_that_back(
    app, office, push_service, no_mail_for_ana, client, clock
):
    app.config["WTF_CSRF_ENABLED"] = False
    device = push_service.new_device()
    sign_in(client, office.ana)
    client.put("/push/subscription", json=device.to_json())

    client.delete("/push/subscription", json={"endpoint": device.endpoint})
    assert not is_reachable(office.ana)

    client.put("/push/subscription", json=device.to_json())
    assert is_reachable(office.ana)


@pytest.mark.parametrize(("code", "is_left"), [(21610, False), (30005, False), (21617, True)])
def test_a_number_is_dead_when_twilio_says_so_and_not_when_the_text_was_wrong(
    office, no_mail_for_ana, twilio_api, clock_loop, code, is_left
):
    give(office.ana, phone=PHONE)
    twilio_api.answers.append(Said(400, code))

    deliver(waiting_message(Channel.SMS, PHONE, "Hello", rep_id=office.ana.id))
    clock_loop._sweep()

    assert is_reachable(office.ana) is is_left


@pytest.mark.parametrize(("command", "answer", "is_left"), [
    ("RCPT", "550 no such person", False), ("RCPT", "450 later", True), ("MAIL", "550 not from you", True)
])  # fmt: skip
def test_an_address_is_dead_when_its_server_says_so_and_not_when_it_will_not_talk_to_us(
    app, office, post_office, clock_loop, command, answer, is_left
):
    send_by_smtp(app, post_office.url(query="?from=leads@example.org"))
    post_office.answers[command] = answer

    deliver(waiting_message(Channel.EMAIL, "ana@example.com", "Hello", rep_id=office.ana.id))
    clock_loop._sweep()

    assert is_reachable(office.ana) is is_left


def test_refused_pushes_sound_one_alarm_for_all_phones_until_they_go_through_again(
    office, push_service, phone, clock, clock_loop
):
    bens = push_service.new_device()
    subscribe(office.ben, bens)
    for device in (phone, bens):
        device.answers.append(Answer(403))
    ring(office.ana, phone), ring(office.ben, bens)
    clock_loop._sweep()
    assert standing() == [(AlarmKind.PUSH_REFUSED, subscription_of(phone).key_id)]

    ring(office.ana, phone), ring(office.ben, bens)
    clock_loop._sweep()

    assert standing() == []


def test_one_rep_who_cannot_be_looked_at_holds_up_nobody(app, office, clock_loop, monkeypatch, clock):
    for rep, phone in ((office.ana, "+14155550101"), (office.ben, "+14155550102")):
        leave_only_a_number_that_opted_out(rep, phone, clock)
    review = reachability.review_rep

    def stumble(rep_id, now):
        if rep_id == office.ana.id:
            raise ValueError("poisoned")
        review(rep_id, now)

    monkeypatch.setattr(reachability, "review_rep", stumble)
    clock_loop._sweep()

    assert (is_reachable(office.ana), is_reachable(office.ben)) == (True, False)


def test_nobody_is_looked_at_all_the_time(app, office, clock):
    loop = Clock(app, Event())
    loop._sweep()
    leave_only_a_number_that_opted_out(office.ana, PHONE, clock)

    loop._sweep()

    assert is_reachable(office.ana)
