"""Where the browser has Background Sync, what waits is sent although nobody has the app open, and the answer rings."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.phones import SHOWN
from tests.browser.test_offline import TOUCH, until
from tests.browser.test_offline_taps import WAITING, in_worker, is_at_work, owner, post_and_see

pytestmark = pytest.mark.browser

TAGS = "self.registration.sync.getTags()"


def test_what_waited_is_sent_with_the_app_closed_and_a_notification_says_what_came_of_it(live, someone):
    phone = someone("Ana", permissions=["notifications", "background-sync"], **TOUCH)
    is_at_work(phone)
    lead = post_and_see(phone, live)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    assert in_worker(phone, TAGS) == ["taps"]
    phone.goto("about:blank")
    phone.context.set_offline(False)

    synchronize(phone, live)

    until(phone, lambda: owner(live, lead), "Ana Torres")
    until(phone, lambda: [shown["title"] for shown in in_worker(phone, SHOWN)], ["It is yours. Call now."])
    until(phone, lambda: in_worker(phone, "all().then(taps => taps.length)"), 0)


def synchronize(phone, live) -> None:
    """As the browser does once there is a network again."""
    cdp, ids = phone.context.new_cdp_session(phone), set()
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: ids.update(one["registrationId"] for one in event["registrations"] if not one["isDeleted"]),
    )
    cdp.send("ServiceWorker.enable")
    until(phone, lambda: len(ids), 1)
    target = {"origin": live.url, "registrationId": ids.pop()}
    cdp.send("ServiceWorker.dispatchSyncEvent", {**target, "tag": "taps", "lastChance": False})
