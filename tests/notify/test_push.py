"""Web push against a service that decrypts and checks: what arrives, and what each answer leads to."""

from __future__ import annotations

import re
import socket
import threading
from datetime import timedelta

import http_ece
import pytest
import pywebpush
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from urllib3.exceptions import LocationParseError, ProtocolError

from leadapp.extensions import db
from leadapp.languages import Language, spoken_in
from leadapp.models import Event, EventKind, MessageState, Rep, VapidKey
from leadapp.notify import outbox, push
from leadapp.notify.outcomes import Sent
from leadapp.notify.subscriptions import remove_subscription
from leadapp.routing.said import restored
from leadapp.transaction import transaction
from tests.builders import make_lead, pending_offer
from tests.fakes import Answer, decode, encode
from tests.notify.conftest import message_about, subscribe, subscription_of


@pytest.fixture
def offer(phone):
    """An offer to Ana that has not been alerted yet."""
    return pending_offer(
        make_lead(name="Jo Secret", phone="+14155550123", address="1 Hidden St", postcode="11201", service="Slow drain")
    )


def deliver(offer, clock):
    """Sends the alert about the offer once; answers its row as it is then."""
    outbox.deliver(message_about(offer.id).id, clock.now())
    return message_about(offer.id)


def texts(lead_id, kind):
    return [event.text for event in db.session.query(Event).filter_by(lead_id=lead_id, kind=kind).order_by(Event.id)]


def test_an_offer_arrives_as_the_interface_says(offer, phone, clock):
    message = deliver(offer, clock)

    [arrived] = phone.pushes
    said = arrived.json
    assert (said["web_push"], said["mutable"], said["app_badge"]) == (8030, True, "1")
    assert said["notification"]["navigate"] == "http://localhost/my"
    assert "Slow drain" in said["notification"]["title"]
    assert "11201" in said["notification"]["body"]
    assert [action["action"] for action in said["notification"]["actions"]] == ["accept", "pass"]
    assert said["notification"]["data"]["offer"] == offer.id
    assert said["notification"]["data"]["receipt"] == message.receipt
    assert said["notification"]["data"]["expires_at"] == "2026-11-22T10:05:00Z"
    assert (message.state, message.sent_at) == (MessageState.SENT, clock.now())


def test_its_buttons_and_its_story_can_be_read_in_spanish(office, phone, spanish, clock):
    spanish.update(
        {"Accept": "Aceptar", "Pass": "Pasar", "{message} {taken}.": "{message} {taken}!",
         "Push to {name}'s phone": "Aviso a {name}", "was taken by the push service": "salió"}
    )  # fmt: skip
    with transaction():
        db.session.get_one(Rep, office.ana.id).language = Language.SPANISH
    offer = pending_offer(make_lead())

    deliver(offer, clock)

    [arrived] = phone.pushes
    assert [action["title"] for action in arrived.json["notification"]["actions"]] == ["Aceptar", "Pasar"]
    [alerted] = db.session.query(Event).filter_by(lead_id=offer.lead_id, kind=EventKind.ALERTED)
    assert alerted.text == "Push to Ana's phone was taken by the push service."
    assert spoken_in(Language.SPANISH, restored(alerted.said, alerted.text)) == "Aviso a Ana salió!"


def test_nothing_of_the_customer_shows_on_a_locked_screen(offer, phone, clock):
    deliver(offer, clock)

    text = phone.pushes[0].plaintext.decode()
    assert not re.search("Secret|Jo |4155550123|Hidden", text)  # a token may hold any two letters


def test_headers_carry_the_time_left_the_urgency_and_one_topic_per_offer(offer, phone, clock):
    clock.advance(60)
    deliver(offer, clock)

    headers = phone.pushes[0].headers
    assert headers["ttl"] == "240"
    assert headers["urgency"] == "high"
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["topic"])
    assert headers["content-encoding"] == "aes128gcm"


