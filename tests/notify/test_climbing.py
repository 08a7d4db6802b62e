"""Push, then a text unless the phone has shown it, then a call: each rung in its time, or at once when the one before
it failed; and none of them once the offer is answered."""

from __future__ import annotations

import pytest

from leadapp import clock as wall_clock
from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Channel, Message, MessageState, Rep
from leadapp.notify import outbox
from leadapp.notify.subscriptions import remove_subscription
from leadapp.transaction import transaction
from leadapp.workflow.alerts import alert_reach
from leadapp.workflow.alerts import test_alert as ring_for_a_test
from leadapp.workflow.configuration.reps import change_rep
from leadapp.workflow.configuration.teams import change_team
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.opting_out import opt_out
from leadapp.workflow.ownership import take_queued
from leadapp.workflow.receipts import message_shown
from tests.builders import make_lead, offers_of, pending_offer, reread
from tests.fakes import Answer, Push
from tests.notify.conftest import message_about, subscribe
from tests.notify.twilio_api import Said


@pytest.fixture
def anas_phone(office):
    with transaction():
        db.session.get_one(Rep, office.ana.id).phone = "+14155550100"


def rungs() -> list[Message]:
    """What is not a push, in the order in which it is climbed."""
    db.session.rollback()
    later = db.session.query(Message).filter(Message.channel != Channel.PUSH)
    return later.order_by(Message.due_at, Message.id).populate_existing().all()


def not_pushed() -> list[Message]:
    return [message for message in rungs() if message.state is MessageState.SENT]


def notification(push: Push) -> dict:
    return push.json["notification"]


def wait(clock, seconds: int) -> None:
    """Time goes by, and what is due is delivered."""
    clock.advance(seconds)
    jobs.deliver_due()


@pytest.mark.parametrize("answer", [Answer(410), Answer(403), Answer(503, {"Retry-After": "3600"})])
def test_a_push_that_fails_becomes_a_text(phone, anas_phone, answer):
    phone.answers.append(answer)
    lead = make_lead(service="Slow drain")

    jobs.deliver_due()

    [text] = not_pushed()
    failed = message_about(text.offer_id)
    assert (text.channel, text.to, text.state) == (Channel.SMS, "+14155550100", MessageState.SENT)
    assert (text.cause, text.lead_id, text.expires_at) == (failed.cause, lead.id, failed.expires_at)
    link = f"http://localhost/a/{text.receipt}"
    assert text.body == f"New lead: Slow drain\n{failed.body}\nReply 1 to accept, 2 to pass.\n{link}"


def test_without_a_number_it_becomes_an_e_mail(phone):
    phone.answers.append(Answer(410))
    make_lead()

    jobs.deliver_due()

    assert [(mail.channel, mail.to) for mail in not_pushed()] == [(Channel.EMAIL, "ana@example.com")]


def test_an_e_mail_keeps_the_accents_that_a_text_drops(phone):
    phone.answers.append(Answer(410))
    make_lead(service="Calefacción", city="Culiacán")

    jobs.deliver_due()

    [mail] = not_pushed()
    assert mail.data["title"] == "New lead: Calefacción"
    title, body, link = mail.body.split("\n")
    assert title == mail.data["title"]
    assert body.startswith("Culiacán. ")
    assert link == f"http://localhost/a/{mail.receipt}"


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


