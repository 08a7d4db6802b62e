"""Without network: my leads open from the phone, say how old they are, and are nobody else's."""

from __future__ import annotations

import json
import re
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser

TOUCH = {"has_touch": True, "is_mobile": True}
KEPT = """async () => {
  const mine = (await caches.keys()).filter(name => name.startsWith("mine-"));
  const kept = await Promise.all(mine.map(async name => (await caches.open(name)).keys()));
  return kept.flat().map(({ url }) => new URL(url).pathname).sort(); }"""
AGE = """async hours => {
  for (const name of await caches.keys()) if (name.startsWith("mine-")) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const copy = await cache.match(request), headers = new Headers(copy.headers);
      headers.set("Leadapp-Kept-At", headers.get("Leadapp-Kept-At") - hours * 3600000);
      await cache.put(request, new Response(await copy.text(), { headers })); } } }"""


def until(page: Page, look, expected):
    """Looks until it sees what is expected, for fifteen seconds at least."""
    for _ in range(300):
        if (seen := look()) == expected:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"waited for {expected!r}, and saw {seen!r} in the end")


def kept(page: Page) -> list[str]:
    return page.evaluate(KEPT)


@pytest.fixture
def own_lead(live, someone):
    """Ana's phone on /my, with a lead that she has taken and that her phone has kept."""
    phone = someone("Ana", **TOUCH)
    lead = post_lead(phone, live)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    until(phone, lambda: kept(phone), sorted(["/my", f"/leads/{lead['id']}"]))
    return phone, lead


def test_my_leads_open_without_network_and_say_how_old_they_are(live, own_lead):
    phone, lead = own_lead
    phone.context.set_offline(True)

    phone.goto(f"{live.url}/my")
    strip = phone.locator("[data-copy]")
    expect(strip).to_have_text(re.compile(r"^As of \d{1,2}:\d\d.*, no network\.$"))
    expect(phone.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+14155550123")
    phone.get_by_role("link", name="Sam Rivera").tap()

    expect(phone.get_by_role("heading", name="Sam Rivera")).to_be_visible()
    expect(strip).to_be_visible()
    expect(phone.get_by_role("button", name="Won")).to_be_disabled()
    assert phone.url.endswith(lead["id"])


def test_a_copy_becomes_the_page_again_when_the_network_is_back(live, own_lead):
    phone, _lead = own_lead
    phone.context.set_offline(True)
    phone.goto(f"{live.url}/my")
    expect(phone.locator("[data-copy]")).to_be_visible()
    phone.evaluate("window.isTheSamePage = true")

    phone.context.set_offline(False)

    expect(phone.locator("[data-copy]")).to_have_count(0)
    assert phone.evaluate("window.isTheSamePage")


def test_pages_that_are_not_mine_are_not_kept(live, own_lead):
    phone, _lead = own_lead
    phone.goto(f"{live.url}/board")
    phone.goto(f"{live.url}/me")
    before = kept(phone)
    phone.context.set_offline(True)

    phone.goto(f"{live.url}/board")

    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    assert [path for path in before if not path.startswith(("/my", "/leads/"))] == []


def test_a_copy_of_twelve_hours_is_thrown_away(live, own_lead):
    phone, _lead = own_lead
    phone.goto(f"{live.url}/me")
    phone.evaluate(AGE, 11.9)
    phone.context.set_offline(True)
    phone.goto(f"{live.url}/my")
    expect(phone.locator("[data-copy]")).to_have_text(re.compile("^As of [A-Z][a-z]{2}"))

    phone.evaluate(AGE, 0.2)
    phone.goto(f"{live.url}/my")

    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    assert kept(phone) == [path for path in kept(phone) if path != "/my"]


def test_a_lost_session_throws_the_copies_away(live, own_lead):
    phone, _lead = own_lead
    phone.context.clear_cookies()

    phone.wait_for_url(lambda url: "/sign-in" in url)

    until(phone, lambda: kept(phone), [])


def test_signing_out_throws_everything_away(live, own_lead):
    phone, _lead = own_lead
    phone.goto(f"{live.url}/me")

    phone.get_by_role("button", name="Sign out of this phone").tap()
    phone.wait_for_url("**/sign-in")

    until(phone, lambda: kept(phone), [])


def test_the_next_person_never_sees_a_copy_even_if_nothing_else_got_through(live, own_lead):
    phone, _lead = own_lead
    phone.goto(live.sign_in_link("Ben"))
    phone.context.route("**/my", lambda route: route.abort())

    phone.get_by_role("button", name="Sign in").tap()

    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    expect(phone.get_by_text("Sam Rivera")).to_have_count(0)


def test_a_slow_network_shows_the_copy_until_it_answers(live, own_lead):
    phone, _lead = own_lead
    served, is_fast = live.app.wsgi_app, Event()

    def slow(environ, start_response):
        if environ["PATH_INFO"] == "/my":
            is_fast.wait(30)
        return served(environ, start_response)

    live.app.wsgi_app = slow
    phone.goto(f"{live.url}/my")
    expect(phone.locator("[data-copy]")).to_have_text(re.compile(r"the network is slow\.$"))

    is_fast.set()

    expect(phone.locator("[data-copy]")).to_have_count(0)


def test_the_copies_are_the_servers_choice(live, own_lead):
    phone, lead = own_lead
    page = phone.request.get(f"{live.url}/leads/{lead['id']}")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["leadapp-keep"] == page.headers["leadapp-person"]
    assert json.dumps(page.headers).count("Ana") == 0
