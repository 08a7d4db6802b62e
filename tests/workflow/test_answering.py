"""A rep answers by a digit, a word or a key; all of it ends in the same claim."""

from __future__ import annotations

import secrets

import pytest

from leadapp import jobs
from leadapp.extensions import db
from leadapp.models import Channel, Message, MessageState, Rep
from leadapp.routing.values import LeadState, OfferOutcome
from leadapp.transaction import transaction
from leadapp.workflow.answering import Said, answer
from leadapp.workflow.configuration.reps import change_rep
from leadapp.workflow.inbound import Incoming, take_text
from leadapp.workflow.ownership import assign_lead
from tests.builders import Office, make_lead, offers_of, pending_offer, reread

ANA, BEN, MIA = "+14155550100", "+14155550101", "+14155550102"


@pytest.fixture
def office(app, clock):
    office = Office()
    with transaction():
        for rep, phone in ((office.ana, ANA), (office.ben, BEN), (office.mia, MIA)):
            db.session.get_one(Rep, rep.id).phone = phone
    return office


def texts_to(phone: str) -> list[Message]:
    jobs.deliver_due()
    db.session.rollback()
    found = db.session.query(Message).filter_by(to=phone, channel=Channel.SMS).order_by(Message.id)
    return found.populate_existing().all()


def text_from(phone: str, body: str, clock) -> str:
    """What the rep is texted back."""
    before = len(texts_to(phone))
    take_text(Incoming(f"SM{secrets.token_hex(8)}", phone, "US"), body, clock.now())
    reply, *others = texts_to(phone)[before:]
    assert not others
    return reply.body


def test_one_accepts_and_the_customers_number_comes_back(office, clock):
    lead = make_lead(name="Maria Lopez", phone="+14155550142")
    assert "Reply 1 to accept, 2 to pass." in texts_to(ANA)[0].body

    said = text_from(ANA, "1", clock)

    assert reread(lead.id).owner_id == office.ana.id
    assert said == "Yours. Call Maria Lopez, (415) 555-0142 by 10:15 AM."
    assert texts_to(ANA)[0].state is MessageState.ANSWERED


def test_by_when_to_call_is_said_in_the_time_of_where_the_rep_is(office, clock):
    change_rep(office.ana.id, {"time_zone": "America/Chicago"}, now=clock.now())
    make_lead(name="Maria Lopez", phone="+14155550142")
    texts_to(ANA)

    assert text_from(ANA, "1", clock) == "Yours. Call Maria Lopez, (415) 555-0142 by 4:15 AM."


def test_two_passes_and_the_next_is_asked(office, clock):
    lead = make_lead()
    texts_to(ANA)

    assert text_from(ANA, " 2. ", clock) == "Passed. It goes to the next."

    assert [offer.outcome for offer in offers_of(lead)] == [OfferOutcome.PASSED, OfferOutcome.PENDING]


def test_the_same_digit_twice_is_one_answer(office, clock):
    lead = make_lead()
    texts_to(ANA)
    text_from(ANA, "1", clock)

    assert text_from(ANA, "1 ", clock).startswith("Yours.")
    assert reread(lead.id).owner_id == office.ana.id


def test_two_offers_at_once_have_digits_of_their_own(office, clock):
    assign_first = make_lead(phone="+14155550142")
    make_lead(phone="+14155550143")
    third = make_lead(phone="+14155550144")
    first, second = texts_to(ANA)
    assert (first.reply_code, second.reply_code) == (1, 3)

    text_from(ANA, "3", clock)

    assert reread(third.id).owner_id == office.ana.id
    assert reread(assign_first.id).state is LeadState.OFFERED


def test_digits_are_used_again_once_no_answer_can_be_on_its_way(office, clock):
    make_lead(phone="+14155550142")
    texts_to(ANA)
    text_from(ANA, "2", clock)
    assign_lead(make_lead(phone="+14155550143").id, office.mia.id, now=clock.now())

    clock.advance(31)
    make_lead(phone="+14155550144")
    make_lead(phone="+14155550145")

    assert [text.reply_code for text in texts_to(ANA)[2:] if text.reply_code] == [1]


