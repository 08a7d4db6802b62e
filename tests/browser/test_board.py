"""The board at a desk, in the hands of somebody who answers the phone meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.business import DESK, PHONE
from tests.browser.test_accessibility import problems
from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(someone) -> Page:
    page = someone("Mia", viewport=DESK)
    page.evaluate("window.isTheSamePage = true")
    return page


def row(page: Page, lead: dict):
    return page.locator(f'article[data-lead="{lead["id"]}"]')


def order(page: Page) -> list[str]:
    return page.locator("[data-rows] [data-lead]").evaluate_all("rows => rows.map(row => row.dataset.lead)")


def three_leads(page: Page, live) -> list[dict]:
    leads = [
        post_lead(page, live, name=name, service=service, message=service, phone=f"+1415555012{number}")
        for number, (name, service) in enumerate([("Sam Rivera", "Tap"), ("Pat Lee", "Boiler"), ("Kim Ng", "Roof")])
    ]
    expect(page.locator("article[data-lead]")).to_have_count(3)
    return leads


def test_the_keys_do_what_the_buttons_do(live, desk):
    first, second, _third = three_leads(desk, live)

    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(row(desk, second).get_by_role("link", name="Boiler")).to_be_focused()
    desk.keyboard.press("k")
    desk.keyboard.press("t")
    expect(row(desk, first)).to_have_attribute("data-state", "claimed")
    expect(row(desk, first)).to_contain_text("Mia Chen")
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    expect(desk.locator("[data-first-pick]")).to_be_focused()
    name = desk.locator("[data-first-pick] .gift__name").text_content()
    desk.keyboard.press("Enter")
    expect(row(desk, second).locator(".row__whose")).to_have_text(name)
    desk.keyboard.press("Escape")
    expect(desk.locator("#chosen")).to_have_count(0)
    desk.keyboard.press("/")
    desk.keyboard.type("555-0122")
    expect(desk.locator("article[data-lead]")).to_have_count(1)
    desk.keyboard.press("Escape")

    assert desk.evaluate("window.isTheSamePage")
    assert "q=555-0122" in desk.url


def test_take_over_is_undone_in_one_tap(live, desk):
    lead = three_leads(desk, live)[0]
    whose = row(desk, lead).locator(".row__whose").text_content()

    row(desk, lead).get_by_role("button", name="Take over").click()
    expect(row(desk, lead).locator(".row__whose")).to_have_text("Mia Chen")
    desk.get_by_role("button", name="Undo").click()

    expect(row(desk, lead).locator(".row__whose")).to_have_text(whose)
    expect(row(desk, lead)).to_have_attribute("data-state", "offered")


def test_nothing_moves_under_the_pointer(live, desk):
    leads = three_leads(desk, live)
    before = order(desk)
    assert before == [lead["id"] for lead in leads]
    row(desk, leads[1]).hover()
    top = row(desk, leads[1]).bounding_box()["y"]

    urgent = post_lead(desk, live, name="Ann", message="Burst pipe, water everywhere", phone="+14155550129")
    close(desk, live, leads[0])

    expect(row(desk, urgent)).to_be_visible()
    expect(row(desk, leads[0])).to_have_class(re.compile("is-gone"))
    assert order(desk) == [*before, urgent["id"]]
    assert row(desk, leads[1]).bounding_box()["y"] == top
    desk.mouse.move(5, 5)
    expect(row(desk, leads[0])).to_have_count(0)
    assert order(desk)[0] == urgent["id"]


def test_what_somebody_else_did_is_said_once_by_the_polite_voice(live, desk):
    lead = three_leads(desk, live)[1]

    offer = desk.request.get(f"{live.url}/api/v1/leads/{lead['id']}", headers=key(live)).json()["offers"][0]
    desk.request.post(f"{live.url}/api/v1/offers/{offer['id']}/acceptance", headers=key(live))

    expect(desk.locator("[data-announce]")).to_have_text(f"Boiler: Taken, {offer['rep']['name']}")
    expect(row(desk, lead)).to_have_class(re.compile("is-changed"))
    assert desk.evaluate("window.isTheSamePage")


def test_the_lead_beside_the_board_follows_what_happens_and_a_note_is_kept(live, desk):
    lead = three_leads(desk, live)[1]
    row(desk, lead).get_by_role("link", name="More").click()
    chosen = desk.locator("#chosen")
    expect(chosen).to_contain_text("Pat Lee")

    chosen.get_by_text("Write a note").click()
    chosen.get_by_label("What the others should know").fill("Gate is open")
    close(desk, live, lead)
    for _ in range(3):  # what is being typed is left alone
        with desk.expect_response(lambda answer: "/board?seen=" in answer.url):
            pass
    expect(chosen.get_by_label("What the others should know")).to_have_value("Gate is open")
    chosen.get_by_role("button", name="Keep the note").click()

    expect(chosen).to_contain_text('Mia Chen: "Gate is open"')


@pytest.mark.parametrize("theme", ["light", "dark", "sun"])
def test_the_board_and_what_opens_on_it_are_clean(live, desk, theme):
    desk.context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
    desk.goto(f"{live.url}/board")
    lead = three_leads(desk, live)[0]
    post_lead(desk, live, name="sam rivera", message="Still drips", email="sam@example.com")
    row(desk, lead).get_by_role("link", name="More").click()
    expect(desk.get_by_text("Same request?")).to_be_visible()
    for viewport, size in ((DESK, ""), (PHONE, ""), (PHONE, "212.5%")):
        desk.set_viewport_size(viewport)
        desk.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert problems(desk) == [], (viewport, size)
        assert desk.evaluate("document.documentElement.scrollWidth") <= viewport["width"], size
    desk.evaluate("document.documentElement.style.fontSize = ''")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert problems(desk) == []


def close(page: Page, live, lead: dict) -> None:
    answer = page.request.post(
        f"{live.url}/api/v1/leads/{lead['id']}/closure", data={"outcome": "won"}, headers=key(live)
    )
    assert answer.ok


def key(live) -> dict[str, str]:
    return {"Authorization": f"Bearer {live.api_key}"}
