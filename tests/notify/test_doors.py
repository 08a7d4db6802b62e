"""The addresses a phone talks to: subscription, test alert, receipts, answers from the lock screen."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeSerializer

from leadapp.models import MessageState
from leadapp.notify import outbox
from leadapp.notify.subscriptions import live_subscriptions
from leadapp.notify.tokens import make_offer_token
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead
from tests.builders import make_lead, pending_offer, reread
from tests.fakes import Device
from tests.notify.conftest import message_about, sign_in


@pytest.fixture(autouse=True)
def without_form_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def offer(office):
    return pending_offer(make_lead(name="Jo Secret", phone="+14155550123"))


def accept(client, offer, token, **headers):
    return client.post(f"/offers/{offer.id}/acceptance-by-token", json={"token": token}, headers=headers)


def pass_on(client, offer, token):
    return client.post(f"/offers/{offer.id}/pass-by-token", json={"token": token})


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/push/key"), ("PUT", "/push/subscription"), ("DELETE", "/push/subscription"), ("POST", "/push/test")],
)
def test_nobody_signed_in_is_401(client, office, method, path):
    assert client.open(path, method=method, json={}).status_code == 401


def test_a_page_keeps_and_removes_its_subscription(client, office, push_service):
    sign_in(client, office.ana)
    key = client.get("/push/key").json
    device = push_service.new_device()

    assert client.put("/push/subscription?key=%00", json=device.to_json()).status_code == 404
    kept = client.put(f"/push/subscription?key={key['id']}", json=device.to_json())
    assert (kept.status_code, kept.data) == (204, b"")
    assert [d.endpoint for d in live_subscriptions(office.ana.id)] == [device.endpoint]

    for endpoint in ("\x00", "\ud800", device.endpoint):
        assert client.delete("/push/subscription", json={"endpoint": endpoint}).status_code == 204
    assert live_subscriptions(office.ana.id) == []


def test_a_page_that_subscribed_again_says_what_that_replaces(client, office, phone, push_service):
    sign_in(client, office.ana)
    renewed = push_service.new_device()

    kept = client.put("/push/subscription", json=renewed.to_json() | {"replaces": phone.endpoint})

    assert kept.status_code == 204
    assert [d.endpoint for d in live_subscriptions(office.ana.id)] == [renewed.endpoint]


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"{", b"\xff\xfe"])
def test_a_body_that_is_no_object_is_422(client, office, body):
    sign_in(client, office.ana)

    assert client.put("/push/subscription", data=body, content_type="application/json").status_code == 422


def test_an_unknown_push_service_is_422_and_names_the_field(client, office):
    sign_in(client, office.ana)

    answer = client.put("/push/subscription", json=Device("https://10.0.0.1/push").to_json())

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "endpoint"


def test_pages_need_the_form_token(app, client, office):
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(client, office.ana)

    assert client.post("/push/test").status_code == 400


def test_a_test_alert_goes_the_whole_way_and_back(client, office, phone, clock):
    sign_in(client, office.ana)
    [receipt] = client.post("/push/test").json["receipts"]

    for message_id in outbox.take_due_messages(clock.now()):
        outbox.deliver(message_id, clock.now())

    said = phone.pushes[0].json["notification"]
    assert said["data"]["receipt"] == receipt
    assert "token" not in said["data"]
    assert "actions" not in said
    assert client.post(f"/messages/{receipt}/shown").status_code == 204


def test_receipts_need_no_cookie_and_no_form_token(app, client, phone, clock):
    app.config["WTF_CSRF_ENABLED"] = True
    message = message_about(pending_offer(make_lead()).id)
    outbox.deliver(message.id, clock.now())

    for what in ("shown", "opened"):
        assert client.post(f"/messages/{message.receipt}/{what}").status_code == 204
        assert client.post(f"/messages/unknown/{what}").status_code == 204

    assert message_about(message.offer_id).state == MessageState.OPENED


def test_a_locked_phone_accepts_with_its_token_again_and_again(app, client, office, offer):
    app.config["WTF_CSRF_ENABLED"] = True
    token = make_offer_token(offer)

    first, second = accept(client, offer, token), accept(client, offer, token)

    assert (first.status_code, first.json) == (200, {"state": "yours"})
    assert (second.status_code, second.json) == (200, {"state": "yours"})
    assert reread(offer.lead_id).owner_id == office.ana.id


def test_a_locked_phone_passes_and_the_lead_moves_on(client, office, offer):
    answer = pass_on(client, offer, make_offer_token(offer))

    assert (answer.status_code, answer.json) == (200, {"state": "passed"})
    assert reread(offer.lead_id).accountable_id == office.ben.id


def test_a_late_accept_of_a_lead_that_nobody_has_wins(client, office, offer, clock):
    clock.advance(600)

    assert accept(client, offer, make_offer_token(offer)).status_code == 200


def test_the_loser_learns_who_has_it_and_nothing_of_the_customer(client, office, offer, clock):
    assign_lead(offer.lead_id, office.ben.id, now=clock.now(), actor_id=office.mia.id)

    answer = accept(client, offer, make_offer_token(offer))

    assert answer.status_code == 409
    assert answer.json["taken_by"] == {"id": office.ben.id, "name": "Ben"}
    assert answer.json["taken_at"] == "2026-11-22T10:00:00Z"
    assert "Secret" not in answer.text
    assert "4155550123" not in answer.text


def test_a_token_of_another_offer_is_403(client, office, offer):
    other = pending_offer(make_lead())

    assert accept(client, offer, make_offer_token(other)).status_code == 403
    assert reread(offer.lead_id).owner_id is None


def test_an_altered_token_is_403(client, office, offer):
    token = make_offer_token(offer)
    head, signature = token.rsplit(".", 1)
    forged = URLSafeSerializer("another secret", salt="offer-token").dumps([offer.id, office.ben.id, 9_999_999_999])

    for altered in (token[1:], f"{head}.{'A' * len(signature)}", forged, "", ".", "é", "x" * 10_000):
        assert accept(client, offer, altered).status_code in (403, 422)
    assert reread(offer.lead_id).owner_id is None


def test_a_token_does_not_live_for_ever(client, office, offer, clock):
    token = make_offer_token(offer)
    clock.advance(2 * 3600)

    assert accept(client, offer, token).status_code == 403


def test_another_site_cannot_answer_even_with_the_token(client, office, offer):
    token = make_offer_token(offer)

    assert accept(client, offer, token, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert accept(client, offer, token, **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_opening_the_address_answers_nothing(client, office, offer):
    assert client.get(f"/offers/{offer.id}/acceptance-by-token?token={make_offer_token(offer)}").status_code == 405


def test_a_closed_lead_is_409(client, office, offer, clock):
    accept_offer(offer.id, now=clock.now())

    assert pass_on(client, offer, make_offer_token(offer)).status_code == 409
