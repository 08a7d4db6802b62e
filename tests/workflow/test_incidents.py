"""The last resort is told of an ill machine once, by everything that may still work, and once that it is well again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.machine.illness import NO_WORKER, REDIS_AWAY, Limits, Sends, Vitals, failing_sends, signs
from leadapp.machine.incidents import View
from leadapp.models import Alarm, Business, Channel, Message, MessageState, PushSubscription, Rep, VapidKey
from leadapp.notify import outbox
from leadapp.notify.outcomes import Retry
from leadapp.queries import lists
from leadapp.queries.board import board, board_version
from leadapp.transaction import transaction
from leadapp.workflow import incidents
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead

LIMITS = Limits()
SILENT = Vitals(timedelta(), 0, True)
WELL = Vitals(timedelta(), 1, True)
PHONE = "+14155550100"
TEXTS, MAIL = failing_sends(Channel.SMS), failing_sends(Channel.EMAIL)


@pytest.fixture
def office(app, clock) -> Office:
    """Olivia, the owner, has two phones with alerts, a number and an e-mail address."""
    office = Office()
    with transaction():
        db.session.get_one(Rep, office.olivia.id).phone = PHONE
    office.devices = {make_device(office.olivia, clock) for _ in range(2)}
    return office


def make_device(rep, clock):
    keys = {"p256dh": "p", "auth": "a", "endpoint": f"https://push.example.com/{new_id()}"}
    with transaction():
        if db.session.get(VapidKey, "k") is None:
            db.session.add(VapidKey(id="k", public="p", private="p", created_at=clock.now()))
            db.session.flush()
        device = PushSubscription(rep_id=rep.id, key_id="k", created_at=clock.now(), seen_at=clock.now(), **keys)
        db.session.add(device)
    return device.id


def look(clock, vitals, *, since=None, limits=LIMITS):
    """One look of a process that has seen for long what it sees now, unless told otherwise."""
    known, now = incidents.find_standing(), clock.now()
    seen = signs(vitals, known, limits)
    incidents.follow(View(now, dict.fromkeys(seen, since or now - timedelta(hours=1))), vitals, known, limits, now)


def told(prefix):
    """Whom and where, by the beginning of the cause."""
    db.session.rollback()
    found = db.session.scalars(select(Message).order_by(Message.id)).all()
    return [(each.channel, each.to) for each in found if each.cause.startswith(prefix)]


def messages(prefix):
    db.session.rollback()
    found = db.session.scalars(select(Message).order_by(Message.id)).all()
    return [each for each in found if each.cause.startswith(prefix)]


def everything_of_olivia(office):
    pushes = [(Channel.PUSH, device_id) for device_id in sorted(office.devices)]
    return [*pushes, (Channel.SMS, PHONE), (Channel.EMAIL, "olivia@example.com")]


def test_the_owner_is_told_at_once_by_everything_she_has(office, clock):
    look(clock, SILENT)

    assert told("alarm:no_worker") == everything_of_olivia(office)
    assert {message.due_at for message in messages("alarm:")} == {clock.now()}
    push, _, text, mail = messages("alarm:")
    assert push.data == {"title": "No worker runs", "navigate": "/board", "tag": "alarm:no_worker:machine"}
    assert push.body.startswith("No worker gives a sign of life, so nobody is rung")
    assert text.body == (
        "No worker runs. Leads are kept, but nobody is rung. Start leadapp up.\nhttp://localhost/board"
    )
    assert mail.body.endswith("Start leadapp up on the server.\nhttp://localhost/board")


def test_she_is_told_once_however_long_it_lasts_and_it_is_not_counted(office, clock):
    for _ in range(100):
        look(clock, SILENT)
        clock.advance(5)

    assert told("alarm:no_worker") == everything_of_olivia(office)
    [alarm] = lists.alarms()[0]
    assert (alarm["kind"], alarm["subject"], alarm["count"]) == ("no_worker", "machine", 1)


def test_an_incident_goes_on_while_anybody_sees_it_and_then_all_is_clear_once_for_exactly_those_who_were_told(
    office, clock
):
    look(clock, SILENT)
    with transaction():  # since then she has got another number, which has heard nothing
        db.session.get_one(Rep, office.olivia.id).phone = "+14155550199"
    clock.advance(50)
    look(clock, SILENT)
    clock.advance(59)
    look(clock, WELL)
    assert told("over:") == []

    clock.advance(1)
    for _ in range(3):
        look(clock, WELL)

    assert told("over:no_worker") == everything_of_olivia(office)
    assert messages("over:")[2].body == (
        "A worker runs again. All clear after 110 seconds. What had waited goes out now.\nhttp://localhost/board"
    )
    assert messages("over:")[0].data["tag"] == "alarm:no_worker:machine"  # takes the place of the alarm on the phone
    assert incidents.find_standing() == {}


def test_what_has_not_left_when_all_is_clear_is_not_sent_any_more(office, clock):
    look(clock, SILENT)
    [sent, *_] = messages("alarm:")
    with transaction():
        db.session.get_one(Message, sent.id).state = MessageState.SENT

    clock.advance(61)
    look(clock, WELL)

    assert [message.state for message in messages("alarm:")] == [MessageState.SENT, *[MessageState.DROPPED] * 3]
    assert len(told("over:")) == 4


def test_the_next_incident_of_the_same_kind_is_told_of_anew(office, clock):
    for vitals in (SILENT, WELL, SILENT, WELL):
        look(clock, vitals)
        clock.advance(61)

    assert len(told("alarm:no_worker")) == len(told("over:no_worker")) == 8


def test_two_illnesses_are_two_incidents(office, clock):
    look(clock, Vitals(timedelta(), 0, redis_answers=False))

    assert incidents.find_standing().keys() == {NO_WORKER, REDIS_AWAY}


def test_a_channel_that_does_not_work_is_used_only_when_there_is_no_other(office, clock):
    look(clock, Vitals(timedelta(), 1, True, {Channel.SMS: Sends(6, 0, "Twilio answered 401 (20003).")}))

    assert (Channel.SMS, PHONE) not in told("alarm:sends_fail:sms")
    assert len(told("alarm:sends_fail:sms")) == 3
    assert "Twilio answered 401 (20003)." in messages("alarm:")[0].body


def test_also_of_another_illness_the_sick_channel_is_left_out(office, clock):
    failing = {Channel.SMS: Sends(6, 0)}
    look(clock, Vitals(timedelta(), 1, True, failing))

    look(clock, Vitals(timedelta(), 0, True, failing))

    assert (Channel.SMS, PHONE) not in told("alarm:no_worker")


def test_the_only_channel_is_tried_even_when_it_is_the_sick_one(app, clock):
    Office()

    look(clock, Vitals(timedelta(), 1, True, {Channel.EMAIL: Sends(6, 0)}))

    assert told("alarm:sends_fail:email") == [(Channel.EMAIL, "olivia@example.com")]


def test_an_owner_who_is_away_or_cannot_be_reached_leaves_it_to_whoever_can(office, clock):
    second = Rep(name="Otto", email="otto@example.com", roles=["owner"], created_at=clock.now())
    with transaction():
        db.session.add(second)
    set_presence(office.olivia.id, state="out", now=clock.now())
    look(clock, SILENT)
    assert told("alarm:no_worker") == [(Channel.EMAIL, "otto@example.com")]

    with transaction():
        db.session.get_one(Rep, second.id).reachable = False
    look(clock, Vitals(timedelta(), 0, redis_answers=False))

    assert told("alarm:redis_away") == [(Channel.EMAIL, "mia@example.com")]  # the fallback comes before an absent owner


def test_an_owner_who_is_the_only_one_is_told_though_he_is_out(office, clock):
    with transaction():
        for rep in db.session.scalars(select(Rep).where(Rep.id != office.olivia.id)):
            rep.email = None
    set_presence(office.olivia.id, state="out", now=clock.now())

    look(clock, SILENT)

    assert told("alarm:no_worker") == everything_of_olivia(office)


def test_where_all_is_well_and_where_nothing_is_new_nothing_is_written(office, clock):
    before = board_version()
    look(clock, WELL)
    assert board_version() == before
    look(clock, SILENT)
    after = board_version()
    assert after > before

    for _ in range(3):
        clock.advance(5)
        look(clock, SILENT)

    db.session.rollback()
    assert board_version() == after
    [alarm] = db.session.scalars(select(Alarm))
    assert alarm.last_at == alarm.raised_at


def test_before_a_business_is_set_up_nobody_is_told(app, clock):
    look(clock, SILENT)

    assert db.session.scalar(select(Business.id)) is None
    assert incidents.find_standing() == {}


def test_processes_that_look_at_the_same_moment_tell_it_once(app, office, clock):
    views = [View(clock.now(), {NO_WORKER: clock.now() - timedelta(minutes=1)})] * 6

    def follow(view):
        with app.app_context():
            incidents.follow(view, SILENT, {}, LIMITS, clock.now())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(follow, views))
    assert told("alarm:") == everything_of_olivia(office)
    clock.advance(60)
    known = incidents.find_standing()

    def clear(_):
        with app.app_context():
            incidents.follow(View(clock.now(), {}), WELL, known, LIMITS, clock.now())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(clear, range(6)))
    assert told("over:") == everything_of_olivia(office)


def test_the_board_and_the_list_of_alarms_say_it(office, clock):
    look(clock, SILENT)

    [said] = board(office.olivia.id, clock.now(), whole=True, sees_alarms=True).alarms
    [alarm] = lists.alarms()[0]
    assert said == alarm["text"]
    assert said == (
        "No worker gives a sign of life, so nobody is rung and no lead moves on. Leads are still stored, each with a"
        " name on it. Start leadapp up on the server."
    )


def test_messages_about_incidents_that_nobody_has_sent_are_found_until_they_are(office, clock):
    make_lead()  # rings Ana, which is not the watch's to send
    look(clock, SILENT)
    waiting = [message.id for message in messages("alarm:")]

    assert incidents.find_unsent(clock.now(), late_by=timedelta(0)) == waiting
    assert incidents.find_unsent(clock.now(), late_by=timedelta(seconds=10)) == []
    with transaction():
        db.session.get_one(Message, waiting[0]).state = MessageState.SENT
        db.session.get_one(Message, waiting[1]).leased_until = clock.now() + timedelta(seconds=30)
    assert incidents.find_unsent(clock.advance(10), late_by=timedelta(seconds=10)) == waiting[2:]
    clock.advance(60)
    look(clock, WELL)
    assert len(incidents.find_unsent(clock.now(), late_by=timedelta(0))) == 4  # the all-clears


def test_what_was_being_sent_when_it_was_over_is_not_tried_again_after_the_all_clear(office, clock, monkeypatch):
    look(clock, SILENT)
    text = next(message for message in messages("alarm:") if message.channel is Channel.SMS)
    monkeypatch.setattr(outbox, "_prepare", lambda *_: Away())
    [sending] = outbox.begin(text.id, clock.now())
    clock.advance(90)
    look(clock, WELL)

    outbox.record_outcomes([(sending, sending.parcel.send())])

    assert outbox.begin(text.id, clock.advance(3600)) == []
    db.session.refresh(text)
    assert text.state is MessageState.DROPPED
    assert len(messages("over:")) == 4


class Away:
    """A provider that does not answer."""

    def send(self) -> Retry:
        return Retry("Twilio did not answer.")
