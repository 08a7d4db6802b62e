"""Twilio calls back: signed by its own library, taken once, and never moving anything backwards."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator

from leadapp import jobs
from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import CallbackCount, Channel, Event, Lead, Message, MessageState, OptOut, Rep, SourceKind
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from tests.builders import Office, make_lead, make_source, reread

PUBLIC, TOKEN = "https://leads.example.org", "a token of the tests"
CUSTOMER, ANA, MIA = "+14155550142", "+14155550100", "+14155550101"


@pytest.fixture
def office(app, clock):
    app.config["LEADAPP"] = replace(app.config["LEADAPP"], base_url=PUBLIC, twilio_auth_token=TOKEN)
    office = Office()
    with transaction():
        db.session.get_one(Rep, office.ana.id).phone = ANA
        db.session.get_one(Rep, office.mia.id).phone = MIA
    return office


@pytest.fixture
def number(office):
    return make_source("Our number", kind=SourceKind.PHONE)


@pytest.fixture
def twilio(client):
    """Sends what Twilio would, signed with the token for the public address."""

    def send(path, *, token=TOKEN, address=PUBLIC, **form):
        signature = RequestValidator(token).compute_signature(address + path, form)
        answer = client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        db.session.rollback()
        return answer

    return send


def said(answer) -> str:
    return " ".join(ElementTree.fromstring(answer.data).itertext())


def message_to(phone: str, channel: Channel = Channel.SMS) -> Message:
    jobs.deliver_due()
    db.session.rollback()
    return db.session.query(Message).filter_by(to=phone, channel=channel).order_by(Message.id).first()


def counted() -> dict[str, int]:
    return {each.why: each.count for each in db.session.query(CallbackCount).populate_existing()}


class TestSignature:
    @pytest.mark.parametrize("wrong", [{"token": "another token"}, {"address": "http://localhost"}])
    def test_what_twilio_did_not_sign_for_our_public_address_is_refused_and_counted(self, twilio, number, wrong):
        answer = twilio(f"/in/{number.key}/twilio/sms", From=CUSTOMER, Body="Hi", MessageSid="SM1", **wrong)

        assert answer.status_code == 403
        assert db.session.query(Lead).count() == 0
        assert counted() == {"forged": 1}

    def test_what_stands_behind_the_question_mark_is_signed_too(self, twilio, number):
        path, form = f"/in/{number.key}/twilio/sms", {"From": CUSTOMER, "Body": "Hi", "MessageSid": "SM1"}

        assert twilio(f"{path}?line=main", **form).status_code == 200
        assert twilio(f"{path}?line=main", address=f"{PUBLIC}/x", **form).status_code == 403

    def test_an_altered_text_is_refused(self, client, number):
        path, form = f"/in/{number.key}/twilio/sms", {"From": CUSTOMER, "Body": "Hi", "MessageSid": "SM1"}
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)

        answer = client.post(path, data=form | {"Body": "Ho"}, headers={"X-Twilio-Signature": signature})

        assert answer.status_code == 403

    def test_without_an_account_nothing_is_believed(self, app, twilio, number):
        app.config["LEADAPP"] = replace(app.config["LEADAPP"], twilio_auth_token="")

        answer = twilio(f"/in/{number.key}/twilio/sms", token="", From=CUSTOMER, Body="Hi", MessageSid="SM1")

        assert answer.status_code == 403

    @pytest.mark.parametrize("what", ["sms", "voice", "voice-status", "status"])
    def test_an_address_that_was_never_given_is_404(self, twilio, office, what):
        form = {"From": CUSTOMER, "Body": "Hi", "MessageSid": "SM1", "CallSid": "CA1"}

        assert twilio(f"/in/nothing/twilio/{what}", **form).status_code == 404

    def test_what_has_no_name_at_twilio_could_be_taken_twice_and_is_not_taken(self, twilio, number):
        answer = twilio(f"/in/{number.key}/twilio/sms", From=CUSTOMER, Body="Hi")

        assert (answer.status_code, answer.json["detail"]) == (422, "MessageSid is missing. Nothing was kept.")
        assert db.session.query(Lead).count() == 0


class TestComingIn:
    def test_a_text_becomes_a_lead_once(self, twilio, number):
        for _time in range(2):
            answer = twilio(f"/in/{number.key}/twilio/sms", From=CUSTOMER, Body="My sink is blocked", MessageSid="SM1")
            assert (answer.status_code, said(answer)) == (200, "")

        [lead] = db.session.query(Lead)
        assert (lead.message, lead.source_id) == ("My sink is blocked", number.id)

    def test_pictures_are_kept_as_links(self, twilio, number):
        pictures = {
            "NumMedia": "2",
            "MediaUrl0": "https://api.twilio.com/m/0",
            "MediaUrl1": "https://api.twilio.com/m/1",
        }

        twilio(f"/in/{number.key}/twilio/sms", From=CUSTOMER, Body="", MessageSid="SM1", **pictures)

        assert db.session.query(Lead).one().message == "https://api.twilio.com/m/0\nhttps://api.twilio.com/m/1"

    def test_what_twilio_has_taken_for_a_stop_is_one(self, twilio, number):
        twilio(f"/in/{number.key}/twilio/sms", From=CUSTOMER, Body="Genug", MessageSid="SM1", OptOutType="STOP")

        assert db.session.query(OptOut).one().phone == CUSTOMER
        assert db.session.query(Message).count() == 0

    def test_a_recording_is_told_of_without_the_number_of_the_caller(self, twilio, number):
        path = f"/in/{number.key}/twilio/voice-status"
        twilio(path, From=CUSTOMER, CallSid="CA1", DialCallStatus="no-answer")
        twilio(path, CallSid="CA1", RecordingUrl="https://api.twilio.com/r/RE1", RecordingStatus="completed")

        assert db.session.query(Event).filter_by(kind="message").one().lead_id == db.session.query(Lead).one().id

    def test_a_call_rings_the_office_for_twenty_seconds(self, twilio, number):
        answer = twilio(f"/in/{number.key}/twilio/voice", From=CUSTOMER, CallSid="CA1")

        [dial] = ElementTree.fromstring(answer.data).iter("Dial")
        [rung] = dial
        assert (rung.text, dial.get("timeout")) == (MIA, "20")
        assert dial.get("action") == f"/in/{number.key}/twilio/voice-status"
        assert rung.get("url") == f"/in/{number.key}/twilio/picked-up"
        assert db.session.query(Lead).count() == 0

    def test_only_who_presses_a_key_is_put_through_so_that_no_mailbox_takes_the_call(self, twilio, number):
        answer = twilio(f"/in/{number.key}/twilio/picked-up", CallSid="CA2", To=MIA)

        gather, after = ElementTree.fromstring(answer.data)
        assert "Press any key to take the call" in said(answer)
        assert (gather.get("numDigits"), after.tag) == ("1", "Hangup")
        connected = twilio(gather.get("action"), CallSid="CA2", To=MIA, Digits="5")
        assert list(ElementTree.fromstring(connected.data)) == []

    def test_whoever_picks_up_is_asked_in_his_language(self, twilio, number, office):
        with transaction():
            db.session.get_one(Rep, office.mia.id).language = Language.SPANISH

        [gather, _after] = ElementTree.fromstring(twilio(f"/in/{number.key}/twilio/picked-up", CallSid="CA2").data)

        [asked] = gather
        assert (asked.text.startswith("Llama un cliente."), asked.get("language")) == (True, "es-MX")

    def test_a_call_that_a_mailbox_took_is_a_lead_with_a_text_back(self, twilio, number):
        path = f"/in/{number.key}/twilio/voice-status"
        answer = twilio(path, From=CUSTOMER, CallSid="CA1", DialCallStatus="completed", DialBridged="false")

        assert "Say after the tone" in said(answer)
        assert db.session.query(Lead).one().phone == CUSTOMER

    @pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
    def test_a_call_that_nobody_took_is_a_lead_with_a_text_back_and_a_tone_to_speak_after(self, twilio, number, status):
        for _time in range(2):
            answer = twilio(
                f"/in/{number.key}/twilio/voice-status", From=CUSTOMER, CallSid="CA1", DialCallStatus=status
            )

        assert "Say after the tone" in said(answer)
        [tone] = ElementTree.fromstring(answer.data).iter("Record")
        # Without an action Twilio would ask for the same document again, and the caller would hear it without end.
        assert tone.get("action") == tone.get("recordingStatusCallback") == f"/in/{number.key}/twilio/voice-status"
        assert db.session.query(Lead).one().state is LeadState.OFFERED
        assert "sorry we missed your call" in message_to(CUSTOMER).body

    def test_a_call_that_was_taken_is_no_lead(self, twilio, number):
        path = f"/in/{number.key}/twilio/voice-status"
        for more in ({}, {"DialBridged": "true"}):
            twilio(path, From=CUSTOMER, CallSid="CA1", DialCallStatus="completed", **more)

        assert db.session.query(Lead).count() == 0

    def test_a_caller_who_hangs_up_while_it_rings_is_a_lead_too(self, twilio, number):
        twilio(f"/in/{number.key}/twilio/voice-status", From=CUSTOMER, CallSid="CA1", CallStatus="no-answer")

        assert db.session.query(Lead).one().phone == CUSTOMER

    def test_what_the_caller_said_is_kept_with_his_lead_once(self, twilio, number):
        path = f"/in/{number.key}/twilio/voice-status"
        twilio(path, From=CUSTOMER, CallSid="CA1", DialCallStatus="no-answer")
        for _time in range(2):
            twilio(path, From=CUSTOMER, CallSid="CA1", RecordingUrl="https://api.twilio.com/r/RE1")

        lead = db.session.query(Lead).one()
        voicemails = db.session.query(Event).filter_by(lead_id=lead.id, kind="message").all()
        assert [event.text for event in voicemails] == ["Voicemail: https://api.twilio.com/r/RE1"]

    def test_without_a_telephone_in_the_office_the_caller_is_asked_for_a_message_at_once(self, twilio, office, number):
        with transaction():
            db.session.get_one(Rep, office.mia.id).phone = None

        answer = twilio(f"/in/{number.key}/twilio/voice", From=CUSTOMER, CallSid="CA1")

        assert "Say after the tone" in said(answer)
        assert db.session.query(Lead).count() == 1


class TestReports:
    @pytest.fixture
    def text(self, office) -> Message:
        make_lead(phone=CUSTOMER)
        text = message_to(CUSTOMER)
        with transaction():
            db.session.get_one(Message, text.id).provider_id = "SM9"
        return text

    def state(self, text: Message) -> tuple[MessageState, str | None]:
        now = db.session.get_one(Message, text.id, populate_existing=True)
        return now.state, now.error

    def test_a_text_that_arrived_says_so_by_its_address_or_by_its_name(self, twilio, text, number):
        twilio(f"/twilio/status/{text.receipt}", MessageSid="SM9", MessageStatus="sent")
        assert self.state(text)[0] is MessageState.SENT

        twilio(f"/in/{number.key}/twilio/status", MessageSid="SM9", MessageStatus="delivered")
        assert self.state(text)[0] is MessageState.SHOWN

    def test_a_late_or_repeated_report_moves_nothing_backwards(self, twilio, text):
        for status in ("delivered", "sent", "queued", "undelivered", "delivered"):
            assert twilio(f"/twilio/status/{text.receipt}", MessageStatus=status).status_code == 200

        assert self.state(text) == (MessageState.SHOWN, None)
        shown = db.session.query(Event).filter_by(lead_id=text.lead_id, kind="shown").count()
        assert shown == 1

    def test_a_text_that_did_not_arrive_is_on_the_timeline_with_its_code(self, twilio, text):
        twilio(f"/twilio/status/{text.receipt}", MessageStatus="undelivered", ErrorCode="30006")

        assert self.state(text) == (MessageState.FAILED, "Twilio cannot reach the number (30006).")
        notes = db.session.query(Event).filter_by(lead_id=text.lead_id, kind="note").all()
        assert notes[-1].text == "Text to the customer was not sent. Twilio cannot reach the number (30006)."

    @pytest.mark.parametrize("code", ["", "x", "\u0663\u0660\u0660\u0660\u0666", "9" * 5000])
    def test_a_code_that_is_none_is_not_read(self, twilio, text, code):
        assert twilio(f"/twilio/status/{text.receipt}", MessageStatus="failed", ErrorCode=code).status_code == 200

        assert self.state(text) == (MessageState.FAILED, "It was reported as failed.")

    def test_a_reps_number_that_cannot_be_reached_counts_against_it(self, twilio, office):
        make_lead()
        hers = message_to(ANA)

        twilio(f"/twilio/status/{hers.receipt}", MessageStatus="undelivered", ErrorCode="30006")

        assert db.session.get_one(Message, hers.id, populate_existing=True).nobody_there

    def test_what_the_carriers_hold_against_us_is_ours_and_not_the_numbers(self, twilio, text):
        twilio(f"/twilio/status/{text.receipt}", MessageStatus="undelivered", ErrorCode="30034")

        now = db.session.get_one(Message, text.id, populate_existing=True)
        assert (now.state, now.refused, now.nobody_there) == (MessageState.FAILED, True, False)

    def test_a_number_that_opted_out_with_the_carrier_gets_no_texts_any_more(self, twilio, text):
        twilio(f"/twilio/status/{text.receipt}", MessageStatus="failed", ErrorCode="21610")

        assert db.session.query(OptOut).one().phone == CUSTOMER

    @pytest.mark.parametrize("path", ["/twilio/status/nobody", "/twilio/call-status/nobody"])
    def test_a_report_of_a_message_that_nobody_knows_is_ignored_and_counted(self, twilio, office, path):
        assert twilio(path, MessageStatus="delivered", CallStatus="completed").status_code == 200
        assert counted() == {"unknown": 1}


class TestCall:
    @pytest.fixture
    def call(self, office, clock) -> Message:
        make_lead(name="Maria Lopez", phone=CUSTOMER, message="burst pipe, water everywhere", postcode="94107")
        clock.advance(60)
        return message_to(ANA, Channel.CALL)

    def test_the_offer_is_read_and_a_key_is_asked_for(self, twilio, call):
        answer = twilio(f"/twilio/call/{call.receipt}", CallSid="CA1")

        assert "URGENT: Plumbing. 94107." in said(answer)
        assert said(answer).count("Press 1 to accept, or 2 to pass.") == 2
        assert "Maria" not in said(answer)
        [gather] = ElementTree.fromstring(answer.data).iter("Gather")
        assert gather.get("action") == f"/twilio/call/{call.receipt}/key"

    def test_a_call_that_was_picked_up_was_shown(self, twilio, call):
        twilio(f"/twilio/call/{call.receipt}", CallSid="CA1")

        assert db.session.get_one(Message, call.id, populate_existing=True).state is MessageState.SHOWN

    def test_one_claims_it(self, twilio, office, call):
        answer = twilio(f"/twilio/call/{call.receipt}/key", Digits="1")

        assert reread(call.lead_id).owner_id == office.ana.id
        assert "Yours. Call Maria Lopez" in said(answer)

    def test_two_passes_it(self, twilio, office, call):
        twilio(f"/twilio/call/{call.receipt}/key", Digits="2")

        assert reread(call.lead_id).accountable_id == office.ben.id

    @pytest.mark.parametrize("digits", ["3", "", "#", "\u0661"])
    def test_another_key_changes_nothing_and_the_offer_is_read_again(self, twilio, call, digits):
        answer = twilio(f"/twilio/call/{call.receipt}/key", Digits=digits)

        assert reread(call.lead_id).owner_id is None
        assert [each.text for each in ElementTree.fromstring(answer.data).iter("Redirect")] == [
            f"/twilio/call/{call.receipt}"
        ]

    def test_a_key_about_nothing_changes_nothing(self, twilio, office):
        answer = twilio("/twilio/call/nobody/key", Digits="1")

        assert (answer.status_code, "Nothing was changed" in said(answer)) == (200, True)

    def test_a_call_that_nobody_took_says_so(self, twilio, call):
        twilio(f"/twilio/call-status/{call.receipt}", CallStatus="no-answer")

        assert db.session.get_one(Message, call.id, populate_existing=True).state is MessageState.FAILED


class TestCallInSpanish:
    """Ana reads Spanish, and is spoken to in it."""

    @pytest.fixture
    def call(self, office, spanish, clock) -> Message:
        spanish.update(
            {
                "URGENT: {service}": "URGENTE: {service}",
                "Press 1 to accept, or 2 to pass.": "Oprime 1 para aceptar, o 2 para pasar.",
                "There is no such key. Nothing was changed.": "Esa tecla no existe.",
                "Passed. It goes to the next.": "Pasado. Sigue otro.",
            }
        )
        with transaction():
            db.session.get_one(Rep, office.ana.id).language = Language.SPANISH
        make_lead(phone=CUSTOMER, message="burst pipe, water everywhere", postcode="94107")
        clock.advance(60)
        return message_to(ANA, Channel.CALL)

    def test_the_offer_is_read_and_a_key_is_asked_for_by_a_voice_that_knows_spanish(self, twilio, call):
        answer = twilio(f"/twilio/call/{call.receipt}", CallSid="CA1")

        assert "URGENTE: Plumbing. 94107." in said(answer)
        assert said(answer).count("Oprime 1 para aceptar, o 2 para pasar.") == 2
        assert {say.get("language") for say in ElementTree.fromstring(answer.data).iter("Say")} == {"es-MX"}

    @pytest.mark.parametrize(("key", "told"), [("2", "Pasado. Sigue otro."), ("7", "Esa tecla no existe.")])
    def test_the_key_is_answered_in_spanish(self, twilio, call, key, told):
        answer = twilio(f"/twilio/call/{call.receipt}/key", CallSid="CA1", Digits=key)

        assert told in said(answer)
        assert {say.get("language") for say in ElementTree.fromstring(answer.data).iter("Say")} == {"es-MX"}

    def test_the_text_before_it_says_in_spanish_which_digits_answer_it(self, spanish, office, clock, twilio):
        spanish["Reply {yes} to accept, {no} to pass."] = "Responde {yes} para sí, {no} para no."
        with transaction():
            db.session.get_one(Rep, office.ana.id).language = Language.SPANISH
        make_lead(phone=CUSTOMER)

        assert "\nResponde 1 para si, 2 para no.\n" in message_to(ANA).body
