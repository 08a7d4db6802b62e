"""Texts and missed calls of customers become leads, once; who wants no texts gets none."""

from __future__ import annotations

import secrets

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Contact, Event, InboundText, Lead, Message, MessageState, OptOut
from leadapp.routing.opting import Keyword
from leadapp.workflow.configuration.contacts import change_contact
from leadapp.workflow.inbound import Incoming, take_missed_call, take_text
from leadapp.workflow.ownership import assign_lead, close_lead
from tests.builders import Office, make_lead, reread

CUSTOMER = "+14155550142"


@pytest.fixture
def office(app, clock):
    return Office()


def text(body: str, clock, *, sender: str = CUSTOMER, provider_id: str | None = None) -> None:
    take_text(Incoming(provider_id or f"SM{secrets.token_hex(8)}", sender, "US"), body, clock.now())


def texts() -> list[str]:
    """What the customer has been sent."""
    jobs.deliver_due()
    db.session.rollback()
    sent = db.session.query(Message).filter_by(to=CUSTOMER, state=MessageState.SENT).order_by(Message.id)
    return [message.body for message in sent.populate_existing()]


def test_a_text_of_somebody_new_is_a_lead_and_is_answered_at_once(office, clock):
    text("My sink is blocked", clock)

    [lead] = db.session.query(Lead)
    assert (lead.phone, lead.message) == (CUSTOMER, "My sink is blocked")
    assert texts()[0].startswith("Harbor Plumbing got your request. Ana or a colleague will call you by")
    assert db.session.query(InboundText).one().lead_id == lead.id


def test_the_next_text_joins_the_open_lead(office, clock):
    text("My sink is blocked", clock)
    clock.advance(60)
    text("It is the kitchen one", clock)

    [lead] = db.session.query(Lead)
    said = [event.text for event in db.session.query(Event).filter_by(lead_id=lead.id, kind="joined")]
    assert said == ['The same person got in touch again by phone: "It is the kitchen one"']
    assert len(texts()) == 1


def test_a_text_that_is_delivered_twice_is_taken_once(office, clock):
    text("My sink is blocked", clock, provider_id="SM1")
    text("My sink is blocked", clock, provider_id="SM1")

    assert db.session.query(Lead).count() == db.session.query(InboundText).count() == 1
    assert db.session.query(Event).filter_by(kind="joined").count() == 0


def test_a_long_text_with_emoji_is_kept_whole(office, clock):
    body = "Hola \U0001f6bf " * 200

    text(body, clock)

    assert db.session.query(Lead).one().message == body.strip()


def test_a_call_that_nobody_took_is_a_lead_and_the_caller_is_texted_back(office, clock):
    lead_id = take_missed_call(Incoming("CA1", CUSTOMER, "US"), clock.now())

    assert reread(lead_id).phone == CUSTOMER
    assert texts()[0].startswith("Harbor Plumbing: sorry we missed your call. Ana or a colleague will call you by")


@pytest.mark.parametrize("sender", ["anonymous", "", "client:bob", "+266696687", "+7378742883"])
def test_a_withheld_number_is_a_lead_too(office, clock, sender):
    lead_id = take_missed_call(Incoming("CA1", sender, "US"), clock.now())

    assert (reread(lead_id).phone, reread(lead_id).message) == (None, "Missed call from a withheld number.")


class TestPictures:
    links = ("https://api.twilio.com/m/ME1", "https://api.twilio.com/m/ME2")

    @pytest.mark.parametrize(("body", "kept"), [("", "{}\n{}"), ("Look", "Look\n{}\n{}")])
    def test_their_links_are_kept_with_the_words(self, office, clock, body, kept):
        take_text(Incoming("SM1", CUSTOMER, "US", pictures=self.links), body, clock.now())

        assert db.session.query(Lead).one().message == kept.format(*self.links)
        assert db.session.query(InboundText).one().body == kept.format(*self.links)

    def test_they_are_not_read_as_words(self, office, clock):
        take_text(Incoming("SM1", CUSTOMER, "US", pictures=self.links), "STOP", clock.now())
        take_text(Incoming("SM2", "+14155550143", "US", pictures=self.links), "Tengo una fuga de agua", clock.now())

        assert db.session.query(OptOut).one().phone == CUSTOMER
        assert db.session.query(Lead).one().language == "es"


