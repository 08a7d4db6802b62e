"""Back from a call, in a real browser on a small phone: one question, until it is answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from leadapp.extensions import db
from leadapp.models import Call, Event
from tests.browser.conftest import BOTH, PHONE
from tests.browser.test_main_job import post_lead
from tests.browser.test_offline_taps import is_at_work

pytestmark = pytest.mark.browser

COMES_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
SHEET = ".question--sheet"
# A machine without a telephone hangs over the link: that it dials is the phone's own business.
NO_TELEPHONE = """document.addEventListener("click", (tap) => {
  if (tap.target.closest("a[href^='tel:']")) tap.preventDefault(); })"""


@pytest.fixture
def ana(live, chromium):
    """Ana's phone, with touch, on a lead that is hers."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_init_script(NO_TELEPHONE)
    yield on_her_lead(live, context.new_page())
    context.close()


def on_her_lead(live, page: Page) -> Page:
    page.goto(live.sign_in_link("Ana"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/my")
    lead = post_lead(page, live, address="1200 Harrison St")
    page.reload()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("link", name="Call")).to_be_visible()
    page.goto(f"{live.url}/leads/{lead['id']}")
    return page


def calls(live) -> list[Event]:
    with live.app.app_context():
        found = db.session.query(Event).filter_by(kind="called").order_by(Event.id).all()
        db.session.remove()
    return [event.text for event in found]


def test_call_text_and_map_lie_in_one_row(ana):
    boxes = [ana.get_by_role("link", name=name, exact=True).bounding_box() for name in ("Call", "Text", "Map")]

    assert len({box["y"] for box in boxes}) == 1
    assert all(box["height"] >= 44 for box in boxes)
    assert boxes[0]["y"] + boxes[0]["height"] < 640 - 64


@BOTH
def test_who_comes_back_from_a_call_is_asked_one_question_under_the_thumb(live, ana):
    ana.evaluate("window.stillHere = true")
    expect(ana.locator(SHEET)).to_have_count(0)

    with ana.expect_response("**/calls") as told:
        ana.get_by_role("link", name="Call").tap()
    ana.evaluate(COMES_BACK)

    assert told.value.status == 204
    assert calls(live) == ["Ana Torres called the customer."]
    expect(ana.get_by_role("heading", name="How did the call go?")).to_be_focused()
    for name in ("Talked", "Voicemail", "No answer", "Wrong number"):
        box = ana.locator(SHEET).get_by_role("button", name=name).bounding_box()
        assert box["height"] >= 64
        assert box["y"] > 640 / 3
        assert box["y"] + box["height"] <= 640

    ana.get_by_role("button", name="Voicemail").tap()

    expect(ana.get_by_text("Noted. Call again")).to_be_visible()
    expect(ana.locator(SHEET)).to_have_count(0)
    expect(ana.get_by_role("button", name="Tomorrow 8:00")).to_be_visible()
    assert ana.evaluate("window.stillHere")
    ana.evaluate(COMES_BACK)
    expect(ana.locator(SHEET)).to_have_count(0)


def test_a_question_put_off_is_asked_again_after_a_reload(ana):
    with ana.expect_response("**/calls"):
        ana.get_by_role("link", name="Call").tap()
    ana.evaluate(COMES_BACK)

    ana.get_by_role("button", name="Later").tap()
    expect(ana.locator(SHEET)).to_have_count(0)
    ana.reload()

    expect(ana.locator(SHEET)).to_be_visible()
    ana.get_by_role("button", name="No answer").tap()
    expect(ana.locator(SHEET)).to_have_count(0)
    ana.reload()
    expect(ana.get_by_role("button", name="Tomorrow 8:00")).to_be_visible()
    expect(ana.locator(SHEET)).to_have_count(0)


def test_a_tap_and_its_answer_without_a_connection_are_told_later_and_not_asked_about_again(live, ana):
    is_at_work(ana)
    ana.context.set_offline(True)
    ana.get_by_role("link", name="Call").tap()
    ana.evaluate(COMES_BACK)
    expect(ana.locator(SHEET)).to_be_visible()
    ana.get_by_role("button", name="Talked").tap()
    expect(ana.locator(SHEET)).to_have_count(0)
    expect(ana.get_by_role("button", name="Not sent yet")).to_be_visible()

    ana.context.set_offline(False)

    expect(ana.locator("#lead")).to_have_attribute("data-state", "contacted")
    ana.evaluate(COMES_BACK)
    expect(ana.locator(SHEET)).to_have_count(0)


def test_the_page_that_follows_by_itself_does_not_take_the_question_away(ana):
    with ana.expect_response("**/calls"):
        ana.get_by_role("link", name="Call").tap()
    ana.evaluate(COMES_BACK)
    expect(ana.locator(SHEET)).to_be_visible()

    expect(ana.get_by_text("You called at")).to_be_visible()  # the page has been swapped since

    expect(ana.locator(SHEET)).to_be_visible()


def test_without_javascript_the_question_is_simply_there(live, chromium):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = on_her_lead(live, context.new_page())

    page.get_by_role("button", name="No answer").first.click()

    expect(page.get_by_text("Noted. Call again")).to_be_visible()
    page.get_by_text("Another time").click()
    page.get_by_label("Day and time").fill("2020-01-01T10:00")
    page.evaluate("document.querySelector('[name=at]').form.noValidate = true")
    page.get_by_role("button", name="Call then").click()
    expect(page.get_by_text("That time has passed. Pick a later one.")).to_be_visible()
    expect(page.get_by_label("Day and time")).to_have_value("2020-01-01T10:00")
    context.close()


@BOTH
def test_it_ends_in_two_taps(live, ana):
    ana.get_by_text("Lost", exact=True).tap()
    ana.get_by_role("button", name="Went elsewhere").tap()

    expect(ana.get_by_text("Closed: lost, went elsewhere.")).to_be_visible()
    expect(ana.locator("#lead")).to_have_attribute("data-state", "closed")


def test_what_happened_is_said_in_sight_for_a_while_wherever_it_was_tapped(ana):
    won = ana.get_by_role("button", name="Won")
    won.scroll_into_view_if_needed()
    ana.clock.install()
    assert ana.evaluate("scrollY") > 640

    won.tap()
    said = ana.get_by_text("Closed: won.")
    expect(said).to_be_in_viewport(ratio=1)
    ana.clock.run_for(9_000)

    expect(said).not_to_be_in_viewport()


@BOTH
def test_it_is_handed_back_in_two_taps(live, ana):
    ana.get_by_role("radio", name="Too far").check(force=True)
    ana.get_by_role("button", name="Hand back").tap()

    ana.wait_for_url("**/my")
    expect(ana.get_by_text("Handed back.")).to_be_visible()


def test_nothing_of_it_is_kept_open_on_the_server(live, ana):
    with ana.expect_response("**/calls"):
        ana.get_by_role("link", name="Call").tap()
    ana.evaluate(COMES_BACK)
    with ana.expect_response("**/calls"):
        ana.get_by_role("button", name="Wrong number").tap()

    with live.app.app_context():
        assert [call.result for call in db.session.query(Call)] == ["wrong_number"]
        db.session.remove()
    expect(ana.get_by_role("button", name="Close: wrong number")).to_be_visible()
