"""The issue's bad input, a sentence a test: what customers send, and a phone whose clock is wrong. What is gone by the
time it is tapped is in test_gone.py; sessions that end without network are in test_offline_taps.py."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Channel, Message
from tests.browser.phones import subscribed
from tests.browser.test_main_job import post_lead
from tests.browser.test_offline import TOUCH
from tests.browser.test_offline_taps import in_app, is_at_work
from tests.builders import make_lead

pytestmark = pytest.mark.browser

ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
# It would turn round all that follows it in its line, unless it is kept to itself.
TURNED = "\u202eعلي 🚿"
MARKUP = """"'><img src=x onerror="window.ran=1"><script>window.ran=1</script>"""
EVERYWHERE = dict.fromkeys(("name", "service", "city", "message", "address", "company", "source", "phone"), MARKUP)
EVERYWHERE |= {"email": f"{MARKUP}@example.com", MARKUP: {MARKUP: [MARKUP]}}
HAS_RUN = """() => window.ran || document.querySelectorAll("img[src=x], body script:not([src])").length"""
LEFT = """(line, words) => { const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) { const at = texts.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + words.length);
    return range.getBoundingClientRect().left; } }"""


@pytest.fixture
def ana(live, someone) -> Page:
    return someone("Ana", **TOUCH)


def accepted(page: Page, live, **fields) -> str:
    """A lead that Ana has accepted on her phone; she is on /my."""
    lead = post_lead(page, live, **fields)["id"]
    page.locator(f'[data-lead="{lead}"]').get_by_role("button", name="Accept").tap()
    expect(page.locator(f'[data-lead="{lead}"][data-state="claimed"]')).to_be_visible()
    return lead


def order(page: Page, part: str, *words: str) -> list[str]:
    """The words in the order in which they stand in the line, from the left."""
    line = page.locator(part).first
    lefts = {one: line.evaluate(LEFT, one) for one in words}
    return sorted(words, key=lefts.__getitem__)


def test_a_name_written_the_other_way_turns_nothing_round_but_itself(live, ana, someone):
    lead = accepted(ana, live, name=TURNED, service=TURNED, source="Web")
    card = f'[data-lead="{lead}"]'

    assert order(ana, f"{card} .soft:not(span)", "علي", "Oakland") == ["علي", "Oakland"]
    assert ana.get_by_role("link", name="علي").is_visible()

    ana.goto(f"{live.url}/leads/{lead}")
    assert order(ana, "header .clamp >> nth=-1", "علي", "Oakland") == ["علي", "Oakland"]

    ana.get_by_role("link", name="Call").evaluate("link => { link.removeAttribute('href'); link.click(); }")
    expect(ana.get_by_text("You called at")).to_be_visible()
    ana.goto(f"{live.url}/my")
    strip = "#my p.strip"
    assert order(ana, strip, "علي", "How did", " go?") == ["How did", "علي", " go?"]

    mia = someone("Mia")
    assert order(mia, f"{card} .clamp", "علي", "Oakland", "Web") == ["علي", "Oakland", "Web"]


def test_ten_thousand_characters_in_every_field_leave_call_on_the_first_screen(live, ana):
    lead = accepted(ana, live, **{name: name[0] * 10_000 for name in ("name", "service", "message", "city", "source")})
    card = ana.locator(f'[data-lead="{lead}"]')
    assert card.bounding_box()["height"] < 640

    card.get_by_role("link").first.tap()

    call = ana.get_by_role("link", name="Call", exact=True)
    expect(call).to_be_visible()
    box = call.bounding_box()
    assert box["y"] + box["height"] < 640 - 64
    ana.get_by_text("All of it").first.tap()
    assert len(ana.locator(".words").first.text_content().strip()) >= 10_000


