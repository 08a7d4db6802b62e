"""No script runs: each tap loads a page that says what happened, and none is a dead end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Rep
from tests.browser.conftest import BOTH
from tests.browser.test_accessibility import link_of_a_text
from tests.browser.test_main_job import post_lead
from tests.browser.test_offline import TOUCH

pytestmark = pytest.mark.browser

PLAIN = {"java_script_enabled": False, **TOUCH}


@pytest.fixture
def ana(live, someone) -> Page:
    return someone("Ana", **PLAIN)


@pytest.fixture
def offered(live, ana) -> tuple[Page, dict]:
    """Ana's phone on /my with an offer."""
    lead = post_lead(ana, live)
    ana.reload()
    return ana, lead


@pytest.fixture
def hers(live, offered) -> Page:
    """Ana's phone on a lead that she has taken."""
    page, lead = offered
    page.goto(f"{live.url}/leads/{lead['id']}")
    press(page, button(page, "Accept"), "It is yours. Call now.")
    return page


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Page, pressed: Locator, *said: str) -> None:
    with page.expect_navigation():
        pressed.tap()
    for words in said:
        expect(page.locator("main")).to_contain_text(words)
    # Buttons that only a script hears would be dead ends.
    expect(page.locator("main button[type=button]:visible")).to_have_count(0)
    assert page.locator("nav a, main a, main button:visible").count() > 0


def presence(live) -> str:
    with live.app.app_context():
        found = db.session.scalars(select(Rep.presence).where(Rep.name == "Ana Torres")).one()
        db.session.remove()
    return found.value


@BOTH
def test_an_offer_is_passed_undone_and_taken(offered):
    page, _lead = offered
    expect(page.get_by_text("left to accept")).to_be_visible()

    press(page, button(page, "Pass"), "Passed.")
    press(page, button(page, "Undo"), "You are asked again.")
    press(page, button(page, "Accept"), "It is yours. Call now.")

    expect(page.get_by_role("link", name="Call")).to_be_visible()


def test_call_later_tells_the_customer(offered):
    page, _lead = offered

    page.locator("summary", has_text="Call later").tap()

    press(page, button(page, "20 min"), "It is yours. The customer is told that you call by")


@BOTH
def test_a_lead_is_called_put_off_and_won(hers):
    press(hers, button(hers, "Voicemail"), "Noted. Call again")
    press(hers, hers.get_by_role("button", name="Tomorrow 8:00"), "Noted. Call again tomorrow 8:00 am.")
    press(hers, button(hers, "Talked"), "Noted. The clock has stopped.")
    press(hers, button(hers, "Won"), "Closed: won.")


def test_a_lead_is_lost_with_a_reason(hers):
    hers.locator("summary", has_text="Lost").tap()

    press(hers, button(hers, "Price"), "Closed: lost, price.")


@BOTH
def test_a_lead_is_handed_back_when_the_reason_is_said(hers):
    hers.get_by_role("radio", name="Other").check()
    press(hers, button(hers, "Hand back"), "Say why, in a few words.")
    hers.get_by_label("In your words").last.fill("The ladder broke")

    press(hers, button(hers, "Hand back"), "Handed back.")


@BOTH
def test_presence_is_a_tap_and_another_undoes_it(live, ana):
    ana.goto(f"{live.url}/me")

    for name, state, said in (("On a job", "busy", "You are on a job until"), ("1 h", "out", "You are out of office")):
        press(ana, button(ana, name), said)
        assert presence(live) == state
        press(ana, button(ana, "Undo"), "You are available.")
        assert presence(live) == "available"


def test_language_and_look_are_a_tap_and_in_sight_then(live, ana):
    ana.goto(f"{live.url}/me")

    press(ana, button(ana, "Sun"))
    expect(button(ana, "Sun")).to_have_attribute("aria-pressed", "true")
    expect(button(ana, "Sun")).to_be_in_viewport()
    press(ana, button(ana, "Español"), "Disponible")

    expect(button(ana, "Español")).to_be_in_viewport()


def test_signing_out_leads_to_the_door(live, ana):
    ana.goto(f"{live.url}/me")

    press(ana, button(ana, "Sign out of this phone"), "Sign in")

    ana.goto(f"{live.url}/my")
    assert "/sign-in" in ana.url


def test_an_invitation_leads_to_my_leads_by_a_code(live, someone, chromium):
    mia = someone("Mia", **PLAIN)
    mia.goto(f"{live.url}/people")
    press(mia, button(mia.get_by_role("region", name="Ben"), "Invite"), "Invitation for Ben Okafor")
    browser, app = (chromium.new_context(**PLAIN).new_page() for _ in range(2))
    browser.goto(mia.locator("[data-link]").text_content())
    browser.locator("summary", has_text="iPhone or iPad").tap()
    press(browser, button(browser, "Show my code"), "It works once, for 15 minutes.")

    app.goto(f"{live.url}/my")
    app.get_by_label("I have a code").fill(browser.locator("[data-code]").get_attribute("data-code"))
    press(app, button(app, "Use my code"), "Set up this phone", "Alerts need JavaScript")
    app.get_by_role("link", name="Later").tap()

    expect(app.get_by_role("heading", name="My leads")).to_be_attached()
    for page in (browser, app):
        page.context.close()


def test_the_link_of_a_text_takes_answers(live, offered, chromium):
    page = chromium.new_context(viewport={"width": 360, "height": 640}, **PLAIN).new_page()
    page.goto(live.url + link_of_a_text(live))
    box = button(page, "Accept").bounding_box()

    press(page, button(page, "Pass"), "You passed.")
    press(page, button(page, "Accept"), "It is yours.")

    assert 64 <= box["height"] < 100
    assert 640 / 2 < box["y"] < 640 - box["height"]
    page.context.close()
