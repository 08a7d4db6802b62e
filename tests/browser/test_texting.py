"""Texting the customer from the lead's page, in a real browser: nothing reloads, and the field is empty again."""

import re

import pytest
from playwright.sync_api import expect

from leadapp import clock
from leadapp.texts import segments
from leadapp.workflow.inbound import Incoming, take_text
from tests.browser.conftest import DESK
from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser


def test_a_text_is_written_and_answered_with_nothing_reloaded(live, someone):
    page = someone("Mia", DESK)
    lead = post_lead(page, live)
    page.goto(f"{live.url}/leads/{lead['id']}")
    page.evaluate("window.stillHere = true")
    field, button = page.get_by_label("Text to the customer"), page.get_by_role("button", name="Text", exact=True)

    field.fill("Which street is it?")
    expect(page.locator("[data-cost]")).to_have_text("19 of 1600 characters, 1 segment")
    button.click()

    said = page.locator(".thread__text", has_text="Which street is it?")
    expect(said).to_contain_text("1 segment")
    expect(field).to_have_value("")
    expect(page.locator("[data-cost]")).to_have_text("")
    with live.app.app_context():
        take_text(Incoming("SM1", lead["phone"], "US"), "Main Street 1", clock.now())
    expect(page.locator(".thread__text", has_text="Main Street 1")).to_be_visible(timeout=4000)
    assert page.evaluate("window.stillHere")


def test_what_is_half_written_stays_while_the_page_follows(live, someone):
    page = someone("Mia", DESK)
    lead = post_lead(page, live)
    page.goto(f"{live.url}/leads/{lead['id']}")
    field = page.get_by_label("Text to the customer")

    field.fill("Half a sen")
    page.get_by_role("heading", name="Texts").click()  # nobody types any more, so the page follows again
    with live.app.app_context():
        take_text(Incoming("SM1", lead["phone"], "US"), "Main Street 1", clock.now())

    expect(page.locator(".thread__text", has_text="Main Street 1")).to_be_visible(timeout=4000)
    expect(field).to_have_value("Half a sen")
    expect(page.locator("[data-cost]")).to_have_text("10 of 1600 characters, 1 segment")


def test_what_is_too_long_is_refused_and_stays_in_the_field(live, someone):
    page = someone("Mia", DESK)
    lead = post_lead(page, live)
    page.goto(f"{live.url}/leads/{lead['id']}")
    field = page.get_by_label("Text to the customer")

    field.fill("x" * 1601)
    page.get_by_role("button", name="Text", exact=True).click()

    expect(page.get_by_role("status").filter(has_text="This has 1,601 characters")).to_be_visible()
    expect(field).to_have_value("x" * 1601)


def test_the_page_counts_as_the_server_does(live, someone):
    page = someone("Mia", DESK)
    page.goto(f"{live.url}/leads/{post_lead(page, live)['id']}")
    field, cost = page.get_by_label("Text to the customer"), page.locator("[data-cost]")
    every = [f"a{chr(code) * 81}a" for code in (*range(0x21, 0x180), *range(0x370, 0x400), 0x20AC, 0x2019)]

    for text in [
        "a" * 160,
        "a" * 161,
        "{" * 81,
        "a" * 152 + "{" + "a" * 10,
        "í" * 70,
        "í" * 71,
        "í" + "\U0001f6bf" * 67,
    ]:
        field.fill(text)
        assert segments_said(cost.text_content()) == segments(text).count
    said = page.evaluate(COUNT_EACH, every)
    assert [segments_said(each) for each in said] == [segments(text).count for text in every]


COUNT_EACH = """(texts) => texts.map((text) => {
  const field = document.querySelector("textarea[name=text]");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return document.querySelector("[data-cost]").textContent; })"""


def segments_said(line):
    found = re.search(r"(\d+) segment", line)
    return int(found[1]) if found else 0
