"""A person texts the customer from the lead's page: from the business's number, once, and never who wants none."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import WRITTEN, Channel, Contact, Event, Lead, Message, MessageState, OptOut
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow.errors import Conflict, Invalid, NotFound
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.inbound import Incoming, take_text
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, close_lead
from leadapp.workflow.texting import find_texted, note_texted, text_from_lead
from tests.builders import Office, make_lead, pending_offer, reread

CUSTOMER = "+13125550142"  # of Chicago


@pytest.fixture
def office(app, clock):
    return Office(time_zone="America/Chicago", contact_seconds=600)


@pytest.fixture
def lead(office, clock):
    """Ana's, and not spoken to yet."""
    made = make_lead(phone=CUSTOMER, message="No hot water")
    accept_offer(pending_offer(made).id, now=clock.now())
    return reread(made.id)


def written(lead: Lead) -> list[Message]:
    """What people have texted from the lead's page."""
    db.session.rollback()
    found = db.session.query(Message).filter(Message.lead_id == lead.id, Message.cause.startswith("text:"))
    return found.order_by(Message.id).populate_existing().all()


def send(clock) -> None:
    """What is due is sent, and the clock looks."""
    jobs.deliver_due()
    for lead_id in find_texted():
        note_texted(lead_id, clock.now())


def events(lead: Lead, kind: str) -> list[str]:
    return [event.text for event in db.session.query(Event).filter_by(lead_id=lead.id, kind=kind).order_by(Event.id)]


def test_the_owners_text_goes_to_the_customer_and_to_no_rep(office, lead, clock):
    text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
    jobs.deliver_due()

    [message] = written(lead)
    assert (message.channel, message.to, message.body, message.rep_id) == (Channel.SMS, CUSTOMER, "On my way", None)
    assert message.state is MessageState.SENT
    assert events(lead, "message") == ['Ana texted the customer: "On my way"']


def test_the_owners_first_text_stops_the_contact_clock_and_the_next_does_not_say_so_again(office, lead, clock):
    text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
    first = clock.now()
    send(clock)
    clock.advance(60)
    text_from_lead(lead.id, "Five more minutes", now=clock.now(), actor_id=office.ana.id)
    send(clock)

    now_is = reread(lead.id)
    assert (now_is.state, now_is.contacted_at, now_is.next_due_at) == (LeadState.CONTACTED, first, None)
    assert events(lead, "contacted") == ["Ana reached the customer by text."]
    assert db.session.query(Contact).one().owner_id == office.ana.id


@pytest.mark.parametrize("who", ["mia", "olivia", "nobody"])
def test_what_others_text_leaves_the_contact_clock_running(office, lead, clock, who):
    actor_id = None if who == "nobody" else getattr(office, who).id

    text_from_lead(lead.id, "We are on it", now=clock.now(), actor_id=actor_id)
    send(clock)

    assert len(written(lead)) == 1
    assert reread(lead.id).state is LeadState.CLAIMED


@pytest.mark.parametrize("body", ["Ça va? “Sí”, mañana – 10½", "Ven a las 4 \U0001f6bf", "a\nb"])
def test_what_a_person_wrote_is_not_changed(office, lead, clock, body):
    text_from_lead(lead.id, body, now=clock.now(), actor_id=office.ana.id)

    assert written(lead)[0].body == body


def test_the_line_ends_of_a_form_are_one_character(office, lead, clock):
    text_from_lead(lead.id, "a\r\nb\r\n", now=clock.now(), actor_id=office.ana.id)

    assert written(lead)[0].body == "a\nb"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Write what the text should say. Nothing was sent."),
        (" \u200b\n ", "Write what the text should say. Nothing was sent."),
        ("x" * 1601, "This has 1,601 characters, and a text holds at most 1,600. Nothing was sent."),
    ],
)
def test_what_cannot_be_a_text_is_refused_in_a_sentence(office, lead, clock, body, said):
    with pytest.raises(Invalid) as refused:
        text_from_lead(lead.id, body, now=clock.now(), actor_id=office.ana.id)

    assert refused.value.errors == (("text", said),)
    assert written(lead) == []
    assert reread(lead.id).state is LeadState.CLAIMED


def test_a_text_of_1600_characters_goes_out(office, lead, clock):
    text_from_lead(lead.id, "x" * 1600, now=clock.now(), actor_id=office.ana.id)

    assert len(written(lead)) == 1


def test_a_closed_lead_is_not_texted_from(office, lead, clock):
    close_lead(lead.id, outcome="won", now=clock.now())

    with pytest.raises(Conflict, match=r"^This lead is closed. Nothing was sent.$"):
        text_from_lead(lead.id, "Thank you", now=clock.now(), actor_id=office.ana.id)

    assert written(lead) == []


def test_without_a_number_there_is_nobody_to_text(office, clock):
    lead = make_lead(email="sam@example.com", phone="call me")

    with pytest.raises(Conflict, match="has no phone number that can be texted"):
        text_from_lead(lead.id, "Hello", now=clock.now(), actor_id=office.mia.id)


def test_an_unknown_lead_is_not_found(office, clock):
    with pytest.raises(NotFound):
        text_from_lead("nothing", "Hello", now=clock.now(), actor_id=office.mia.id)


def test_a_number_that_wants_no_texts_gets_none(office, lead, clock):
    take_text(Incoming("SM1", CUSTOMER, "US"), "STOP", clock.now())

    with pytest.raises(Conflict, match=r"This number wants no texts. Nothing was sent: call instead."):
        text_from_lead(lead.id, "Are you sure?", now=clock.now(), actor_id=office.ana.id)

    assert written(lead) == []


