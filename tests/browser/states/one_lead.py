"""/leads/{id}: before it is taken, back from a call, what follows from how it went, and how it ends."""

from __future__ import annotations

from playwright.sync_api import Page

from leadapp import clock
from leadapp.workflow.calls import record_call
from leadapp.workflow.ownership import close_lead
from tests.browser.states.scene import Scene, rep_id

COMES_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def offered(scene: Scene) -> Page:
    return scene.person("Ana", f"/leads/{scene.post()}")


def mine(scene: Scene) -> Page:
    page = _hers(scene)
    page.locator("details:not([name])").evaluate_all("parts => parts.forEach((part) => (part.open = true))")
    return page


def with_an_email_only(scene: Scene) -> Page:
    return _hers(scene, phone=None)


def with_a_message_only(scene: Scene) -> Page:
    return _hers(scene, phone=None, email=None, address=None)


def back_from_a_call(scene: Scene) -> Page:
    page = _hers(scene)
    with page.expect_response("**/calls"):
        page.get_by_role("link", name="Call", exact=True).tap()
    page.evaluate(COMES_BACK)
    page.locator(".question--sheet").wait_for()
    return page


def call_again(scene: Scene) -> Page:
    page = _hers(scene, result="no_answer")
    page.get_by_text("Another time").click()
    return page


def call_again_at_a_time_that_has_passed(scene: Scene) -> Page:
    page = call_again(scene)
    page.get_by_label("Day and time").fill("2020-01-01T10:00")
    page.evaluate("document.querySelector('[name=at]').form.noValidate = true")
    page.get_by_role("button", name="Call then").click()
    page.get_by_text("That time has passed. Pick a later one.").wait_for()
    return page


def wrong_number(scene: Scene) -> Page:
    page = _hers(scene, result="wrong_number")
    page.get_by_role("button", name="Close: wrong number").wait_for()
    return page


def lost_and_why(scene: Scene) -> Page:
    page = _hers(scene)
    page.get_by_text("Lost", exact=True).click()
    return page


def junk_and_why(scene: Scene) -> Page:
    page = _hers(scene)
    page.get_by_text("Junk", exact=True).click()
    return page


def hand_back_without_saying_why(scene: Scene) -> Page:
    page = _hers(scene)
    page.get_by_role("radio", name="Other").check(force=True)
    page.get_by_role("button", name="Hand back").click()
    page.get_by_text("Say why, in a few words.").wait_for()
    return page


def closed(scene: Scene) -> Page:
    lead = scene.taken()
    scene.act(lambda: close_lead(lead, outcome="lost", reason="R" * 300, now=clock.now()))
    return scene.person("Ana", f"/leads/{lead}")


def of_the_office(scene: Scene) -> Page:
    page = scene.person("Mia", f"/leads/{scene.taken()}")
    page.locator("details:not([name])").evaluate_all("parts => parts.forEach((part) => (part.open = true))")
    return page


STATES = (
    offered,
    mine,
    with_an_email_only,
    with_a_message_only,
    back_from_a_call,
    call_again,
    call_again_at_a_time_that_has_passed,
    wrong_number,
    lost_and_why,
    junk_and_why,
    hand_back_without_saying_why,
    closed,
    of_the_office,
)


def _hers(scene: Scene, *, result: str | None = None, **fields: str | None) -> Page:
    """Ana's page of a lead of hers, of which she has said how a call went."""
    lead = scene.taken(**fields)
    if result:
        scene.act(lambda: record_call(lead, result, now=clock.now(), actor_id=rep_id("Ana")))
    return scene.person("Ana", f"/leads/{lead}")
