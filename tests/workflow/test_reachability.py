"""Whoever cannot be reached by any channel is offered nothing, he and whoever can do something about it are told once,
and all is well again by itself as soon as a channel works."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Alarm, AlarmKind, Channel, Message, MessageState, OptOut, PushSubscription, Rep, VapidKey
from leadapp.transaction import transaction
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.opting_out import opt_in, opt_out
from leadapp.workflow.people import retire_rep
from leadapp.workflow.reachability import find_changed, review_keys, review_rep
from leadapp.workflow.receipts import message_shown
from tests.builders import Office, make_lead, offers_of

A_MINUTE = timedelta(minutes=1)
PHONE = "+14155550100"


@pytest.fixture
def office(app, clock) -> Office:
    """Ana has a phone that shows alerts and nothing else; everybody else has an e-mail address."""
    office = Office()
    with transaction():
        db.session.get_one(Rep, office.ana.id).email = None
    office.phone = make_device(office.ana, clock)
    return office


def make_device(rep, clock, key_id: str = "key") -> PushSubscription:
    with transaction():
        db.session.merge(VapidKey(id=key_id, public="public", private="private", created_at=clock.now()))
        db.session.flush()
        name, now = new_id(), clock.now()
        device = PushSubscription(
            id=name, rep_id=rep.id, endpoint=f"https://push.example/{name}", p256dh="p", auth="a", key_id=key_id,
            created_at=now, seen_at=now,
        )  # fmt: skip
        db.session.add(device)
    return device


def make_message(rep, channel: Channel, to: str, clock, **columns) -> Message:
    now = clock.now()
    usual = {"state": MessageState.SENT, "sent_at": now, "expires_at": now + A_MINUTE}
    message = Message(
        id=new_id(), receipt=new_id(), cause=new_id(), rep_id=rep.id, channel=channel, to=to, body="", data={},
        created_at=now, due_at=now, **usual | columns,
    )  # fmt: skip
    with transaction():
        db.session.add(message)
    return message


def push(rep, device, clock, **columns) -> Message:
    return make_message(rep, Channel.PUSH, device.id, clock, subscription_id=device.id, **columns)


def miss(rep, device, clock, times: int) -> None:
    """So many pushes are taken and not shown while they live."""
    for _ in range(times):
        push(rep, device, clock)
        clock.advance(60)


def fail(rep, channel: Channel, to: str, clock) -> None:
    make_message(rep, channel, to, clock, state=MessageState.FAILED, sent_at=None, nobody_there=True)


def look(clock) -> list[str]:
    """What the clock does every few seconds."""
    changed = find_changed(clock.now())
    for rep_id in changed:
        review_rep(rep_id, clock.now())
    return changed


def is_reachable(rep) -> bool:
    return db.session.get_one(Rep, rep.id, populate_existing=True).reachable


def standing(kind=AlarmKind.REP_UNREACHABLE) -> list[str]:
    return list(db.session.scalars(select(Alarm.subject).where(Alarm.kind == kind, Alarm.cleared_at.is_(None))))


def told(kind=AlarmKind.REP_UNREACHABLE) -> list[tuple[str, Channel]]:
    """Who, and by which channel."""
    asked = select(Rep.name, Message.channel).join(Rep, Rep.id == Message.rep_id)
    about = asked.where(Message.cause.startswith(f"alarm:{kind}"))
    return [tuple(row) for row in db.session.execute(about.order_by(Rep.name))]


class TestPhoneThatShowsNothing:
    def test_after_three_misses_in_a_row_he_is_skipped_for_that_reason(self, office, clock):
        miss(office.ana, office.phone, clock, 2)
        assert look(clock) == []
        miss(office.ana, office.phone, clock, 1)
        assert look(clock) == [office.ana.id]

        lead = make_lead()

        assert [offer.rep_id for offer in offers_of(lead)] == [office.ben.id]
        why = {each["rep"]["name"]: each.get("reason") for each in lead.why["considered"]}
        assert why["Ana"] == "unreachable"

    def test_a_push_that_may_still_be_shown_is_no_miss(self, office, clock):
        miss(office.ana, office.phone, clock, 2)
        push(office.ana, office.phone, clock)
        clock.advance(59)

        assert look(clock) == []

    def test_a_push_that_was_never_taken_is_no_miss(self, office, clock):
        for _ in range(3):
            push(office.ana, office.phone, clock, state=MessageState.FAILED, sent_at=None)
        clock.advance(60)

        assert look(clock) == []

    def test_one_that_was_shown_begins_the_count_again(self, office, clock):
        miss(office.ana, office.phone, clock, 2)
        message_shown(push(office.ana, office.phone, clock).receipt, clock.advance(1))
        clock.advance(60)
        miss(office.ana, office.phone, clock, 2)
        assert look(clock) == []

        miss(office.ana, office.phone, clock, 1)
        assert look(clock) == [office.ana.id]

    def test_after_a_week_one_is_enough_and_the_look_at_everybody_finds_it(self, office, clock):
        miss(office.ana, office.phone, clock, 1)
        clock.advance(7 * 24 * 3600 - 61)
        assert find_changed(clock.now(), everybody=True) == []

        clock.advance(1)

        assert find_changed(clock.now(), everybody=True) == [office.ana.id]

    @pytest.mark.parametrize("another", [{"phone": PHONE}, {"email": "ana@example.com"}])
    def test_whoever_has_another_channel_stays_reachable(self, office, clock, another):
        change_rep(office.ana.id, another, now=clock.now())

        miss(office.ana, office.phone, clock, 3)

        assert look(clock) == []

    def test_another_phone_that_shows_alerts_is_enough(self, office, clock):
        tablet = make_device(office.ana, clock)
        miss(office.ana, office.phone, clock, 3)
        message_shown(push(office.ana, tablet, clock).receipt, clock.now())

        assert look(clock) == []

    def test_a_phone_that_is_gone_is_seen_when_it_is_looked_at(self, office, clock):
        with transaction():
            db.session.get_one(PushSubscription, office.phone.id).removed_at = clock.now()

        review_rep(office.ana.id, clock.now())

        assert not is_reachable(office.ana)


class TestNumberAndAddress:
    @pytest.fixture(autouse=True)
    def only_a_phone_number(self, office, clock):
        with transaction():
            db.session.get_one(PushSubscription, office.phone.id).removed_at = clock.now()
            db.session.get_one(Rep, office.ana.id).phone = PHONE

    def test_a_number_that_cannot_be_reached_leaves_nothing(self, office, clock):
        fail(office.ana, Channel.SMS, PHONE, clock)

        assert look(clock) == [office.ana.id]

    def test_a_text_that_failed_for_another_reason_says_nothing_about_the_number(self, office, clock):
        make_message(office.ana, Channel.SMS, PHONE, clock, state=MessageState.FAILED, sent_at=None)

        assert look(clock) == []

    def test_a_text_that_was_taken_since_makes_up_for_it(self, office, clock):
        fail(office.ana, Channel.SMS, PHONE, clock)
        look(clock)
        make_message(office.ana, Channel.SMS, PHONE, clock)

        look(clock)

        assert is_reachable(office.ana)

    def test_a_new_number_has_not_failed(self, office, clock):
        fail(office.ana, Channel.SMS, PHONE, clock)
        look(clock)

        change_rep(office.ana.id, {"phone": "+14155550101"}, now=clock.now())

        assert is_reachable(office.ana)
        assert standing() == []

    def test_whoever_texts_stop_and_has_nothing_else_is_unreachable_until_he_texts_start(self, office, clock):
        with transaction():
            opt_out(PHONE, "texted 'STOP'", clock.now())
        look(clock)
        assert not is_reachable(office.ana)

        with transaction():
            opt_in(PHONE, clock.now())
        look(clock)
        assert is_reachable(office.ana)

    def test_mail_that_comes_back_leaves_whoever_has_only_that_unreachable(self, office, clock):
        fail(office.ben, Channel.EMAIL, "ben@example.com", clock)

        assert look(clock) == [office.ben.id]

    def test_whoever_is_given_no_channel_is_not_held_to_have_lost_one(self, office, clock):
        rep_id = create_rep({"name": "Carla"}, now=clock.now())

        look(clock)

        assert standing() == []
        assert db.session.get_one(Rep, rep_id, populate_existing=True).reachable


class TestAlarm:
    @pytest.fixture
    def dead(self, office, clock):
        miss(office.ana, office.phone, clock, 3)
        look(clock)

    def test_he_the_office_and_the_owner_are_told_by_what_they_have(self, office, dead):
        assert told() == [("Ana", Channel.PUSH), ("Mia", Channel.EMAIL), ("Olivia", Channel.EMAIL)]
        [text] = db.session.scalars(select(Alarm.text))
        assert text == (
            "Ana cannot be reached, and new leads go to others: the last alerts were never shown,"
            " there is no phone number, and there is no e-mail address."
        )

    def test_they_are_told_once(self, office, dead, clock):
        for _ in range(3):
            clock.advance(3600)
            look(clock)
            review_rep(office.ana.id, clock.now())

        assert len(told()) == 3

    def test_a_receipt_ends_it_and_what_waits_is_offered_to_him(self, office, dead, clock):
        asked = select(Message.receipt).where(Message.rep_id == office.ana.id, Message.cause.startswith("alarm:"))

        message_shown(db.session.scalars(asked).one(), clock.advance(3600))

        ana = db.session.get_one(Rep, office.ana.id, populate_existing=True)
        assert (ana.reachable, ana.next_change_at) == (True, clock.now())
        assert standing() == []

    def test_it_is_over_when_he_leaves_and_begins_again_when_he_comes_back_as_he_was(self, office, dead, clock):
        retire_rep(office.ana.id, now=clock.now())
        assert standing() == []

        clock.advance(60)
        change_rep(office.ana.id, {"active": True}, now=clock.now())

        assert standing() == [office.ana.id]
        assert len(told()) == 6


class TestRefusedKey:
    @pytest.fixture(autouse=True)
    def two_more_phones(self, office, clock):
        self.phones = [office.phone, make_device(office.ben, clock), make_device(office.ben, clock, "another")]

    def refuse(self, *phones, at) -> None:
        with transaction():
            for phone in phones:
                db.session.get_one(PushSubscription, phone.id).refused_at = at

    def test_an_alarm_a_key_and_none_a_phone_stands_and_the_owners_are_told_once(self, office, clock):
        self.refuse(*self.phones, at=clock.now())

        for _ in range(2):
            review_keys(clock.now())

        assert sorted(standing(AlarmKind.PUSH_REFUSED)) == ["another", "key"]
        assert told(AlarmKind.PUSH_REFUSED) == [("Olivia", Channel.EMAIL)] * 2
        assert db.session.scalars(select(PushSubscription.removed_at)).all() == [None] * 3

    def test_it_is_over_when_pushes_go_through_again(self, office, clock):
        self.refuse(*self.phones, at=clock.now())
        review_keys(clock.now())

        self.refuse(self.phones[2], at=None)
        review_keys(clock.now())

        assert standing(AlarmKind.PUSH_REFUSED) == ["key"]

    def test_a_phone_that_nobody_has_opened_for_a_month_keeps_none_alive(self, office, clock):
        self.refuse(self.phones[0], at=clock.now())
        review_keys(clock.advance(29 * 24 * 3600))
        assert standing(AlarmKind.PUSH_REFUSED) == ["key"]

        review_keys(clock.advance(2 * 24 * 3600))

        assert standing(AlarmKind.PUSH_REFUSED) == []

    def test_it_is_over_when_the_key_is_retired(self, office, clock):
        self.refuse(self.phones[0], at=clock.now())
        review_keys(clock.now())
        with transaction():
            db.session.get_one(VapidKey, "key").retired_at = clock.now()

        review_keys(clock.now())

        assert standing(AlarmKind.PUSH_REFUSED) == []

    def test_the_phone_of_somebody_who_left_sounds_none(self, office, clock):
        self.refuse(self.phones[0], at=clock.now())
        retire_rep(office.ana.id, now=clock.now())

        review_keys(clock.now())

        assert standing(AlarmKind.PUSH_REFUSED) == []


def test_who_opted_out_is_looked_at_even_if_nothing_was_sent(office, clock):
    with transaction():
        db.session.get_one(PushSubscription, office.phone.id).removed_at = clock.now()
        db.session.get_one(Rep, office.ana.id).phone = PHONE
        db.session.add(OptOut(phone=PHONE, at=clock.now(), because="texted 'STOP'"))

    assert find_changed(clock.now()) == [office.ana.id]
