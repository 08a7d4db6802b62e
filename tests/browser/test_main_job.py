"""The main job in a real browser: an offer appears by itself, is accepted with a thumb, and the board follows."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import BOTH, DESK

pytestmark = pytest.mark.browser

LEAD = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "message": "Water heater leaks",
    "city": "Oakland",
    "service": "Heater",
}


LEFT = """() => { const timer = document.querySelector("[data-expires]");
  const [minutes, seconds] = timer.textContent.split(":").map(Number);
  return [(Date.parse(timer.dataset.expires) - Date.now()) / 1000, minutes * 60 + seconds]; }"""


def post_lead(page, live, **changes):
    answer = page.request.post(
        f"{live.url}/api/v1/leads", data=LEAD | changes, headers={"Authorization": f"Bearer {live.api_key}"}
    )
    assert answer.status == 201
    return answer.json()


@BOTH
def test_ana_accepts_a_lead_that_appeared_by_itself_and_the_board_shows_it(live, someone):
    board, phone = someone("Mia", DESK), someone("Ana")
    expect(phone.get_by_text("You are next in Plumbing.")).to_be_visible()

    lead = post_lead(phone, live)
    offer = phone.locator(f'article[data-lead="{lead["id"]}"]')
    expect(offer).to_be_visible(timeout=4000)
    accept = offer.get_by_role("button", name="Accept")
    box = accept.bounding_box()
    with phone.expect_response("**/acceptance"):
        accept.click()

    expect(board.locator(f'article[data-lead="{lead["id"]}"][data-state="claimed"]')).to_be_visible(timeout=2000)
    expect(phone.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+14155550123")
    assert box["height"] >= 64
    assert box["width"] >= 260
    assert box["y"] > 640 / 2
    assert box["y"] + box["height"] < 640 - 64


def test_take_over_on_the_board_tells_the_slower_rep_who_has_it(live, someone):
    board, phone = someone("Mia", DESK), someone("Ana")
    lead = post_lead(phone, live)
    row = board.locator(f'article[data-lead="{lead["id"]}"]')
    accept = phone.get_by_role("button", name="Accept")
    expect(accept).to_be_visible()
    phone.evaluate("document.querySelector('#my').removeAttribute('data-live')")

    row.get_by_role("button", name="Take over").click()
    expect(row).to_have_attribute("data-state", "claimed")
    accept.click()

    expect(phone.get_by_role("status").first).to_have_text(re.compile(r"Mia Chen took it \d+ s ago\."))
    expect(phone.get_by_role("button", name="Accept")).to_have_count(0)


def test_the_countdown_runs_and_at_zero_claims_nothing(live, someone):
    phone = someone("Ana")
    post_lead(phone, live)
    timer = phone.get_by_role("timer")
    for _ in range(3):
        with phone.expect_response(lambda answer: "/my?seen=" in answer.url and answer.status == 204):
            pass
    expect(phone.get_by_text("left to accept")).to_be_visible()
    left, said = phone.evaluate(LEFT)
    assert abs(left - said) <= 2.5

    phone.evaluate("document.querySelector('#my').removeAttribute('data-live')")
    phone.evaluate("document.querySelector('[data-expires]').dataset.expires = '2020-01-01T00:00:00Z'")

    expect(timer).to_have_text("checking…")
    expect(phone.get_by_text("left to accept")).to_be_hidden()
    expect(phone.get_by_role("button", name="Accept")).to_be_visible()


@BOTH
def test_a_pass_is_undone_under_the_thumb_and_nothing_reloads(live, someone):
    phone = someone("Ana")
    lead = post_lead(phone, live)
    offer = phone.locator(f'article[data-lead="{lead["id"]}"][data-state="offered"]')
    expect(offer).to_be_visible()
    phone.evaluate("window.stillHere = true")

    phone.get_by_role("button", name="Pass").click()
    undo = phone.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert undo.bounding_box()["y"] > 640 / 2
    undo.click()

    expect(offer).to_be_visible()
    expect(phone.get_by_text("You are asked again.")).to_be_visible()
    assert phone.evaluate("window.stillHere")


def test_what_can_be_undone_is_so_for_eight_seconds(live, someone):
    phone = someone("Ana")
    post_lead(phone, live)
    phone.clock.install()
    phone.reload()
    phone.get_by_role("button", name="Pass").click()
    undo = phone.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()

    phone.clock.run_for(7_000)
    expect(undo).to_be_visible()
    phone.clock.run_for(2_000)

    expect(undo).to_have_count(0)


def test_what_was_said_stays_in_sight_for_eight_seconds_and_then_in_its_place(live, someone):
    phone = someone("Ana")
    post_lead(phone, live)
    phone.clock.install()
    phone.reload()
    phone.get_by_role("button", name="Accept").click()
    said = phone.get_by_text("It is yours. Call now.")
    expect(said).to_be_visible()
    to_the_end = "document.querySelector('main').style.minHeight = '2000px'; scrollTo(0, 1000)"

    phone.evaluate(to_the_end)
    expect(said).to_be_in_viewport()
    phone.clock.run_for(9_000)

    expect(said).not_to_be_in_viewport()
    expect(said).to_have_count(1)


def test_call_later_takes_it_and_promises_the_customer_a_time(live, someone):
    phone = someone("Ana")
    lead = post_lead(phone, live)
    phone.locator("summary", has_text="Call later").click()
    phone.get_by_role("button", name="20 min").click()

    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    phone.goto(f"{live.url}/leads/{lead['id']}")
    expect(phone.get_by_text("The customer is told that Ana Torres calls by")).to_be_visible()


def test_out_of_office_is_one_tap_and_can_be_undone(live, someone):
    phone = someone("Ana")
    phone.goto(f"{live.url}/me")

    phone.get_by_role("switch", name="Out of office").click()
    expect(phone.get_by_role("switch", name="Out of office")).to_have_attribute("aria-checked", "true")
    phone.get_by_role("button", name="Undo").click()

    expect(phone.get_by_role("switch", name="Out of office")).to_have_attribute("aria-checked", "false")


def test_the_board_says_how_old_it_is_and_recovers_alone(live, someone):
    board = someone("Mia", DESK)
    board.clock.install()
    board.reload()
    fresh = board.locator("[data-fresh]")
    expect(fresh).to_have_text(re.compile(r"updated \d\d:\d\d:\d\d"))

    board.context.set_offline(True)
    board.clock.run_for(17_000)
    expect(fresh).to_have_class(re.compile("fresh--late"))
    board.clock.run_for(50_000)
    expect(fresh).to_have_class(re.compile("fresh--dead"))

    board.context.set_offline(False)
    board.clock.run_for(4_000)
    expect(fresh).not_to_have_class(re.compile("fresh--late"))


def test_a_tap_that_does_not_get_through_says_so_until_one_does(live, someone):
    board = someone("Mia", DESK)
    lead = post_lead(board, live)
    row = board.locator(f'article[data-lead="{lead["id"]}"]')
    take_over = row.get_by_role("button", name="Take over")

    board.route("**/board/assignments", lambda route: route.abort())
    take_over.click()
    expect(board.get_by_role("status").filter(has_text="No connection")).to_be_in_viewport(ratio=1)
    expect(take_over).to_be_enabled()

    board.unroute("**/board/assignments")
    expect(board.get_by_text("No connection")).to_have_count(0)
    take_over.click()
    expect(row).to_have_attribute("data-state", "claimed")