class TestStop:
    def test_after_stop_one_text_confirms_it_and_no_other_goes_out(self, office, clock):
        lead = make_lead(phone=CUSTOMER)
        texts()
        text("Stop", clock)
        assert texts()[-1] == "Harbor Plumbing: you will get no more texts from us. Reply START to get them again."

        assign_lead(lead.id, office.ben.id, now=clock.now())
        make_lead(phone=CUSTOMER, message="Another thing, in the bathroom")

        assert len(texts()) == 2
        assert db.session.query(Contact).one().opted_out_at == clock.now()

    def test_what_waits_to_be_sent_is_not_sent_any_more(self, office, clock):
        make_lead(phone=CUSTOMER)

        text("STOP", clock)

        assert [body for body in texts() if "got your request" in body] == []

    def test_whoever_has_the_lead_reads_that_he_has_to_call(self, office, clock):
        lead = make_lead(phone=CUSTOMER)

        text("please stop texting me", clock)

        notes = [event.text for event in db.session.query(Event).filter_by(lead_id=lead.id, kind="note")]
        assert notes == ["No more texts to this number (texted 'please stop texting me'). Call instead."]

    def test_said_again_it_is_neither_confirmed_nor_noted_again(self, office, clock):
        lead = make_lead(phone=CUSTOMER)
        for _ in range(3):
            text("STOP", clock)

        assert len(texts()) == 1
        assert db.session.query(Event).filter_by(lead_id=lead.id, kind="note").count() == 1

    @pytest.mark.parametrize("sender", ["72345", "BANKNAME", "+266696687"])
    def test_who_has_no_number_to_answer_at_is_not_answered(self, office, clock, sender):
        text("STOP", clock, sender=sender)

        assert db.session.query(OptOut).count() == 0
        assert db.session.query(Lead).one().message == "STOP"
        assert db.session.query(Message).filter_by(to=sender).count() == 0

    def test_what_the_provider_has_answered_itself_is_obeyed_and_not_answered_again(self, office, clock):
        take_text(Incoming("SM1", CUSTOMER, "US", answered=Keyword.STOP), "Genug", clock.now())

        assert db.session.query(OptOut).one().phone == CUSTOMER
        assert texts() == []

    def test_it_makes_no_lead_of_a_stranger(self, office, clock):
        text("STOP", clock)

        assert db.session.query(Lead).count() == 0
        assert db.session.query(OptOut).one().phone == CUSTOMER

    def test_start_takes_it_back(self, office, clock):
        text("STOP", clock)
        text("START", clock)
        make_lead(phone=CUSTOMER)

        assert texts()[-1].startswith("Harbor Plumbing got your request.")
        assert db.session.query(OptOut).count() == 0

    def test_it_is_confirmed_in_the_language_it_was_said_in(self, office, clock):
        text("ALTO", clock)

        assert texts() == ["Harbor Plumbing: no recibira mas textos nuestros. Responda START para volver a recibirlos."]

    def test_the_office_can_say_it_for_somebody_and_take_it_back(self, office, clock):
        lead = make_lead(phone=CUSTOMER)
        change_contact(lead.contact_id, {"opted_out": True}, now=clock.now())
        assert db.session.query(OptOut).one().phone == CUSTOMER

        change_contact(lead.contact_id, {"opted_out": False}, now=clock.now())
        assert db.session.query(OptOut).count() == 0


def test_help_is_answered_and_may_be_a_cry_for_help(office, clock):
    text("Help!", clock)

    assert db.session.query(Lead).one().message == "Help!"
    assert any(body.startswith("Harbor Plumbing: text us what you need") for body in texts())


class TestLanguage:
    def test_who_asks_for_help_in_spanish_is_answered_in_spanish_throughout(self, office, clock):
        text("Ayuda", clock)

        assert db.session.query(Lead).one().language == "es"
        assert not [body for body in texts() if "got your request" in body]

    def test_a_text_in_spanish_is_answered_in_spanish(self, office, clock):
        text("Hola, tengo una fuga de agua", clock)

        assert db.session.query(Lead).one().language == "es"
        assert texts()[0].startswith("Harbor Plumbing: recibimos su solicitud.")

    def test_a_text_that_is_in_no_language_for_sure_is_answered_as_ever(self, office, clock):
        text("Casa Linda 12", clock)

        assert db.session.query(Lead).one().language is None
        assert "got your request" in texts()[0]

    def test_who_is_known_to_speak_spanish_is_answered_in_it(self, office, clock):
        close_lead(make_lead(phone=CUSTOMER, language="es").id, outcome="won", now=clock.now())
        clock.advance(30 * 24 * 3600)

        take_missed_call(Incoming("CA1", CUSTOMER, "US"), clock.now())

        assert db.session.query(Lead).order_by(Lead.id.desc()).first().language == "es"
        assert texts()[-1].startswith("Harbor Plumbing: sentimos no haber contestado.")

    def test_who_writes_in_english_is_answered_in_english(self, office, clock):
        close_lead(make_lead(phone=CUSTOMER, language="es").id, outcome="won", now=clock.now())
        clock.advance(30 * 24 * 3600)

        text("My sink is blocked", clock)

        assert db.session.query(Lead).order_by(Lead.id.desc()).first().language is None
        assert "got your request" in texts()[-1]
