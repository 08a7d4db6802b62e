"""Without network, and back when something has happened meanwhile."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.transaction import transaction
from tests.browser.states.scene import Scene, rep_id
from tests.browser.test_offline import kept, until


def my_leads_from_the_copy(scene: Scene) -> Page:
    return _from_the_copy(scene, "/my")


def a_lead_from_the_copy(scene: Scene) -> Page:
    return _from_the_copy(scene, f"/leads/{scene.taken()}")


def a_page_that_is_not_kept(scene: Scene) -> Page:
    page = _phone(scene)
    page.context.set_offline(True)
    page.goto(f"{scene.live.url}/people")
    page.get_by_role("heading", name="No network").wait_for()
    return page


def lost_the_network_while_looking(scene: Scene) -> Page:
    scene.taken()
    page = _phone(scene)
    page.context.set_offline(True)
    page.locator("[data-copy]").wait_for()
    return page


def an_accept_waits(scene: Scene) -> Page:
    page = _accepted(scene)
    page.get_by_role("button", name="Sending, not yours yet").wait_for()
    return page


def an_accept_that_was_not_sent_in_time(scene: Scene) -> Page:
    page = _accepted(scene, "form => { form.dataset.until = '2020-01-01T00:00:00Z' }")
    page.get_by_role("button", name="Not sent in time").wait_for()
    return page


def taps_of_another_page_wait(scene: Scene) -> Page:
    lead = scene.taken()
    page = _phone(scene)
    until(page, lambda: f"/leads/{lead}" in kept(page), True)
    page.goto(f"{scene.live.url}/leads/{lead}")
    page.context.set_offline(True)
    page.get_by_role("button", name="Voicemail").click()
    page.get_by_role("button", name="Not sent yet").wait_for()
    page.goto(f"{scene.live.url}/my")
    page.locator("[data-elsewhere]").wait_for()
    return page


def the_session_ended_meanwhile(scene: Scene) -> Page:
    page = _accepted(scene)
    page.get_by_role("button", name="Sending, not yours yet").wait_for()
    scene.act(_sign_ana_out)
    page.context.set_offline(False)
    page.wait_for_url(lambda url: "/sign-in" in url)
    page.get_by_text("You were signed out while there was no network.").wait_for()
    return page


def a_board_of_a_minute_ago(scene: Scene) -> Page:
    scene.taken()
    page = scene.new_phone("Mia")
    page.clock.install()
    page.goto(f"{scene.live.url}/board")
    page.context.set_offline(True)
    page.clock.run_for(70_000)
    page.locator(".fresh--dead").wait_for()
    return page


STATES = (
    my_leads_from_the_copy,
    a_lead_from_the_copy,
    a_page_that_is_not_kept,
    lost_the_network_while_looking,
    an_accept_waits,
    an_accept_that_was_not_sent_in_time,
    taps_of_another_page_wait,
    the_session_ended_meanwhile,
    a_board_of_a_minute_ago,
)


def _phone(scene: Scene) -> Page:
    """Ana's, with its service worker at work."""
    page = scene.new_phone("Ana")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def _from_the_copy(scene: Scene, path: str) -> Page:
    page = _phone(scene)
    page.goto(scene.live.url + path)
    until(page, lambda: path in kept(page), True)
    page.context.set_offline(True)
    page.goto(scene.live.url + path)
    page.locator("[data-copy]").wait_for()
    return page


def _accepted(scene: Scene, before: str = "form => {}") -> Page:
    """Ana's phone, on which she has tapped Accept without network."""
    lead = scene.post()
    page = _phone(scene)
    form = page.locator(f'[data-lead="{lead}"] form', has_text="Accept").last
    form.wait_for()
    page.context.set_offline(True)
    form.evaluate(before)
    form.get_by_role("button", name="Accept").click()
    return page


def _sign_ana_out() -> None:
    with transaction():
        newer = {"session_version": Rep.session_version + 1}
        db.session.execute(update(Rep).where(Rep.id == rep_id("Ana")).values(newer))