def test_it_is_signed_for_the_service_in_the_owners_name(offer, phone, clock):
    deliver(offer, clock)

    claims = phone.pushes[0].claims
    assert claims["sub"] == "mailto:olivia@example.com"
    assert claims["k"] == db.session.get(VapidKey, subscription_of(phone).key_id).public


def test_the_timeline_says_that_the_push_was_taken(offer, clock):
    deliver(offer, clock)

    assert texts(offer.lead_id, "alerted") == ["Push to Ana's phone was taken by the push service."]


def test_every_phone_of_the_rep_rings(push_service, office, phone, clock):
    tablet = push_service.new_device()
    subscribe(office.ana, tablet)
    make_lead()

    for message_id in outbox.take_due_messages(clock.now()):
        outbox.deliver(message_id, clock.now())

    assert len(phone.pushes) == len(tablet.pushes) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_removed_and_the_timeline_says_so(offer, phone, clock, status):
    phone.answers.append(Answer(status))

    message = deliver(offer, clock)

    assert message.state == MessageState.FAILED
    assert subscription_of(phone).removed_at == clock.now()
    assert texts(offer.lead_id, "note") == [f"Push to Ana's phone was not sent. The push service answered {status}."]


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_refusal_never_removes_a_phone_but_is_kept_and_raised(offer, phone, clock, caplog, status):
    phone.answers.append(Answer(status))

    message = deliver(offer, clock)

    device = subscription_of(phone)
    assert (device.removed_at, device.refused_at) == (None, clock.now())
    assert message.state == MessageState.FAILED
    assert "push_refused" in caplog.text


def test_a_push_that_goes_through_clears_the_refusal(office, offer, phone, clock):
    phone.answers.append(Answer(403))
    deliver(offer, clock)

    deliver(pending_offer_to_ana(office), clock)

    assert subscription_of(phone).refused_at is None


def test_a_busy_service_is_asked_again_when_it_said_and_not_before(offer, phone, clock):
    phone.answers.append(Answer(429, {"Retry-After": "30"}))

    first = deliver(offer, clock)
    assert (first.state, first.due_at) == (MessageState.PENDING, clock.now() + timedelta(seconds=30))
    clock.advance(29)
    assert first.id not in outbox.take_due_messages(clock.now())
    deliver(offer, clock)
    assert len(phone.pushes) == 1

    clock.advance(1)
    assert deliver(offer, clock).state == MessageState.SENT
    assert len(phone.pushes) == 2


def test_retry_after_may_be_a_date(offer, phone, clock):
    phone.answers.append(Answer(503, {"Retry-After": "Sun, 22 Nov 2026 10:01:00 GMT"}))

    assert deliver(offer, clock).due_at == clock.now() + timedelta(seconds=60)


def test_waits_grow_from_one_try_to_the_next(offer, phone, clock):
    phone.answers.extend([Answer(503)] * 3)
    waits = []

    for _ in range(3):
        message = deliver(offer, clock)
        waits.append((message.due_at - clock.now()).total_seconds())
        clock.advance(waits[-1])

    assert [round(wait / ideal) for wait, ideal in zip(waits, (1, 2, 4), strict=True)] == [1, 1, 1]
    assert deliver(offer, clock).state == MessageState.SENT


def test_a_wait_beyond_the_offers_life_is_given_up_at_once(offer, phone, clock):
    phone.answers.append(Answer(503, {"Retry-After": "3600"}))

    assert deliver(offer, clock).state == MessageState.FAILED


def test_a_service_that_does_not_answer_is_tried_again(offer, phone, clock, monkeypatch):
    monkeypatch.setattr(push, "_READ_SECONDS", 0.1)
    gave_up = threading.Event()
    phone.answers.append(Answer(201, meanwhile=gave_up.wait))

    message = deliver(offer, clock)
    gave_up.set()

    assert (message.state, message.error) == (MessageState.PENDING, "The push service did not answer (ReadTimeout).")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (LocationParseError("a..push.apple.com"), MessageState.FAILED),
        (ValueError("no point on the curve"), MessageState.FAILED),
        (ProtocolError("cut off"), MessageState.PENDING),
    ],
)
def test_whatever_goes_wrong_while_sending_is_an_outcome(offer, clock, monkeypatch, error, state):
    def stumble(*_, **__):
        raise error

    monkeypatch.setattr(push, "webpush", stumble)

    assert deliver(offer, clock).state == state


