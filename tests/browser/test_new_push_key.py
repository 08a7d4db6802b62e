"""The push key is rotated while a phone is subscribed: it moves when Leadapp is next opened, and nobody is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import VapidKey
from leadapp.notify import outbox
from leadapp.notify.key_rotation import rotate_key
from tests.browser.phones import reread, subscribed, subscription, waiting
from tests.builders import make_lead

pytestmark = pytest.mark.browser


@pytest.fixture
def rotated(phone):
    """A subscribed phone, and the key that came after the one it subscribed with."""
    subscribed(phone)
    return db.session.get(VapidKey, rotate_key(clock.now()))


def reopen(phone):
    phone.page.reload()
    expect(phone.page.locator("[data-alert-status]")).to_have_text("Alerts are on for this phone.")


def test_opening_leadapp_subscribes_with_the_new_key_and_the_phone_stays_the_same(phone, rotated):
    before = subscription()
    identity, old_endpoint = before.id, before.endpoint

    reopen(phone)

    after = subscription()  # the only one there is
    assert (after.id, after.key_id) == (identity, rotated.id)
    assert (old_endpoint, after.endpoint) == tuple(device.endpoint for device in phone.devices)


def test_an_offer_made_before_the_phone_moved_rings_it_after(phone, rotated):
    make_lead(service="Slow drain")
    [message] = [message for message in waiting() if message.subscription_id]
    reopen(phone)

    outbox.deliver(message.id, clock.now())

    old, new = phone.devices
    assert [push.claims["k"] for push in new.pushes] == [rotated.public]
    assert len(old.pushes) == 1  # the test alert, when alerts were turned on
    phone.deliver(new.pushes[-1].plaintext.decode())
    phone.see("title", "New lead: Slow drain")
    phone.until(lambda: reread(message).shown_at is not None)


def test_a_phone_that_could_not_tell_us_the_first_time_moves_at_the_next_load(phone, rotated):
    phone.page.route("**/push/subscription?*", lambda route: route.abort())
    phone.page.reload()
    expect(phone.page.locator("[data-alert-status]")).to_contain_text("That did not work")
    phone.page.unroute("**/push/subscription?*")

    reopen(phone)

    assert (subscription().key_id, subscription().endpoint) == (rotated.id, phone.devices[1].endpoint)


def test_two_pages_opened_at_once_subscribe_once(phone, rotated):
    pages = [phone.page, phone.context.new_page()]
    phone.page.evaluate("localStorage.vendorIsSlow = true")
    for page in pages:
        page.goto(f"{phone.world.base}/me", wait_until="networkidle")
    phone.page.evaluate("delete localStorage.vendorIsSlow")

    for page in pages:
        expect(page.locator("[data-alert-status]")).to_have_text("Alerts are on for this phone.")
    assert subscription().endpoint == phone.devices[1].endpoint