def test_a_digit_answers_what_was_sent_to_this_number_for_whoever_has_it(office, clock):
    lead = make_lead()
    texts_to(ANA)
    change_rep(office.ana.id, {"phone": "+14155550199"}, now=clock.now())
    change_rep(office.ben.id, {"phone": ANA}, now=clock.now())

    for phone in (ANA, "+14155550199"):
        text_from(phone, "1", clock)

    assert reread(lead.id).owner_id is None


def test_a_digit_that_was_used_before_answers_the_last_text_that_offered_it(office, clock):
    make_lead(phone="+14155550142")
    texts_to(ANA)
    text_from(ANA, "1", clock)
    clock.advance(60)
    make_lead(phone="+14155550143")
    clock.advance(60)
    texts_to(BEN)
    third = make_lead(phone="+14155550144")

    assert texts_to(ANA)[-1].reply_code == 1
    text_from(ANA, "1", clock)

    assert reread(third.id).owner_id == office.ana.id


def test_a_yes_answers_nothing_when_two_things_wait(office, clock):
    leads = [make_lead(phone=f"+1415555014{last}") for last in (2, 3, 4)]
    texts_to(ANA)

    assert "not understood" in text_from(ANA, "yes", clock)
    assert [reread(lead.id).owner_id for lead in leads] == [None] * 3


def test_a_yes_answers_nothing_that_has_ended(office, clock):
    lead = make_lead()
    texts_to(ANA)
    text_from(ANA, "2", clock)

    assert text_from(ANA, "yes", clock).startswith("Nothing waits for an answer")
    assert reread(lead.id).owner_id is None


def test_too_late_says_who_has_it(office, clock):
    lead = make_lead()
    texts_to(ANA)
    assign_lead(lead.id, office.ben.id, now=clock.now())

    assert text_from(ANA, "1", clock) == "Too late: Ben has it."
    assert reread(lead.id).owner_id == office.ben.id


def test_a_yes_is_enough_when_one_thing_waits(office, clock):
    lead = make_lead()
    texts_to(ANA)

    assert text_from(ANA, "Sí!", clock).startswith("Yours.")
    assert reread(lead.id).owner_id == office.ana.id


@pytest.mark.parametrize("text", ["maybe", "7", "11111111111", "1 or 2?", "\U0001f44d", "yes but later"])
def test_what_is_no_answer_changes_nothing_and_is_said_to_be_none(office, clock, text):
    lead = make_lead()
    texts_to(ANA)

    assert "not understood" in text_from(ANA, text, clock)
    assert pending_offer(reread(lead.id)).rep_id == office.ana.id


def test_a_rep_for_whom_nothing_waits_is_told_so(office, clock):
    assert text_from(BEN, "1", clock) == "Nothing waits for an answer from you. Your leads: http://localhost/my"


def test_the_fallback_takes_a_lead_of_the_queue_by_one_digit_and_cannot_pass_it(office, clock):
    with transaction():
        for rep in (office.ana, office.ben):
            db.session.get_one(Rep, rep.id).active = False
    lead = make_lead()
    assert "Reply 1 to take it." in texts_to(MIA)[0].body

    assert "cannot be passed" in text_from(MIA, "2", clock)
    assert text_from(MIA, "1", clock).startswith("Yours.")
    assert reread(lead.id).owner_id == office.mia.id


def test_the_key_of_a_call_is_the_same_claim(office, clock):
    lead = make_lead(message="burst pipe, water everywhere")
    call = db.session.query(Message).filter_by(channel=Channel.CALL, lead_id=lead.id).one()

    assert answer(call.id, Said.ACCEPT, now=clock.now()).startswith("Yours.")
    assert reread(lead.id).owner_id == office.ana.id
