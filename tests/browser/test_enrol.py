"""A new phone, from the invitation to the first alert it has shown, on a small screen with a thumb."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from leadapp import clock
from leadapp.workflow.access import make_login_link
from tests.browser.conftest import BOTH
from tests.browser.phones import waiting
from tests.browser.test_accessibility import problems

pytestmark = pytest.mark.browser

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"

INSTALLS = """dispatchEvent(Object.assign(new Event('beforeinstallprompt'),
  { prompt() { dispatchEvent(new Event('appinstalled')); } }))"""


def scanned(new_phone) -> str:
    """What the QR code on the office's screen says."""
    context = new_phone.context.browser.new_context()
    office, base = context.new_page(), new_phone.world.base
    office.goto(f"{base}/sign-in/link/{make_login_link(new_phone.world.office.mia.id, clock.now())}")
    office.get_by_role("button", name="Sign in").click()
    office.goto(f"{base}/people")
    office.get_by_role("region", name="Ana").get_by_role("button", name="Invite").click()
    link = office.locator("[data-link]").text_content()
    context.close()
    return link


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= 360


@BOTH
def test_an_iphone_is_invited_gets_in_by_code_and_is_done_when_it_has_rung(new_phone):
    safari = new_phone.context.browser.new_context(user_agent=IPHONE, viewport={"width": 360, "height": 640})
    browser, app = safari.new_page(), new_phone.page
    browser.goto(scanned(new_phone))
    assert (problems(browser), fits(browser)) == ([], True)
    browser.get_by_role("button", name="Show my code").click()
    code = browser.locator("[data-code]").get_attribute("data-code")
    assert fits(browser)

    app.goto(f"{new_phone.world.base}/my")
    app.get_by_label("I have a code").fill(code.lower())
    app.get_by_role("button", name="Use my code").tap()
    expect(app.get_by_role("heading", name="Set up this phone")).to_be_visible()
    assert (problems(app), fits(app)) == ([], True)
    expect(app.get_by_text("Not finished: this phone has not rung yet.")).to_be_visible()
    app.get_by_role("button", name="Turn on alerts").tap()
    new_phone.receive()

    app.get_by_role("link", name="All set: to my leads").tap()
    expect(app).to_have_url(re.compile("/my$"))
    expect(app.locator("[data-until-alerts-on]")).to_be_hidden()
    safari.close()


def test_an_android_signs_in_by_the_invitation_and_is_not_done_before_it_rang(new_phone):
    page = new_phone.page
    page.goto(scanned(new_phone))
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_role("button", name="Turn on alerts").tap()
    new_phone.until(lambda: len([message for message in waiting() if message.subscription_id]), 1)

    page.get_by_role("link", name="Later").tap()

    expect(page.locator("[data-until-alerts-on]").first).to_be_visible()


def test_the_browsers_own_way_to_install_is_offered_where_there_is_one(new_phone):
    page = new_phone.page
    page.goto(scanned(new_phone))
    page.get_by_role("button", name="Sign in").tap()
    install = page.get_by_role("button", name="Install")
    expect(install).to_be_hidden()

    page.evaluate(INSTALLS)
    install.tap()

    expect(page.get_by_text("Installed.")).to_be_visible()
    expect(install).to_be_hidden()


def test_a_fingerprint_is_added_and_signs_in_at_a_press(new_phone):
    page = with_a_fingerprint(new_phone)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.context.clear_cookies()
    page.goto(f"{new_phone.world.base}/me")

    page.get_by_role("button", name="Sign in with your fingerprint or face").tap()

    expect(page.get_by_role("heading", name="Ana")).to_be_visible()


def test_a_browser_that_offers_passkeys_by_itself_needs_no_press(new_phone):
    page = with_a_fingerprint(new_phone)
    page.context.clear_cookies()

    page.goto(f"{new_phone.world.base}/me")

    expect(page.get_by_role("heading", name="Ana")).to_be_visible()


def test_a_device_is_listed_added_once_and_removed(new_phone):
    page = with_a_fingerprint(new_phone)
    page.goto(f"{new_phone.world.base}/me")
    expect(page.get_by_text("Android", exact=True)).to_be_visible()

    page.get_by_role("button", name="Add this device").tap()
    expect(page.get_by_text("This device is added already.")).to_be_visible()
    page.get_by_role("button", name="Remove").tap()

    expect(page.get_by_text("Removed. That device")).to_be_visible()
    expect(page.get_by_text("Android", exact=True)).to_be_hidden()


def with_a_fingerprint(new_phone):
    """Ana's phone after she has added it on the checklist."""
    page = new_phone.page
    authenticator(new_phone)
    page.goto(scanned(new_phone))
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_role("button", name="Add this device").tap()
    expect(page.get_by_text("You can sign in with it.")).to_be_visible()
    return page


def authenticator(phone) -> None:
    """A screen lock that sees the right finger each time."""
    cdp = phone.context.new_cdp_session(phone.page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    answers = {"isUserVerified": True, "automaticPresenceSimulation": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options | answers})
