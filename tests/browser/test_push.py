"""A phone, the whole way: subscribed in Chromium, rung through a push service that decrypts, answered while locked.

Only `PushManager` is a stand-in, for Chromium without a vendor's push service cannot subscribe.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from leadapp import clock, create_app
from leadapp.extensions import db
from leadapp.models import Lead, Message, PushSubscription
from leadapp.notify import outbox
from leadapp.settings import Settings
from leadapp.workflow.access import make_login_link
from leadapp.workflow.ownership import assign_lead
from tests.builders import Office, make_lead, pending_offer
from tests.conftest import NO_REDIS
from tests.fakes import Device, PushService

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STUB = """(sub => { let current = null;
  const make = ({ applicationServerKey: key }) => ({
    endpoint: sub.endpoint, options: { applicationServerKey: key.buffer },
    toJSON: () => sub, unsubscribe: async () => { current = null; return true; } });
  PushManager.prototype.subscribe = async options => current = make(options);
  PushManager.prototype.getSubscription = async () => current; })(%s)"""
TAP = """async action => {
  const [notification] = await inTurn(() => self.registration.getNotifications());
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action })); }"""
KEPT = """async () => {
  const open = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  return (await Promise.all(open.map(cache => cache.keys()))).flat().map(request => request.url); }"""
# In turn, as the worker itself asks: Chromium forgets a notification that is shown while it is asked which there are.
SHOWN = """() => inTurn(async () =>
  (await self.registration.getNotifications()).map(n => ({ title: n.title, body: n.body, tag: n.tag })))"""
CLOSE = "() => inTurn(async () => (await self.registration.getNotifications()).forEach(n => n.close()))"


@dataclass
class World:
    app: Flask
    office: Office
    base: str
    service: PushService


@pytest.fixture
def world(tmp_path, sqlite_url) -> Iterator[World]:
    """The application on a real port, with a push service it trusts."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base = f"http://localhost:{server.port}"
    with PushService().listening() as service:
        settings = Settings(
            data_dir=tmp_path,
            database_url=sqlite_url,
            redis_url=NO_REDIS,
            secret_key="a secret of the tests",
            base_url=base,
            push_extra_origins=(service.origin,),
        )
        server.app = app = create_app(settings)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with app.app_context():
            yield World(app, Office(), base, service)
            db.session.remove()
            db.engine.dispose()
        server.shutdown()
        server.server_close()
        thread.join()


class Phone:
    """Ana's phone, signed in and on /me."""

    def __init__(self, world: World, context: BrowserContext, device: Device) -> None:
        self.world, self.context, self.device = world, context, device
        self.page: Page = context.new_page()
        link = make_login_link(world.office.ana.id, clock.now())
        self.page.goto(f"{world.base}/sign-in/link/{link}")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/my")
        self.page.goto(f"{world.base}/me")

    def receive(self) -> Message:
        """Sends what is due, hands what the push service got to the browser as the vendor's would, until it rang."""
        self.until(lambda: len([m for m in waiting() if m.subscription_id]), 1)
        [message] = [m for m in waiting() if m.subscription_id]
        outbox.deliver(message.id, clock.now())
        self.deliver(self.device.pushes[-1].plaintext.decode())
        self.until(lambda: reread(message).shown_at is not None)
        return message

    def tap(self, action: str) -> None:
        self.worker().evaluate(TAP, action)

    def notifications(self) -> list[dict[str, str]]:
        return self.worker().evaluate(SHOWN)

    def see(self, part: str, *texts: str) -> None:
        """Waits until the notifications have these titles, or bodies, and there are no others."""
        self.until(lambda: sorted(notification[part] for notification in self.notifications()), sorted(texts))

    def close_notifications(self) -> None:
        self.worker().evaluate(CLOSE)
        self.until(self.notifications, [])

    def until(self, look: Callable[[], object], expected: object = True) -> None:
        """Looks until it sees what is expected, for thirty seconds at least; lets the browser's events in meanwhile."""
        for _ in range(600):
            if (seen := look()) == expected:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"waited for {expected!r}, and saw {seen!r} in the end")

    def worker(self):
        return self.context.service_workers[0]

    def deliver(self, *pushes: str) -> None:
        cdp, active = self.context.new_cdp_session(self.page), set()
        cdp.on(
            "ServiceWorker.workerVersionUpdated",
            lambda event: active.update(v["registrationId"] for v in event["versions"] if v["status"] == "activated"),
        )
        cdp.send("ServiceWorker.enable")
        self.until(lambda: len(active), 1)
        target = {"origin": self.world.base, "registrationId": active.pop()}
        for data in pushes:
            cdp.send("ServiceWorker.deliverPushMessage", {**target, "data": data})


@pytest.fixture
def phone(world: World) -> Iterator[Phone]:
    device = world.service.new_device()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=FLAGS)
        context = browser.new_context(**playwright.devices["Pixel 7"])
        context.set_default_timeout(10_000)
        context.grant_permissions(["notifications"], origin=world.base)
        context.add_init_script(STUB % json.dumps(device.to_json()))
        yield Phone(world, context, device)
        browser.close()