class TestLadder:
    def test_a_push_that_no_phone_has_shown_is_followed_by_a_text_in_twenty_seconds(self, phone, anas_phone, clock):
        make_lead()
        jobs.deliver_due()

        wait(clock, 19)
        assert not_pushed() == []
        wait(clock, 1)
        assert [text.to for text in not_pushed()] == ["+14155550100"]

    def test_once_a_phone_has_shown_it_there_is_no_text(self, phone, anas_phone, clock):
        make_lead()
        jobs.deliver_due()
        message_shown(notification(phone.pushes[0])["data"]["receipt"], clock.now())

        wait(clock, 20)

        [text] = rungs()
        assert (text.state, text.error) == (MessageState.DROPPED, "It was not needed: the phone has shown the alert.")

    def test_an_urgent_offer_that_nobody_answers_is_called_after_a_minute_even_when_it_was_shown(
        self, phone, anas_phone, clock
    ):
        make_lead(message="burst pipe, water everywhere")
        jobs.deliver_due()
        message_shown(notification(phone.pushes[0])["data"]["receipt"], clock.now())

        wait(clock, 59)
        assert not_pushed() == []
        wait(clock, 1)
        [call] = not_pushed()
        assert (call.channel, call.to) == (Channel.CALL, "+14155550100")

    def test_an_offer_that_is_not_urgent_is_not_called(self, phone, anas_phone, clock):
        make_lead()

        wait(clock, 120)

        assert [message.channel for message in rungs()] == [Channel.SMS]

    def test_whoever_has_answered_is_told_no_more(self, phone, anas_phone, clock):
        lead = make_lead(message="burst pipe, water everywhere")
        jobs.deliver_due()
        accept_offer(pending_offer(lead).id, now=clock.now())

        wait(clock, 60)

        assert [message.state for message in rungs()] == [MessageState.DROPPED, MessageState.DROPPED]
        assert message_about(rungs()[0].offer_id).state is MessageState.ANSWERED

    def test_every_rung_stands_inside_a_short_claim_window(self, office, phone, anas_phone, clock):
        change_team(office.plumbing.id, {"urgent_claim_seconds": 30}, now=clock.now())
        offer = pending_offer(make_lead(message="burst pipe, water everywhere"))

        after = [(rung.due_at - offer.offered_at).total_seconds() for rung in rungs()]
        assert after == [10, 20]

    def test_a_team_says_when_and_a_rep_otherwise_for_himself(self, office, phone, anas_phone, clock):
        change_team(office.plumbing.id, {"ladder": {"sms_after": 5, "call": "always"}}, now=clock.now())
        change_rep(office.ana.id, {"ladder": {"call_after": 9}}, now=clock.now())

        offer = pending_offer(make_lead())

        found = [(rung.channel, (rung.due_at - offer.offered_at).total_seconds()) for rung in rungs()]
        assert found == [(Channel.SMS, 5), (Channel.CALL, 9)]

    def test_whoever_has_no_device_is_texted_at_once(self, office, anas_phone):
        make_lead()

        jobs.deliver_due()

        assert [text.to for text in not_pushed()] == ["+14155550100"]

    def test_a_ring_of_the_queue_climbs_too_until_somebody_takes_the_lead(self, office, push_service, clock):
        with transaction():
            for rep in (office.ana, office.ben):
                db.session.get_one(Rep, rep.id).active = False
            db.session.get_one(Rep, office.mia.id).phone = "+14155550101"
        subscribe(office.mia, push_service.new_device())
        lead = make_lead()

        def mias_text() -> Message:
            [text] = [rung for rung in rungs() if rung.rep_id == office.mia.id]
            return text

        assert (mias_text().due_at - clock.now()).total_seconds() == 20

        take_queued(lead.id, office.olivia.id, now=clock.now())
        wait(clock, 20)

        assert (mias_text().state, mias_text().error) == (MessageState.DROPPED, "The lead is claimed by now.")


class TestOptOut:
    def test_no_text_goes_to_a_number_that_wants_none_whatever_it_is_about(self, office, anas_phone, clock):
        with transaction():
            opt_out("+14155550100", "texted 'STOP'", clock.now())
        make_lead()

        jobs.deliver_due()

        [text] = [message for message in rungs() if message.channel is Channel.SMS]
        assert text.state is MessageState.DROPPED
        assert "asked for no texts" in text.error


def test_others_who_were_rung_are_told_once_and_quietly_that_somebody_has_it(push_service, office, phone, clock):
    bens = push_service.new_device()
    subscribe(office.ben, bens)
    change_team(office.plumbing.id, {"mode": "broadcast"}, now=clock.now())
    lead = make_lead(service="Slow drain", postcode="94107")
    jobs.deliver_due()

    accept_offer(next(offer.id for offer in offers_of(lead) if offer.rep_id == office.ana.id), now=clock.now())
    jobs.deliver_due()

    rang, gone = map(notification, bens.pushes)
    assert len(phone.pushes) == 1
    assert (gone["title"], gone["body"]) == ("Taken: Slow drain", "94107. Ana has it. You need do nothing.")
    assert (gone["silent"], gone["tag"]) == (True, rang["tag"])


