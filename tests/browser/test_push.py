"""A phone, the whole way: subscribed in Chromium, rung through a push service that decrypts, answered while locked.

Only `PushManager` is a stand-in, for Chromium without a vendor's push service cannot subscribe.
"""

from __future__ import annotations

import json
import logging
import shutil
import socket
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
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action })); }"""
KEPT = """async () => {
  const open = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  return (await Promise.all(open.map(cache => cache.keys()))).flat().map(request => request.url); }"""
SHOWN = (
    "async () => (await self.registration.getNotifications()).map(n => ({ title: n.title, body: n.body, tag: n.tag }))"
)


@dataclass
class World:
    app: Flask
    office: Office
    base: str
    service: PushService


@pytest.fixture
def world(tmp_path, sqlite_url) -> Iterator[World]:
    """The application on a real port, with a push service it trusts."""
    port = _free_port()
    base = f"http://localhost:{port}"
    with PushService().listening() as service:
        settings = Settings(
            data_dir=tmp_path,
            database_url=sqlite_url,
            redis_url=NO_REDIS,
            secret_key="a secret of the tests",
            base_url=base,
            push_extra_origins=(service.origin,),
        )
        app = create_app(settings)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, app, threaded=True)
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
        until(lambda: bool(waiting()))
        [message] = [m for m in waiting() if m.subscription_id]
        outbox.deliver(message.id, clock.now())
        self.deliver(self.device.pushes[-1].plaintext.decode())
        until(lambda: reread(message).shown_at is not None, self.page)
        return message

    def tap(self, action: str) -> None:
        self.worker().evaluate(TAP, action)

    def notifications(self) -> list[dict[str, str]]:
        return self.worker().evaluate(SHOWN)

    def close_notifications(self) -> None:
        self.worker().evaluate("async () => (await self.registration.getNotifications()).forEach(n => n.close())")
        until(lambda: self.notifications() == [], self.page)

    def worker(self):
        return self.context.service_workers[0]

    def deliver(self, data: str) -> None:
        cdp, found = self.context.new_cdp_session(self.page), {}
        cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.update({r["scopeURL"]: r["registrationId"] for r in event["registrations"]}),
        )
        cdp.send("ServiceWorker.enable")
        until(lambda: f"{self.world.base}/" in found, self.page)
        target = {"origin": self.world.base, "registrationId": found[f"{self.world.base}/"]}
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

    until(lambda: owner_of(lead) == phone.world.office.ana.id, phone.page)
    until(lambda: [n["title"] for n in phone.notifications()] == ["Yours."], phone.page)
    until(lambda: reread(message).opened_at is not None, phone.page)


def test_who_taps_too_late_is_told_who_has_it(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    assign_lead(lead.id, phone.world.office.ben.id, now=clock.now())

    phone.tap("accept")

    until(lambda: [n["body"] for n in phone.notifications()] == ["Ben has it."], phone.page)


def test_a_tap_without_network_never_claims_anything(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    phone.context.set_offline(True)

    phone.tap("accept")

    until(lambda: [n["title"] for n in phone.notifications()] == ["Not sent"], phone.page)
    assert owner_of(lead) is None


def test_pass_moves_the_lead_on(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()

    phone.tap("pass")

    until(lambda: pending_offer(reread(lead)).rep_id == phone.world.office.ben.id, phone.page)
    assert phone.notifications() == []


def test_a_push_that_cannot_be_read_still_shows_something(phone):
    subscribed(phone)

    for data in ("", "not JSON", "{}", '{"notification": {}}', '{"notification": null}', "[]", "null"):
        phone.deliver(data)

        until(lambda: [n["title"] for n in phone.notifications()] == ["Leadapp"], phone.page)
        phone.close_notifications()


def test_the_same_tag_is_shown_once(phone):
    subscribed(phone)
    for body in ("first", "second"):
        phone.deliver(
            json.dumps({"notification": {"title": "Lead", "body": body, "tag": "offer-1", "navigate": "/my"}})
        )
        until(lambda body=body: [n["body"] for n in phone.notifications()] == [body], phone.page)


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


def until(is_true: Callable[[], bool], page: Page | None = None, tries: int = 600) -> None:
    """Waits for a condition; lets the browser's events in meanwhile."""
    pause = page.wait_for_timeout if page else lambda milliseconds: threading.Event().wait(milliseconds / 1000)
    for _ in range(tries):
        if is_true():
            return
        pause(50)
    raise AssertionError("it did not come true within thirty seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