def test_a_test_alert_rings_the_phone_and_the_page_says_so(phone):
    phone.page.get_by_role("button", name="Turn on alerts").click()
    phone.receive()

    expect(phone.page.locator("[data-alert-status]")).to_contain_text("It rang")
    assert len(phone.notifications()) == 1


def test_a_subscription_is_posted_again_on_every_load(phone):
    subscribed(phone)
    before = subscription().seen_at

    phone.page.reload()

    expect(phone.page.locator("[data-alert-status]")).to_have_text("Alerts are on for this phone.")
    assert subscription().seen_at > before


def test_an_offer_is_shown_reported_and_accepted_with_its_button(phone):
    subscribed(phone)
    lead = make_lead(service="Slow drain", postcode="11201")
    message = phone.receive()
    [shown] = phone.notifications()
    assert "Slow drain" in shown["title"]

    phone.tap("accept")

    phone.until(lambda: owner_of(lead), phone.world.office.ana.id)
    phone.see("title", "Yours.")
    phone.until(lambda: reread(message).opened_at is not None)


def test_who_taps_too_late_is_told_who_has_it(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    assign_lead(lead.id, phone.world.office.ben.id, now=clock.now())

    phone.tap("accept")

    phone.see("body", "Ben has it.")


def test_a_tap_without_network_never_claims_anything(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    phone.context.set_offline(True)

    phone.tap("accept")

    phone.see("title", "Not sent")
    assert owner_of(lead) is None


def test_pass_moves_the_lead_on(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()

    phone.tap("pass")

    phone.until(lambda: pending_offer(reread(lead)).rep_id, phone.world.office.ben.id)
    assert phone.notifications() == []


def test_a_push_that_cannot_be_read_still_shows_something(phone):
    subscribed(phone)

    for data in ("", "not JSON", "{}", '{"notification": {}}', '{"notification": null}', "[]", "null"):
        phone.deliver(data)

        phone.see("title", "Leadapp")
        phone.close_notifications()


def test_the_same_tag_is_shown_once(phone):
    subscribed(phone)
    for body in ("first", "second"):
        phone.deliver(alert("Lead", body, "offer-1"))
        phone.see("body", body)


def test_alerts_that_arrive_together_can_all_be_tapped(phone):
    subscribed(phone)
    leads = [f"Lead {number}" for number in range(20)]

    phone.deliver(*(alert(lead, "", lead) for lead in leads))

    phone.see("title", *leads)


def test_a_receipt_that_does_not_get_through_is_sent_again(phone):
    subscribed(phone)
    lost = lose_first(phone.world.app, "/shown")
    make_lead()

    message = phone.receive()

    assert lost == [f"/messages/{message.receipt}/shown"]


def test_without_network_there_is_a_page_that_says_so_and_nothing_private(phone):
    subscribed(phone)
    phone.page.reload()
    phone.context.set_offline(True)

    phone.page.goto(f"{phone.world.base}/my")

    expect(phone.page.get_by_role("heading", name="No network")).to_be_visible()
    kept = [url.removeprefix(phone.world.base) for url in phone.page.evaluate(KEPT)]
    assert all(path == "/offline" or path.startswith("/assets/") for path in kept)


def test_signing_out_takes_the_phone_off_the_list(phone):
    subscribed(phone)

    phone.page.get_by_role("button", name="Sign out of this phone").click()
    phone.page.wait_for_url("**/sign-in")

    assert make_lead().state == "offered"
    assert [m.channel for m in waiting()] == ["email"]


def subscribed(phone: Phone) -> None:
    """Turns alerts on and lets the test alert ring; starts with no notification."""
    phone.page.get_by_role("button", name="Turn on alerts").click()
    phone.receive()
    expect(phone.page.locator("[data-alert-status]")).to_contain_text("It rang")
    phone.close_notifications()


def alert(title: str, body: str, tag: str) -> str:
    return json.dumps({"notification": {"title": title, "body": body, "tag": tag, "navigate": "/my"}})


def lose_first(app: Flask, ending: str) -> list[str]:
    """Answers the first request to such a path itself, with 503; the list tells which it was."""
    served, lost = app.wsgi_app, []

    def with_loss(environ, start_response):
        path = environ["PATH_INFO"]
        if lost or not path.endswith(ending):
            return served(environ, start_response)
        lost.append(path)
        start_response("503 Service Unavailable", [])
        return []

    app.wsgi_app = with_loss
    return lost


def subscription() -> PushSubscription:
    db.session.rollback()
    return db.session.query(PushSubscription).populate_existing().one()


def waiting() -> list[Message]:
    db.session.rollback()
    return db.session.query(Message).filter_by(state="pending").populate_existing().all()


def reread(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id, populate_existing=True)


def owner_of(lead: Lead) -> str | None:
    return reread(lead).owner_id