@ON_BOTH
def test_markup_in_every_field_is_shown_as_it_came_and_never_runs(live, ana, someone):
    lead = post_lead(ana, live, **EVERYWHERE)["id"]
    offered = ana.locator(f'[data-lead="{lead}"][data-state="offered"]')
    expect(offered).to_contain_text(MARKUP[:20])
    assert not ana.evaluate(HAS_RUN)
    stranger = ana.context.new_page()
    stranger.goto(f"{live.url}/a/{text_about(live, lead)}")
    expect(stranger.get_by_role("article")).to_contain_text(MARKUP[:20])
    assert not stranger.evaluate(HAS_RUN)
    offered.get_by_role("button", name="Accept").tap()
    expect(ana.locator(f'[data-lead="{lead}"][data-state="claimed"]')).to_contain_text(MARKUP[:20])

    for page, paths in ((ana, ("/my", f"/leads/{lead}", "/me")), (someone("Mia"), ("/board", "/people", "/outbox"))):
        for path in (*paths, f"/leads/{lead}"):
            page.goto(live.url + path)
            assert not page.evaluate(HAS_RUN), path
        assert page.get_by_text(MARKUP).count() >= 8  # each field, in a lead's page


def test_markup_is_plain_text_in_an_alert(phone):
    subscribed(phone)
    make_lead(**EVERYWHERE)

    phone.receive()

    [shown] = phone.notifications()
    assert MARKUP[:20] in shown["title"] + shown["body"]


@ON_BOTH
def test_who_left_only_an_email_is_mailed_and_saying_so_is_the_contact(live, ana):
    lead = accepted(ana, live, phone=None, email="sam@example.com")
    mail = ana.get_by_role("link", name="E-mail")
    expect(mail).to_have_attribute("href", "mailto:sam@example.com")
    expect(ana.get_by_role("link", name="Call")).to_have_count(0)

    ana.goto(f"{live.url}/leads/{lead}")

    expect(mail).to_be_visible()
    for absent in ("Call", "Text"):
        expect(ana.get_by_role("link", name=absent, exact=True)).to_have_count(0)
    ana.get_by_role("button", name="E-mail sent").tap()
    expect(ana.get_by_text("Noted. The clock has stopped.")).to_be_visible()
    expect(ana.locator("#lead")).to_have_attribute("data-state", "contacted")


@ON_BOTH
def test_who_left_no_way_to_be_reached_is_said_to_have_left_none_and_can_be_closed(live, ana):
    lead = accepted(ana, live, phone=None, email=None)
    ana.get_by_role("link", name="Sam Rivera").tap()
    ana.wait_for_url(f"**/leads/{lead}")

    expect(ana.get_by_text("There is no number to dial and no e-mail.")).to_be_visible()
    for absent in ("Call", "Text", "E-mail"):
        expect(ana.get_by_role("link", name=absent, exact=True)).to_have_count(0)
    ana.get_by_text("Junk", exact=True).tap()
    ana.get_by_role("button", name="Spam").tap()

    expect(ana.get_by_text("Closed: junk, spam.")).to_be_visible()
    expect(ana.get_by_text("There is no number to dial")).to_have_count(0)


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_a_page_says_of_its_age_is_by_the_servers_clock_and_not_by_the_phones(live, someone, hours):
    ana = someone("Ana", **TOUCH)
    ana.clock.install(time=clock.now().timestamp() + hours * 3600)
    ana.reload()
    is_at_work(ana)
    lead = accepted(ana, live)
    since = ana.locator(f'[data-lead="{lead}"] [data-since]')
    ana.context.set_offline(True)
    ana.clock.run_for(2_000)

    now = clock.now().astimezone(ZoneInfo("America/Los_Angeles"))
    words = [f"As of {at:%-I:%M} {at:%p}".lower() for at in (now - timedelta(minutes=1), now)]
    said = ana.locator("[data-copy]").text_content().lower()
    assert said.removesuffix(", no network.") in words
    assert since.text_content().endswith(" s")


def text_about(live, lead: str) -> str:
    """The receipt in the link of the text that asks about it."""
    texts = select(Message.receipt).where(
        Message.lead_id == lead, Message.offer_id.is_not(None), Message.channel == Channel.SMS
    )
    return in_app(live, lambda: db.session.scalars(texts).first())
