"""What nobody is signed in for: invitations, signing in, the form for customers, the link of a text."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import select

from leadapp import clock, seed
from leadapp.extensions import db
from leadapp.models import Channel, Message, Source
from leadapp.transaction import transaction
from leadapp.workflow.access import make_login_link, use_login_link
from leadapp.workflow.answering import Said, answer
from tests.browser.states.scene import Scene, rep_id

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"


def an_invitation(scene: Scene) -> Page:
    return scene.stranger(f"/invite/{_link(scene)}")


def an_invitation_on_an_iphone_with_its_code(scene: Scene) -> Page:
    page = scene.stranger(f"/invite/{_link(scene)}", user_agent=IPHONE)
    page.get_by_role("button", name="Show my code").click()
    page.locator("[data-code]").wait_for()
    return page


def an_invitation_that_was_used(scene: Scene) -> Page:
    return scene.stranger(f"/invite/{_used(scene)}")


def a_sign_in_link(scene: Scene) -> Page:
    return scene.stranger(f"/sign-in/link/{_link(scene)}")


def a_sign_in_link_that_was_used(scene: Scene) -> Page:
    return scene.stranger(f"/sign-in/link/{_used(scene)}")


def signing_in(scene: Scene) -> Page:
    return scene.stranger("/sign-in")


def signing_in_as_nobody(scene: Scene) -> Page:
    page = scene.stranger("/sign-in")
    page.get_by_label("E-mail or phone").fill(" ")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("alert").first.wait_for()
    return page


def signing_in_with_a_wrong_enrolment_code(scene: Scene) -> Page:
    page = scene.stranger("/sign-in")
    page.get_by_label("I have a code").fill("WRONG1")
    page.get_by_role("button", name="Use my code").click()
    page.locator("#wrong-code").wait_for()
    return page


def asked_for_the_six_digits(scene: Scene) -> Page:
    page = scene.stranger("/sign-in")
    page.get_by_label("E-mail or phone").fill("somebody." * 12 + "@example.com")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Six digits").wait_for()
    return page


def six_wrong_digits(scene: Scene) -> Page:
    page = asked_for_the_six_digits(scene)
    page.get_by_label("Six digits").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    page.locator("#wrong").wait_for()
    return page


def the_form(scene: Scene) -> Page:
    return scene.stranger(f"/f/{scene.act(seed.form_key)}")


def the_form_sent_empty(scene: Scene) -> Page:
    page = the_form(scene)
    page.get_by_label("Your name").fill("N" * 200)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    return page


def the_form_filled_in_by_a_machine(scene: Scene) -> Page:
    page = the_form(scene)
    page.locator("[name=website]").evaluate("field => { field.value = 'https://example.com' }")
    page.get_by_label("Phone").fill("+1 415 555 0190")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    return page


def the_form_sent(scene: Scene) -> Page:
    page = the_form(scene)
    page.get_by_label("Phone").fill("+1 415 555 0191")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    return page


def a_form_that_is_no_more(scene: Scene) -> Page:
    key = scene.act(seed.form_key)
    scene.act(lambda: _retire(key))
    return scene.stranger(f"/f/{key}")


def a_text_asks(scene: Scene) -> Page:
    return scene.stranger(f"/a/{_text(scene, scene.post())}")


def a_text_whose_offer_was_passed(scene: Scene) -> Page:
    receipt = _text(scene, scene.post())
    scene.act(lambda: answer(_message(receipt), Said.PASS, now=clock.now()))
    return scene.stranger(f"/a/{receipt}")


def a_text_that_was_accepted(scene: Scene) -> Page:
    receipt = _text(scene, scene.post())
    scene.act(lambda: answer(_message(receipt), Said.ACCEPT, now=clock.now()))
    return scene.stranger(f"/a/{receipt}")


def a_text_too_late(scene: Scene) -> Page:
    lead = scene.post()
    receipt = _text(scene, lead)
    scene.give(lead, "Mia")
    return scene.stranger(f"/a/{receipt}")


STATES = (
    an_invitation,
    an_invitation_on_an_iphone_with_its_code,
    an_invitation_that_was_used,
    a_sign_in_link,
    a_sign_in_link_that_was_used,
    signing_in,
    signing_in_as_nobody,
    signing_in_with_a_wrong_enrolment_code,
    asked_for_the_six_digits,
    six_wrong_digits,
    the_form,
    the_form_sent_empty,
    the_form_filled_in_by_a_machine,
    the_form_sent,
    a_form_that_is_no_more,
    a_text_asks,
    a_text_whose_offer_was_passed,
    a_text_that_was_accepted,
    a_text_too_late,
)


def _link(scene: Scene) -> str:
    return scene.act(lambda: make_login_link(rep_id("Ben"), clock.now()))


def _used(scene: Scene) -> str:
    link = _link(scene)
    scene.act(lambda: use_login_link(link, clock.now()))
    return link


def _text(scene: Scene, lead: str) -> str:
    """The receipt that stands in the link of the text about it."""
    texts = select(Message.receipt).where(
        Message.lead_id == lead, Message.offer_id.is_not(None), Message.channel == Channel.SMS
    )
    return scene.act(lambda: db.session.scalars(texts).one())


def _message(receipt: str) -> str:
    return db.session.scalars(select(Message.id).where(Message.receipt == receipt)).one()


def _retire(key: str) -> None:
    with transaction():
        db.session.query(Source).filter_by(key=key).one().retired_at = clock.now()