@pytest.mark.parametrize("known_by", ["number", "person"])
def test_either_the_number_or_the_person_can_say_no(office, lead, clock, known_by):
    with transaction():
        if known_by == "number":
            db.session.add(OptOut(phone=CUSTOMER, at=clock.now(), because="the carrier said so"))
        else:
            db.session.get_one(Contact, lead.contact_id).opted_out_at = clock.now()

    with pytest.raises(Conflict, match="wants no texts"):
        text_from_lead(lead.id, "Hello", now=clock.now(), actor_id=office.ana.id)


class TestContact:
    """The contact clock is a promise to the customer: a text is a contact once it has been sent."""

    def test_a_text_that_nobody_has_sent_yet_is_none(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        note_texted(lead.id, clock.now())

        assert reread(lead.id).state is LeadState.CLAIMED

    def test_a_text_that_could_not_be_sent_is_none(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        with transaction():
            failed = {"state": MessageState.FAILED, "sent_at": clock.now()}
            db.session.query(Message).filter(Message.cause.startswith(WRITTEN)).update(failed)

        assert find_texted() == []

    def test_what_was_sent_by_whoever_had_the_lead_before_is_none_of_the_owner_now(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        jobs.deliver_due()
        assign_lead(lead.id, office.ben.id, now=clock.advance(60))

        assert find_texted() == []

    def test_what_the_owner_sent_when_he_had_it_before_does_not_count_again(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        jobs.deliver_due()
        for rep in (office.ben, office.ana):
            assign_lead(lead.id, rep.id, now=clock.advance(60))

        assert find_texted() == []

    def test_the_clock_that_runs_out_looks_before_it_rings_anybody(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        sent_at = clock.now()
        jobs.deliver_due()

        advance_lead(lead.id, clock.advance(600))

        assert (reread(lead.id).state, reread(lead.id).contacted_at) == (LeadState.CONTACTED, sent_at)
        assert events(lead, "rang") == []

    def test_noted_twice_it_is_said_once(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        send(clock)
        note_texted(lead.id, clock.now())

        assert events(lead, "contacted") == ["Ana reached the customer by text."]


class TestTappedTwice:
    def test_the_same_words_a_moment_later_are_the_same_text(self, office, lead, clock):
        for _ in range(2):
            text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
            clock.advance(30)

        assert len(written(lead)) == 1
        assert len(events(lead, "message")) == 1

    def test_said_again_later_or_by_somebody_else_it_is_another(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.mia.id)
        clock.advance(121)
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)

        assert len(written(lead)) == 3

    def test_it_is_another_once_the_customer_has_answered(self, office, lead, clock):
        text_from_lead(lead.id, "Ok", now=clock.now(), actor_id=office.ana.id)
        clock.advance(10)
        take_text(Incoming(f"SM{secrets.token_hex(8)}", CUSTOMER, "US"), "And tomorrow?", clock.now())
        clock.advance(10)
        text_from_lead(lead.id, "Ok", now=clock.now(), actor_id=office.ana.id)

        assert len(written(lead)) == 2

    def test_what_could_not_be_sent_can_be_sent_again(self, office, lead, clock):
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)
        with transaction():
            db.session.query(Message).filter(Message.cause.startswith("text:")).update({"state": MessageState.FAILED})
        text_from_lead(lead.id, "On my way", now=clock.now(), actor_id=office.ana.id)

        assert len(written(lead)) == 2


class TestQuietHours:
    """The test's clock starts on a Sunday at 4:00 in Chicago; texts go from 12:00."""

    noon = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)

    def test_an_answer_goes_at_any_hour(self, office, lead, clock):
        clock.advance(3600)

        assert text_from_lead(lead.id, "Yes", now=clock.now(), actor_id=office.ana.id) == clock.now()

    def test_what_is_no_answer_waits_and_is_then_sent(self, office, lead, clock):
        clock.advance(3601)
        assert text_from_lead(lead.id, "Still cold?", now=clock.now(), actor_id=office.ana.id) == self.noon
        jobs.deliver_due()
        assert written(lead)[0].state is MessageState.PENDING

        clock.advance((self.noon - clock.now()).total_seconds())
        jobs.deliver_due()

        assert written(lead)[0].state is MessageState.SENT

    def test_it_waits_until_people_are_up_where_the_number_is_too(self, office, clock):
        lead = make_lead(phone="+14155550142")
        accept_offer(pending_offer(lead).id, now=clock.now())
        clock.advance(3601)

        goes_at = text_from_lead(lead.id, "Still cold?", now=clock.now(), actor_id=office.ana.id)

        assert goes_at == self.noon + timedelta(hours=2)

    def test_the_timeline_says_when_it_goes(self, office, lead, clock):
        clock.advance(3601)
        text_from_lead(lead.id, "Still cold?", now=clock.now(), actor_id=office.ana.id)

        [said] = events(lead, "message")
        assert said == 'Ana wrote to the customer, which goes today at 12:00 PM, after the quiet hours: "Still cold?"'

    def test_a_text_that_waits_has_reached_nobody_until_it_is_sent(self, office, lead, clock):
        clock.advance(3601)

        text_from_lead(lead.id, "Still cold?", now=clock.now(), actor_id=office.ana.id)
        send(clock)
        assert reread(lead.id).state is LeadState.CLAIMED

        clock.advance((self.noon - clock.now()).total_seconds())
        send(clock)
        assert (reread(lead.id).state, reread(lead.id).contacted_at) == (LeadState.CONTACTED, self.noon)

    def test_the_customers_next_word_makes_it_an_answer(self, office, lead, clock):
        clock.advance(7200)
        take_text(Incoming("SM2", CUSTOMER, "US"), "Are you coming?", clock.now())

        assert text_from_lead(lead.id, "Yes", now=clock.now(), actor_id=office.ana.id) == clock.now()
