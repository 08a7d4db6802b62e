"""/my and what hangs on it: an offer, a pass that can be undone, calls nobody told of, nothing to do."""

from __future__ import annotations

from playwright.sync_api import Page

from leadapp import clock
from leadapp.workflow.calls import record_call, start_call
from leadapp.workflow.offers import pass_offer
from leadapp.workflow.ownership import close_lead
from tests.browser.states.scene import Scene, rep_id


def nothing_to_do(scene: Scene) -> Page:
    return scene.person("Ana")


def away(scene: Scene) -> Page:
    return scene.person("Ben")


def away_says_me(scene: Scene) -> Page:
    page = scene.person("Ben", "/me")
    _unfold(page)
    return page


def an_offer_and_all_else(scene: Scene) -> Page:
    """Leads to call, one that was spoken to, one that is closed, and an urgent offer above them."""
    scene.taken()
    talked, closed = scene.taken(), scene.taken()
    scene.act(lambda: record_call(talked, "talked", now=clock.now(), actor_id=rep_id("Ana")))
    scene.act(lambda: close_lead(closed, outcome="won", now=clock.now()))
    scene.post(message="Burst pipe, water everywhere " + "x" * 300)
    page = scene.person("Ana")
    page.get_by_role("button", name="Accept").first.wait_for()
    page.locator("details.fold").evaluate_all("parts => parts.forEach((part) => (part.open = true))")
    return page


def call_later_unfolded(scene: Scene) -> Page:
    scene.post()
    page = scene.person("Ana")
    page.locator("summary", has_text="Call later").first.click()
    return page


def passed_and_can_be_undone(scene: Scene) -> Page:
    scene.post()
    page = scene.person("Ana")
    page.clock.install()  # else the notice is gone after eight seconds
    page.reload()
    page.get_by_role("button", name="Pass").first.click()
    page.get_by_role("button", name="Undo").wait_for()
    return page


def rung_for_what_nobody_took(scene: Scene) -> Page:
    lead = scene.post()
    offer = scene.offer(lead)
    scene.act(lambda: pass_offer(offer, now=clock.now()))
    return scene.person("Mia")


def calls_that_nobody_told_of(scene: Scene) -> Page:
    for _number in range(2):
        lead = scene.taken()
        scene.act(lambda lead=lead: start_call(lead, now=clock.now(), actor_id=rep_id("Ana")))
    page = scene.person("Ana")
    page.get_by_role("link", name="Say how").first.wait_for()
    return page


STATES = (
    nothing_to_do,
    away,
    away_says_me,
    an_offer_and_all_else,
    call_later_unfolded,
    passed_and_can_be_undone,
    rung_for_what_nobody_took,
    calls_that_nobody_told_of,
)


def _unfold(page: Page) -> None:
    page.locator("details").evaluate_all("parts => parts.forEach((part) => (part.open = true))")