def test_no_transaction_is_open_while_the_service_is_waited_for(offer, phone, clock):
    engine, connections = db.engine, []
    phone.answers.append(Answer(meanwhile=lambda: connections.append(engine.pool.checkedout())))

    deliver(offer, clock)

    assert connections == [0]


def test_a_redirect_is_not_followed(push_service, offer, phone, clock):
    elsewhere = push_service.new_device()
    phone.answers.append(Answer(307, {"Location": elsewhere.endpoint}))

    message = deliver(offer, clock)

    assert message.state == MessageState.FAILED
    assert elsewhere.pushes == elsewhere.refusals == []


def test_an_address_that_is_no_push_service_is_not_called(offer, phone, clock):
    with transaction():
        subscription_of(phone).endpoint = "http://127.0.0.1:9/inside"

    message = deliver(offer, clock)

    assert message.state == MessageState.FAILED
    assert "known push service" in message.error
    assert phone.pushes == []


@pytest.mark.parametrize(
    ("found", "state", "error"),
    [
        ("10.0.0.7", MessageState.FAILED, "fcm.googleapis.com leads to an address that is not public."),
        (None, MessageState.PENDING, "The push service did not answer (ConnectionError)."),
    ],
)
def test_a_name_that_leads_inside_or_nowhere_is_not_called(offer, phone, clock, monkeypatch, found, state, error):
    with transaction():
        subscription_of(phone).endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    look_up = socket.getaddrinfo

    def answer(host, port, *args, **options):
        if host != "fcm.googleapis.com":
            return look_up(host, port, *args, **options)
        if found is None:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)

    message = deliver(offer, clock)

    assert (message.state, message.error) == (state, error)


def test_a_push_over_3000_bytes_is_not_sent(offer, phone, clock):
    with transaction():
        message_about(offer.id).body = "é" * 1500

    message = deliver(offer, clock)

    assert (message.state, phone.pushes) == (MessageState.FAILED, [])
    assert subscription_of(phone).refused_at is None


def test_a_phone_signed_out_meanwhile_does_not_ring(office, offer, phone, clock):
    remove_subscription(office.ana.id, phone.endpoint, clock.now())

    assert deliver(offer, clock).state == MessageState.FAILED
    assert phone.pushes == []


def test_a_phone_that_changed_hands_does_not_ring_for_the_one_before(office, offer, phone, clock):
    subscribe(office.ben, phone)

    assert deliver(offer, clock).state == MessageState.FAILED
    assert phone.pushes == []


def pending_offer_to_ana(office):
    offers = [pending_offer(make_lead()) for _ in range(2)]
    return next(offer for offer in offers if offer.rep_id == office.ana.id)


def test_the_published_example_of_rfc_8291_comes_out_as_published(app, clock, monkeypatch):
    """Appendix A. The sender's key and the salt are random otherwise, and fixed by the example."""
    sender = ec.derive_private_key(
        int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    monkeypatch.setattr(pywebpush.ec, "generate_private_key", lambda *_: sender)
    monkeypatch.setattr(http_ece.os, "urandom", lambda _size: decode("DGv6ra1nlYgDCS1FRnbzlw"))
    bodies = []
    monkeypatch.setattr(push._NoRedirects, "post", lambda _self, _url, data, **_: bodies.append(data) or created())
    parcel = push.PushParcel(
        endpoint="https://fcm.googleapis.com/fcm/send/abc",
        is_extra=False,
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        payload=b"When I grow up, I want to be a watermelon",
        private_key=encode(bytes(31) + b"\x01"),
        subject="mailto:olivia@example.com",
        ttl=60,
        topic="t",
        now=clock.now(),
    )

    assert parcel.send() == Sent()

    assert encode(bodies[0]) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def created():
    response = requests.Response()
    response.status_code = 201
    return response
