"""The number on the app's icon is that of the offers that wait."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser

SHOWN = "navigator.setAppBadge = async (count) => { document.documentElement.dataset.badge = count; }"


def test_the_icon_counts_the_offers_that_wait_and_none_once_they_are_taken(live, someone):
    page = someone("Ana")
    page.add_init_script(SHOWN)
    page.reload()
    badge = page.locator("html")
    expect(badge).to_have_attribute("data-badge", "0")

    post_lead(page, live)
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    expect(badge).to_have_attribute("data-badge", "1")
    page.get_by_role("button", name="Accept").click()

    expect(badge).to_have_attribute("data-badge", "0")
