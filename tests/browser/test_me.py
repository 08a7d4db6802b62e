"""/me under a thumb: one tap says where I am and for how long, and one takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import problems

pytestmark = pytest.mark.browser


@pytest.fixture
def page(live, someone):
    page = someone("Ana")
    page.goto(f"{live.url}/me")
    return page


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("On a job", "You are on a job until"),
        ("30 min", "You are on a job until"),
        ("2 h", "You are on a job until"),
        ("1 h", "You are out of office until"),
        ("Rest of today", "You are out of office until"),
    ],
)
def test_one_tap_says_it_and_one_takes_it_back(page, button, said):
    pressed = page.get_by_role("button", name=button, exact=True)
    assert pressed.bounding_box()["height"] >= 44

    pressed.click()
    expect(page.locator("#notice")).to_contain_text(said)
    expect(page.locator("#presence button:disabled")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#now-i-am")).to_have_text("Available")


def test_the_switch_is_out_until_tomorrow_and_back(page):
    switch = page.get_by_role("switch", name="Out of office")

    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(page.locator("#now-i-am")).to_contain_text("until tomorrow 8:00 am")
    switch.click()

    expect(page.locator("#now-i-am")).to_have_text("Available")


def test_a_time_and_a_cover_are_a_tap_further(page):
    page.get_by_text("Out until…, with a cover").click()
    page.get_by_label("Covered by").select_option("Ben Okafor")
    page.locator("#out-until").get_by_role("button", name="Set").click()

    expect(page.locator("#now-i-am")).to_contain_text("Ben Okafor covers")


def test_everything_is_clean_and_fits_with_large_letters_too(page):
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert problems(page) == []

    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_language_and_the_look_change_at_a_tap(page):
    page.get_by_role("button", name="Sun").click()
    expect(page.get_by_role("button", name="Sun")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Sun")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sun")).to_have_css("background-color", "rgb(0, 0, 0)")

    page.get_by_role("button", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", "es")
