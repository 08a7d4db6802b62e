"""A phone in real Chromium and the world it is rung from: the application on a port, a push service that decrypts.

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
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from werkzeug.serving import make_server

from leadapp import clock, create_app
from leadapp.extensions import db
from leadapp.models import Message, PushSubscription
from leadapp.notify import outbox
from leadapp.settings import Settings
from leadapp.workflow.access import make_login_link
from tests.browser.business import FLAGS
from tests.builders import Office
from tests.conftest import NO_REDIS
from tests.fakes import Device, PushService

SMALL = {"width": 360, "height": 640}
# As browsers do: a subscription outlives the page and is bound to its key, and a new one has a new endpoint.
STUB = """(devices => {
  const kept = { get is() { return JSON.parse(localStorage.stub ?? '{"made": 0}'); },
                 set is(state) { localStorage.stub = JSON.stringify(state); } };
  const current = () => kept.is.key && {
    endpoint: devices[kept.is.made - 1].endpoint,
    options: { applicationServerKey: new Uint8Array(kept.is.key).buffer },
    toJSON: () => devices[kept.is.made - 1],
    unsubscribe: async () => { kept.is = { made: kept.is.made }; return true; } };
  PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
    while (localStorage.vendorIsSlow) await new Promise(done => setTimeout(done, 50));
    kept.is = { made: kept.is.made + 1, key: [...key] };
    return current(); };
  PushManager.prototype.getSubscription = async () => current() ?? null; })(%s)"""
TAP = """async action => {
  const [notification] = await inTurn(() => self.registration.getNotifications());
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action })); }"""
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
def world(tmp_path, database_url) -> Iterator[World]:
    """The application on a real port, with a push service it trusts."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    base = f"http://localhost:{server.port}"
    with PushService().listening() as service:
        settings = Settings(
            data_dir=tmp_path,
            database_url=database_url,
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
    """Ana's phone. `devices` are what it is to the push service, one subscription after another;
    `device` is the one it rings as."""

    def __init__(self, world: World, context: BrowserContext, devices: list[Device]) -> None:
        self.world, self.context, self.devices, self.device = world, context, devices, devices[0]
        self.page: Page = context.new_page()

    def sign_in(self) -> None:
        link = make_login_link(self.world.office.ana.id, clock.now())
        self.page.goto(f"{self.world.base}/sign-in/link/{link}")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/my")
        self.page.goto(f"{self.world.base}/me")

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
def phone(new_phone: Phone) -> Phone:
    """Signed in, and on /me."""
    new_phone.sign_in()
    return new_phone


@pytest.fixture
def new_phone(world: World, driver: Playwright) -> Iterator[Phone]:
    """Of somebody who has not been let in yet."""
    devices = [world.service.new_device() for _ in range(2)]
    browser = driver.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=FLAGS)
    context = browser.new_context(**driver.devices["Pixel 7"] | {"viewport": SMALL})
    context.set_default_timeout(10_000)
    context.grant_permissions(["notifications"], origin=world.base)
    context.add_init_script(STUB % json.dumps([device.to_json() for device in devices]))
    yield Phone(world, context, devices)
    browser.close()


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
