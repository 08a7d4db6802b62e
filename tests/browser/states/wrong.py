"""Where something is wrong: an alarm, a page that is not for everybody, a lead that is gone, a broken server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Rep, Rule
from leadapp.transaction import transaction
from leadapp.web import rates
from tests.browser.states.scene import Scene


def an_alarm_on_the_board(scene: Scene) -> Page:
    scene.act(_break_a_rule)
    scene.post()
    page = scene.person("Olivia", "/board")
    page.locator(".alarms").wait_for()
    return page


def an_invitation_to_be_scanned(scene: Scene) -> Page:
    page = scene.person("Olivia", "/people")
    page.get_by_role("region", name="Ben Okafor").get_by_role("button", name="Invite").click()
    page.get_by_text("The link itself").click()
    return page


def taken_by_another_meanwhile(scene: Scene) -> Page:
    lead = scene.post()
    page = scene.person("Ana")
    page.get_by_role("button", name="Accept").first.wait_for()
    page.evaluate("document.querySelector('#my').removeAttribute('data-live')")
    scene.give(lead, "Mia")
    page.locator(f'[data-lead="{lead}"]').get_by_role("button", name="Accept").click()
    page.get_by_text("Mia Chen took it").wait_for()
    return page


def forbidden(scene: Scene) -> Page:
    return scene.person("Ana", "/people")


def not_there(scene: Scene) -> Page:
    return scene.person("Ana", "/leads/nothing")


def too_old_a_form(scene: Scene) -> Page:
    page = scene.stranger("/sign-in")
    page.locator("[name=csrf_token]").first.evaluate("field => { field.value = 'old' }")
    page.get_by_label("E-mail or phone").fill("ana@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="This page was open too long").wait_for()
    return page


def too_often(scene: Scene) -> Page:
    page = scene.stranger("/sign-in")
    while page.get_by_role("heading", name="A little slower").count() == 0:
        page.goto(f"{scene.live.url}/sign-in")
        page.get_by_label("E-mail or phone").fill("nobody@example.com")
        page.get_by_role("button", name="Send me a code").click()
    rates.forget()
    return page


def broken(scene: Scene) -> Page:
    with _failing(scene, RuntimeError()):
        return scene.person("Ana", "/my")


def too_busy(scene: Scene) -> Page:
    with _failing(scene, OperationalError("SELECT 1", {}, Exception("deadlock detected"))):
        return scene.person("Ana", "/my")


STATES = (
    an_alarm_on_the_board,
    an_invitation_to_be_scanned,
    taken_by_another_meanwhile,
    forbidden,
    not_there,
    too_old_a_form,
    too_often,
    broken,
    too_busy,
)


@contextmanager
def _failing(scene: Scene, error: Exception) -> Iterator[None]:
    """/my fails with the error meanwhile."""
    views = scene.live.app.view_functions
    works = views["my.show"]

    def fail() -> None:
        raise error

    views["my.show"] = fail
    yield
    views["my.show"] = works


def _break_a_rule() -> None:
    """So that the board tells its owner of it, in words without a space."""
    with transaction():
        rep_id = db.session.scalars(select(Rep.id)).first()
        db.session.add(Rule(name="R" * 200, position=0, conditions=[None], rep_id=rep_id, created_at=clock.now()))