def test_who_was_rung_by_e_mail_is_told_by_e_mail(office, clock):
    change_team(office.plumbing.id, {"mode": "broadcast"}, now=clock.now())
    lead = make_lead(service="Slow drain", postcode="94107")
    jobs.deliver_due()

    accept_offer(next(offer.id for offer in offers_of(lead) if offer.rep_id == office.ana.id), now=clock.now())
    jobs.deliver_due()

    [gone] = [mail for mail in rungs() if mail.cause.startswith("taken:")]
    assert (gone.channel, gone.to, gone.state) == (Channel.EMAIL, "ben@example.com", MessageState.SENT)
    said = "Taken: Slow drain. 94107. Ana has it. You need do nothing."
    assert (gone.data, gone.body) == ({"title": "Taken: Slow drain"}, said)


class TestAnEMailInsteadOfTheText:
    """Whoever has a number that takes no texts is told by e-mail, and not taken for told."""

    def mails(self) -> list[Message]:
        jobs.deliver_due()
        return [message for message in rungs() if message.channel is Channel.EMAIL]

    def test_a_rep_who_asked_for_no_texts_is_told_by_e_mail_at_once(self, office, anas_phone, clock):
        with transaction():
            opt_out("+14155550100", "texted 'STOP'", clock.now())
        lead = make_lead(service="Slow drain")

        [mail] = self.mails()

        [text] = [message for message in rungs() if message.rep_id == mail.rep_id and message.channel is Channel.SMS]
        assert (text.state, mail.state, mail.to) == (MessageState.DROPPED, MessageState.SENT, "ana@example.com")
        assert (mail.cause, mail.offer_id) == (text.cause, pending_offer(lead).id)
        assert mail.body.endswith(f"\nhttp://localhost/a/{mail.receipt}")
        assert "Reply" not in mail.body

    def test_so_is_who_has_a_number_that_nobody_is_reached_at(self, app, office, twilio_api, anas_phone):
        twilio_api.answers.append(Said(400, 21614))
        make_lead()

        [mail] = self.mails_of_twilio()

        assert (mail.to, "Reply 1" in mail.body) == ("ana@example.com", False)

    def test_a_call_that_is_to_come_goes_before_it(self, office, anas_phone, clock):
        with transaction():
            opt_out("+14155550100", "texted 'STOP'", clock.now())
        make_lead(message="burst pipe, water everywhere")

        assert self.mails() == []
        assert [rung.channel for rung in not_pushed() if rung.to == "+14155550100"] == [Channel.CALL]

    def test_without_an_address_there_is_nothing_to_write_to(self, office, anas_phone, clock):
        with transaction():
            db.session.get_one(Rep, office.ana.id).email = None
            opt_out("+14155550100", "texted 'STOP'", clock.now())
        make_lead()

        assert self.mails() == []

    def test_what_is_about_no_lead_arrives_as_well(self, office, anas_phone, clock):
        with transaction():
            opt_out("+14155550100", "texted 'STOP'", clock.now())
            alert_reach("Texts do not leave", "The token is wrong.", "alarm:x", office.ana, clock.now())

        [mail] = self.mails()

        assert (mail.to, mail.data["title"]) == ("ana@example.com", "Texts do not leave")

    def test_a_customer_who_wants_no_texts_is_mailed_nothing(self, office, clock):
        with transaction():
            opt_out("+14155550142", "texted 'STOP'", clock.now())
        make_lead(phone="+14155550142")

        assert [mail.rep_id for mail in self.mails()] == [office.ana.id]

    def test_the_button_of_the_mail_claims_it(self, client, office, anas_phone, clock):
        with transaction():
            opt_out("+14155550100", "texted 'STOP'", clock.now())
        lead = make_lead()

        [mail] = self.mails()
        client.post(f"/a/{mail.receipt}/accept")

        assert reread(lead.id).owner_id == office.ana.id

    def mails_of_twilio(self) -> list[Message]:
        for message in rungs():
            outbox.deliver(message.id, wall_clock.now())
        return self.mails()
