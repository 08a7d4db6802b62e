"""Texts and calls against a stand-in for Twilio: what is asked of it, and what each of its answers leads to."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from leadapp import clock as wall_clock
from leadapp import doctor
from leadapp.extensions import db
from leadapp.models import Channel, Event, Message, MessageState
from leadapp.notify import twilio
from leadapp.notify.outcomes import Refused, Sent, Unreachable
from leadapp.notify.transports import transport_of
from tests.builders import make_lead, make_rep
from tests.notify.conftest import OUR_NUMBER, deliver, send_by_twilio, waiting_message
from tests.notify.twilio_api import SID, TOKEN, Said, TwilioApi

HERS = "+14155550123"


@pytest.fixture
def api(app, office, twilio_api):
    return twilio_api


def write(channel=Channel.SMS, body="Ana will call you by 10:15.", **columns) -> Message:
    return waiting_message(channel, HERS, body, **columns)


def outcome_of(message: Message):
    return transport_of(message.channel).prepare(message, wall_clock.now()).send()


def test_a_text_is_asked_for_with_our_number_and_the_place_to_report_to(api):
    sent = deliver(write())

    [made] = api.made
    assert made.kind == "Messages"
    assert made.fields == {
        "To": HERS,
        "From": OUR_NUMBER,
        "Body": "Ana will call you by 10:15.",
        "StatusCallback": f"https://leads.example.org/twilio/status/{sent.receipt}",
        "ValidityPeriod": "3600",
    }
    assert (sent.state, sent.sent_at) == (MessageState.SENT, wall_clock.now())


def test_a_messaging_service_sends_texts_under_its_own_name(app, api):
    send_by_twilio(app, api, twilio_from="MG0123")

    deliver(write())

    assert api.made[0].fields["MessagingServiceSid"] == "MG0123"
    assert "From" not in api.made[0].fields


def test_a_call_is_asked_for_with_the_places_to_ask_and_to_report_to(api):
    sent = deliver(write(Channel.CALL))

    [made] = api.made
    assert made.kind == "Calls"
    assert made.fields == {
        "To": HERS,
        "From": OUR_NUMBER,
        "Url": f"https://leads.example.org/twilio/call/{sent.receipt}",
        "StatusCallback": f"https://leads.example.org/twilio/call-status/{sent.receipt}",
        "Timeout": "25",
    }
    assert sent.state is MessageState.SENT


@pytest.mark.parametrize(("left", "validity", "rings"), [(0.4, "1", "1"), (20.9, "20", "20"), (86_400, "36000", "25")])
def test_twilio_keeps_trying_for_as_long_as_it_is_worth_anything(api, clock, left, validity, rings):
    expires_at = clock.now() + timedelta(seconds=left)

    for channel in (Channel.SMS, Channel.CALL):
        deliver(write(channel, expires_at=expires_at))

    text, call = api.made
    assert (text.fields["ValidityPeriod"], call.fields["Timeout"]) == (validity, rings)


def test_a_messaging_service_is_never_asked_to_call(app, api, clock):
    send_by_twilio(app, api, twilio_from="MG0123")

    tried = deliver(write(Channel.CALL))

    assert (tried.state, api.made) == (MessageState.FAILED, [])
    assert "TWILIO_FROM must be a phone number" in tried.error
    said = {finding.name: str(finding) for finding in doctor.examine(clock.now())}
    assert said["sms"].startswith("warn sms: Texts leave through twilio; calls need a phone number")


def test_the_provider_s_name_for_what_it_took_comes_with_the_outcome(api):
    outcomes = [outcome_of(write()), outcome_of(write(Channel.CALL))]

    assert outcomes == [Sent(made.sid) for made in api.made]
    assert all(outcome.provider_id for outcome in outcomes)


def test_the_timeline_says_that_twilio_took_the_text(api):
    rep, lead = make_rep("Cleo"), make_lead()
    message = write(lead_id=lead.id, rep_id=rep.id, offer_id=offer_of(lead))

    deliver(message)

    told = [event.text for event in db.session.query(Event).filter_by(lead_id=lead.id, kind="alerted")]
    assert told == ["Text to Cleo was taken by Twilio."]


def test_letters_of_every_alphabet_are_sent_as_they_are(api):
    deliver(write(body="Señora Ñandú 🚿 & más + 5 % = Дом"))

    assert api.made[0].fields["Body"] == "Señora Ñandú 🚿 & más + 5 % = Дом"


@pytest.mark.parametrize("said", [Said(429, 20429), Said(500, 20500), Said(503), Said(502, text="<html>Bad Gateway")])
def test_a_busy_twilio_is_asked_again(api, clock, said):
    api.answers.append(said)

    tried = deliver(write())
    assert (tried.state, tried.due_at > clock.now()) == (MessageState.PENDING, True)

    clock.advance(2)
    assert deliver(tried).state is MessageState.SENT
    assert len(api.made) == 1


def test_twilio_is_left_alone_for_as_long_as_it_asks(api, clock):
    api.answers.append(Said(429, 20429, {"Retry-After": "30"}))

    assert deliver(write()).due_at == clock.now() + timedelta(seconds=30)


def test_a_twilio_that_does_not_answer_is_tried_again(api, monkeypatch):
    monkeypatch.setattr(twilio, "_SECONDS", 0.2)
    use_new_connections(monkeypatch)
    gave_up = threading.Event()
    api.meanwhile = lambda: gave_up.wait(20)

    tried = deliver(write())
    gave_up.set()

    assert (tried.state, tried.error) == (MessageState.PENDING, "Twilio did not answer (ReadTimeout).")


def test_a_twilio_that_is_away_is_tried_again(app, office):
    with TwilioApi().listening() as gone:
        send_by_twilio(app, gone)

    tried = deliver(write())

    assert (tried.state, tried.error) == (MessageState.PENDING, "Twilio did not answer (ConnectionError).")


def test_an_answer_that_cannot_be_read_is_no_proof_that_it_was_taken(api):
    api.answers.append(Said(200, text="<html>Welcome to the hotel's network"))

    assert deliver(write()).state is MessageState.PENDING


def test_a_wrong_token_is_ours_to_mend_and_is_not_tried_again(app, api, caplog):
    send_by_twilio(app, api, twilio_auth_token="wr0ng")

    tried = deliver(write())

    assert (tried.state, tried.error, tried.refused) == (
        MessageState.FAILED,
        "Twilio refuses us: TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is wrong (20003).",
        True,
    )
    assert "twilio_refused status=401 code=20003" in caplog.text


def test_a_number_that_has_opted_out_is_said_to_have(api):
    api.answers += [Said(400, 21610)] * 2

    assert outcome_of(write()) == Unreachable("The number has opted out of our texts (21610).", 21610, opted_out=True)
    assert deliver(write()).state is MessageState.FAILED


@pytest.mark.parametrize("code", [21211, 21214, 21217, 21408, 21614, 21635, 30003, 30004, 30005, 30006])
def test_a_number_that_cannot_be_used_is_not_tried_again(api, code):
    api.answers += [Said(400, code)] * 2

    outcome = outcome_of(write())
    assert (type(outcome), outcome.code, outcome.opted_out) == (Unreachable, code, False)
    assert deliver(write()).state is MessageState.FAILED


@pytest.mark.parametrize("code", [21606, 21608, 21659, 30002, 30007, 30032, 30034])
def test_what_is_held_against_our_account_says_nothing_of_the_number(api, code):
    api.answers += [Said(400, code)] * 2

    assert isinstance(outcome_of(write()), Refused)
    tried = deliver(write())
    assert (tried.state, tried.refused, tried.nobody_there) == (MessageState.FAILED, True, False)
    assert tried.error.startswith("Twilio refuses us: ")


def test_a_full_queue_is_asked_again(api):
    api.answers.append(Said(400, 21611))

    assert deliver(write()).state is MessageState.PENDING


def test_what_twilio_will_not_take_for_another_reason_keeps_its_code(api):
    api.answers.append(Said(400, 21617))

    tried = deliver(write())

    assert (tried.state, tried.error) == (MessageState.FAILED, "Twilio answered 400 (21617).")
    assert (tried.refused, tried.nobody_there) == (False, False)


def test_a_redirect_is_not_followed(api):
    api.answers.append(Said(307, headers={"Location": f"{api.origin}/2010-04-01/Accounts/{SID}/Messages.json"}))

    assert deliver(write()).state is MessageState.FAILED
    assert api.made == []


def test_one_connection_serves_many_texts(api):
    for _ in range(5):
        deliver(write())

    assert (len(api.made), len(api.connections)) == (5, 1)


def test_no_transaction_is_open_while_twilio_is_waited_for(api):
    engine, connections = db.engine, []
    api.meanwhile = lambda: connections.append(engine.pool.checkedout())

    deliver(write())

    assert connections == [0]


def test_no_log_line_holds_a_number_a_text_or_the_token(app, api, caplog):
    caplog.set_level("INFO")
    api.answers += [Said(400, 21211), Said(400, 21610), Said(503, 20500)]

    tried = [deliver(write()) for _ in range(4)]
    send_by_twilio(app, api, twilio_auth_token="wr0ng")
    tried.append(deliver(write()))

    said = caplog.text + "".join(message.error or "" for message in tried)
    assert "outcome=unreachable" in said
    assert not any(secret in said for secret in (HERS[1:], "Ana will call", TOKEN, "wr0ng"))
    assert not [record for record in caplog.records if record.name.startswith("twilio")]
    parcel = repr(transport_of(Channel.SMS).prepare(tried[0], wall_clock.now()))
    assert not any(secret in parcel for secret in (HERS[1:], "Ana will call", "wr0ng"))


def offer_of(lead):
    return db.session.execute(db.text("SELECT id FROM offers WHERE lead_id = :lead"), {"lead": lead.id}).scalar()


def use_new_connections(monkeypatch):
    """A client made before the time-out was changed would keep the old one."""
    monkeypatch.setattr(twilio, "_local", threading.local())
