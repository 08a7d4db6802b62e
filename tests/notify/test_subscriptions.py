"""Which devices are kept, and for whom."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import PushSubscription
from leadapp.notify.endpoints import NotAPushService, check_endpoint
from leadapp.notify.subscriptions import (
    UnusableSubscription,
    keep_subscription,
    live_subscriptions,
    remove_subscription,
)
from tests.fakes import Device
from tests.notify.conftest import subscribe, subscription_of

FCM = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.mark.parametrize(
    "endpoint",
    [
        FCM,
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://FCM.googleapis.com:443/fcm/send/abc",
    ],
)
def test_known_push_services_are_allowed(app, endpoint):
    check_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "fcm.googleapis.com/fcm/send/abc",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://fcm.googleapis.com@127.0.0.1/abc",
        "https://user:pass@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com\\@127.0.0.1/abc",
        "https://fcm.googleapis.com.example.net/abc",
        "https://evilpush.apple.com/abc",
        "https://a..push.apple.com/abc",
        "https://.push.apple.com/abc",
        "https://-a.push.apple.com/abc",
        f"https://{'a' * 64}.push.apple.com/abc",
        "https://127.0.0.1/abc",
        "https://10.0.0.7/abc",
        "https://[::1]/abc",
        "https://[::ffff:127.0.0.1]/abc",
        "https://0.0.0.0/abc",
        "https://2130706433/abc",
        "https://100.64.0.1/abc",
        "https://fcm.googleapis.com./abc",
        "https://fcm\u3002googleapis.com/abc",
        "https://fcm.googl\u0435apis.com/abc",
        "https://fcm.googleapis.com%00.example.net/abc",
        "https://@fcm.googleapis.com/abc",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:port/abc",
        "https://[fcm.googleapis.com/abc",
        "https://fcm.googleapis.com/a\nb",
        "https://fcm.googleapis.com/ab#fragment",
        FCM + "x" * 2048,
    ],
)
def test_other_addresses_are_refused(app, endpoint):
    with pytest.raises(NotAPushService):
        check_endpoint(endpoint)


def test_the_same_device_posted_again_is_one_device(office, phone, clock):
    clock.advance(60)
    subscribe(office.ana, phone)

    [device] = live_subscriptions(office.ana.id)
    assert device.seen_at == clock.now()


def test_a_device_belongs_to_who_is_signed_in_on_it_now(office, phone):
    subscribe(office.ben, phone)

    assert live_subscriptions(office.ana.id) == []
    assert subscription_of(phone).rep_id == office.ben.id


def test_a_removed_device_comes_back_when_it_is_posted_again(office, phone, clock):
    remove_subscription(office.ana.id, phone.endpoint, clock.now())
    assert live_subscriptions(office.ana.id) == []

    subscribe(office.ana, phone)

    assert len(live_subscriptions(office.ana.id)) == 1


def test_nobody_removes_anothers_device(office, phone, clock):
    remove_subscription(office.ben.id, phone.endpoint, clock.now())

    assert len(live_subscriptions(office.ana.id)) == 1


def spoilt(**changes):
    json = Device(FCM).to_json()
    for name, value in changes.items():
        (json["keys"] if name in ("p256dh", "auth") else json)[name] = value
    return json


@pytest.mark.parametrize(
    ("subscription", "field"),
    [
        ({}, "endpoint"),
        (spoilt(endpoint=7), "endpoint"),
        (spoilt(endpoint="https://example.com/push"), "endpoint"),
        (spoilt(keys=None), "keys"),
        (spoilt(keys=[]), "keys"),
        (spoilt(p256dh=None), "keys.p256dh"),
        (spoilt(p256dh="!!!"), "keys.p256dh"),
        (spoilt(p256dh="BAAA"), "keys.p256dh"),
        (spoilt(p256dh="B" + "A" * 86), "keys.p256dh"),
        (spoilt(p256dh="x" * 100_000), "keys.p256dh"),
        (spoilt(p256dh=["B"]), "keys.p256dh"),
        (spoilt(auth="A" * 100_000), "keys.auth"),
        (spoilt(auth="AAAA"), "keys.auth"),
        (spoilt(auth="é" * 22), "keys.auth"),
        (spoilt(auth=True), "keys.auth"),
    ],
)
def test_garbage_is_refused_by_field(office, clock, subscription, field):
    with pytest.raises(UnusableSubscription) as refused:
        keep_subscription(office.ana.id, subscription, user_agent=None, key_id=None, now=clock.now())

    assert refused.value.field == field
    assert db.session.query(PushSubscription).count() == 0
