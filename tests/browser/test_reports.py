"""The owner reads the reports: at a desk, on a phone, on paper, in every theme."""

import re

import pytest
from playwright.sync_api import expect

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Offer
from leadapp.routing.values import OfferOutcome
from leadapp.workflow.offers import accept_offer, pass_offer
from leadapp.workflow.ownership import close_lead, record_contact
from tests.browser.business import DESK, PHONE
from tests.browser.test_accessibility import problems
from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser

PAGES = ("/reports", "/reports/missed", "/reports/won", "/reports/sources", "/reports/leads?table=aside&row=counted")
LONG = "W" * 300


@pytest.fixture
def past(live, someone):
    """Three leads: one that was passed and then won at once, one that waits, and one that is spam."""
    page = someone("Olivia")
    won, waits, spam = (
        post_lead(page, live, name=name, source=source, phone=f"+1415555017{number}")
        for number, (name, source) in enumerate((("Won", "Website"), (LONG, LONG), ("Spam", "=1+1")))
    )
    with live.app.app_context():
        pass_offer(pending(won), reason=f"Too far {LONG}", now=clock.now())
        accept_offer(pending(won), now=clock.now())
        record_contact(won["id"], kind="call", now=clock.now())
        close_lead(won["id"], outcome="won", now=clock.now())
        close_lead(spam["id"], outcome="spam", now=clock.now())
    page.context.close()
    return won, waits, spam


def pending(lead):
    asked = db.session.query(Offer).filter_by(lead_id=lead["id"], outcome=OfferOutcome.PENDING)
    return asked.one().id


def test_the_owner_goes_from_a_figure_to_its_leads_and_takes_the_table_along(past, someone):
    page = someone("Olivia", viewport=DESK)
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="7 days").click()
    page.get_by_role("link", name="Time to accept").click()
    by_source = page.get_by_role("region", name="By source")
    expect(page.get_by_role("img", name="Share within 5 min").first).to_be_visible()

    by_source.get_by_role("row", name="Website").get_by_role("link").first.click()

    expect(page.get_by_role("heading", name="1 lead", exact=True)).to_be_visible()
    page.get_by_role("link", name="Won").click()
    expect(page).to_have_url(re.compile("/leads/\\w{26}$"))
    page.go_back()
    page.get_by_role("link", name="Back to the report").click()
    expect(page.get_by_role("link", name="Time to accept")).to_have_attribute("aria-current", "true")
    tables, files = page.get_by_role("table").count(), page.get_by_role("link", name="CSV", exact=True)
    assert files.count() == tables == 7
    with page.expect_download() as download:
        files.first.click()
    assert download.value.suggested_filename.startswith("clock-")


def test_days_are_chosen_without_javascript_and_the_wrong_way_round_is_told(past, someone):
    page = someone("Olivia", viewport=DESK, java_script_enabled=False)
    page.goto(page.url.replace("/board", "/reports"))
    page.get_by_text("From and to").click()

    page.get_by_label("From", exact=True).fill("2026-01-02")
    page.get_by_label("To", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("the other way round"))
    page.get_by_label("To", exact=True).fill("2026-01-31")
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No leads on these days.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark", "sun"])
def test_every_report_is_clean_and_fits_a_phone_and_a_desk(past, live, someone, theme):
    page = someone("Olivia")
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])

    for path in PAGES:
        for viewport, size in ((DESK, ""), (PHONE, ""), (PHONE, "212.5%")):  # the last with text twice as large
            page.set_viewport_size(viewport)
            page.goto(live.url + path)
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            assert problems(page) == [], (path, viewport, size)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], (path, viewport, size)


def test_on_paper_there_is_the_whole_table_and_nothing_to_press(past, live, someone):
    page = someone("Olivia", viewport=DESK, color_scheme="dark")
    page.goto(f"{live.url}/reports")
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("table").nth(1)).to_be_visible()
    for gone in (page.get_by_role("navigation").first, page.get_by_role("link", name="CSV").first):
        expect(gone).to_be_hidden()
    clipped = "part => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1"
    for region in page.locator(".report__table").all():
        assert not region.evaluate(clipped)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(20, 32, 29)"
