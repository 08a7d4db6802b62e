"""A tap on a lead that is gone: it says what has happened, and nothing that was there is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Offer
from leadapp.workflow.offers import pass_offer
from leadapp.workflow.ownership import assign_lead, close_lead
from leadapp.workflow.people import set_presence
from tests.browser.test_main_job import post_lead
from tests.browser.test_offline import TOUCH
from tests.browser.test_offline_taps import in_app, owner, post_and_see, rep_id

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)]


@pytest.fixture
def ana(live, someone) -> Page:
    """Ana's phone on /my with a lead of hers, while Ben and Carla are away."""
    for name in ("Ben", "Carla"):
        in_app(live, lambda name=name: set_presence(rep_id(name), state="out", now=clock.now()))
    phone = someone("Ana", **TOUCH)
    hers = post_and_see(phone, live)
    phone.locator(f'[data-lead="{hers["id"]}"]').get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    return phone


def holds_still(page: Page, part: str) -> None:
    """As a phone that has just woken up: it shows what was true before."""
    page.locator(part).evaluate("root => root.removeAttribute('data-live')")


def offered(phone: Page, live) -> str:
    lead = post_lead(phone, live, name="Pat Lee", phone="+14155550127", service="Drain")["id"]
    expect(phone.locator(f'[data-lead="{lead}"][data-state="offered"]')).to_be_visible()
    holds_still(phone, "#my")
    return lead


def close(lead: str, outcome: str) -> None:
    close_lead(lead, outcome=outcome, now=clock.now())


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (lambda lead: assign_lead(lead, rep_id("Mia"), now=clock.now()), "Mia Chen took it"),
        (lambda lead: close(lead, "lost"), "closed"),
        (lambda lead: close(lead, "duplicate"), "closed"),
    ],
    ids=["taken", "closed", "a duplicate"],
)
def test_accept_of_what_is_gone_says_so_and_leaves_the_rest(live, ana, meanwhile, said):
    lead = offered(ana, live)
    ana.evaluate("window.stillHere = true")
    in_app(live, lambda: meanwhile(lead))

    ana.get_by_role("button", name="Accept").tap()

    expect(ana.get_by_role("status").filter(has_text=said)).to_be_in_viewport()
    expect(ana.locator(f'[data-lead="{lead}"]')).to_have_count(0)
    expect(ana.get_by_role("link", name="Call")).to_be_visible()
    assert ana.evaluate("window.stillHere")


def test_accept_of_what_was_withdrawn_but_nobody_took_is_still_a_yes(live, ana):
    lead = offered(ana, live)
    offer = select(Offer.id).where(Offer.lead_id == lead)
    in_app(live, lambda: pass_offer(db.session.scalar(offer), now=clock.now()))

    ana.get_by_role("button", name="Accept").tap()

    expect(ana.locator(f'[data-lead="{lead}"][data-state="claimed"]')).to_be_visible()
    expect(ana.get_by_role("status").filter(has_text="It is yours. Call now.")).to_be_in_viewport()
    assert owner(live, {"id": lead}) == "Ana Torres"


def test_a_pass_of_what_is_gone_says_where_it_is(live, ana):
    lead = offered(ana, live)
    in_app(live, lambda: assign_lead(lead, rep_id("Mia"), now=clock.now()))

    ana.get_by_role("button", name="Pass").tap()

    expect(ana.get_by_role("status").filter(has_text="Somebody else has it.")).to_be_in_viewport()
    assert owner(live, {"id": lead}) == "Mia Chen"


def test_an_open_page_of_a_lead_that_is_given_to_another_says_so_once_and_stays(live, ana):
    ana.get_by_role("link", name="Sam Rivera").tap()
    ana.wait_for_url("**/leads/*")
    answers = []
    ana.on("response", lambda answer: answers.append(answer.status))

    in_app(live, lambda: assign_lead(ana.url.rpartition("/")[2], rep_id("Mia"), now=clock.now()))

    expect(ana.get_by_role("status").filter(has_text="the lead is somebody else's now")).to_be_in_viewport()
    with ana.expect_event("console", lambda said: said.text == "asked again"):
        ana.evaluate("setTimeout(() => console.log('asked again'), 4000)")  # more than two polls
    assert answers.count(404) == 1
    expect(ana.get_by_role("heading", name="Sam Rivera")).to_be_visible()


@pytest.fixture
def hers(live, ana) -> str:
    """The page of her own lead, which is Mia's by now without the page knowing."""
    ana.get_by_role("link", name="Sam Rivera").tap()
    ana.wait_for_url("**/leads/*")
    holds_still(ana, "#lead")
    lead = ana.url.rpartition("/")[2]
    in_app(live, lambda: assign_lead(lead, rep_id("Mia"), now=clock.now()))
    return lead


def test_how_a_call_went_with_a_lead_that_is_anothers_now_says_so(live, ana, hers):
    ana.get_by_role("button", name="Talked").tap()

    expect(ana.get_by_role("status").filter(has_text="This lead is not yours any more.")).to_be_in_viewport()
    expect(ana.get_by_text("Sam Rivera")).to_have_count(0)
    expect(ana.get_by_text("Nothing waiting.")).to_be_visible()


def test_a_text_to_the_customer_of_another_is_not_sent_and_its_words_are_not_lost(live, ana, hers):
    ana.get_by_label("Text to the customer").fill("I am on my way, ten minutes.")

    ana.get_by_role("button", name="Text", exact=True).tap()

    said = ana.get_by_role("status").filter(has_text="This lead is not yours any more.")
    expect(said).to_be_in_viewport()
    expect(said).to_contain_text("You had written: I am on my way, ten minutes.")


def test_why_it_should_be_anothers_is_kept_when_it_is_not_enough(live, ana):
    ana.get_by_role("link", name="Sam Rivera").tap()
    ana.get_by_role("radio", name="Other").check(force=True)
    hand_back = ana.get_by_role("button", name="Hand back")

    hand_back.tap()

    expect(ana.get_by_role("status").filter(has_text="Say why, in a few words.")).to_be_in_viewport()
    expect(hand_back).to_be_in_viewport()
    expect(ana.get_by_role("radio", name="Other")).to_be_checked()
