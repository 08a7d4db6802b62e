"""Every page passes axe in every theme, also with text twice as large, and nothing sticks out of a small phone."""

from pathlib import Path

import pytest
from sqlalchemy import select

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Channel, Message, Rep, Rule
from leadapp.transaction import transaction
from leadapp.workflow.inbound import Incoming, take_text
from tests.browser.test_main_job import post_lead

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
LONG = {"name": "N" * 10_000, "service": "W" * 10_000, "city": "Q" * 10_000, "message": "x" * 10_000}


@pytest.mark.parametrize("theme", ["light", "dark", "sun"])
def test_every_page_is_clean_and_fits(live, someone, theme):
    page = someone("Olivia")
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    break_a_rule(live)
    lead = post_lead(page, live, **LONG)
    text_without_end(live, lead["phone"])

    for path in (
        "/my",
        "/board",
        "/me",
        "/welcome",
        "/people",
        "/outbox",
        link_of_a_text(live),
        f"/leads/{lead['id']}",
        "/styleguide",
        "/nothing",
    ):
        page.goto(live.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        for size in ("", "212.5%"):  # as it is, and twice as large
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            assert problems(page) == [], (path, size)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, (path, size)

    assert [text for text in complaints if "404" not in text] == []


def test_the_offer_and_the_sign_in_page_are_clean(live, someone, chromium):
    page = someone("Ana")
    post_lead(page, live, message="Burst pipe, water everywhere", **{k: LONG[k] for k in ("service", "city")})
    page.get_by_role("button", name="Accept").wait_for()
    assert problems(page) == []
    box = page.get_by_role("button", name="Accept").bounding_box()
    assert box["y"] + box["height"] < 640 - 64

    page.goto("about:blank")  # else the page's own poll notices the sign-out and races us to the sign-in page
    page.context.clear_cookies()
    page.goto(f"{live.url}/sign-in")
    assert problems(page) == []


def break_a_rule(live):
    """So that the board tells its owner of it, in words without a space."""
    with live.app.app_context(), transaction():
        rep_id = db.session.scalars(select(Rep.id)).first()
        db.session.add(Rule(name="R" * 200, position=0, conditions=[None], rep_id=rep_id, created_at=clock.now()))


def text_without_end(live, phone):
    """The customer's, in one word."""
    with live.app.app_context():
        take_text(Incoming("SM1", phone, "US"), "t" * 10_000, clock.now())


def link_of_a_text(live):
    """Where a text about the offer points."""
    with live.app.app_context():
        texts = select(Message.receipt).where(Message.offer_id.is_not(None), Message.channel == Channel.SMS)
        return f"/a/{db.session.scalars(texts).first()}"


def problems(page, *tags):
    """What axe complains of, or of it only what has one of its tags."""
    page.evaluate(AXE)
    found = page.evaluate("only => axe.run(only.length ? { runOnly: only } : {})", list(tags))["violations"]
    return [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
