"""Taps on bad signal: they wait on the phone, are sent once and in their order, and claim nothing before the answer."""

from __future__ import annotations

from socket import SHUT_RDWR

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Event, EventKind, Lead, Offer, Rep
from leadapp.transaction import transaction
from leadapp.workflow.ownership import assign_lead
from tests.browser.conftest import BOTH
from tests.browser.test_main_job import post_lead
from tests.browser.test_offline import TOUCH, until

pytestmark = pytest.mark.browser

WAITING = "Sending, not yours yet"


@pytest.fixture
def offered(live, someone):
    """Ana's phone on /my with an offer, and its service worker at work."""
    phone = someone("Ana", **TOUCH)
    is_at_work(phone)
    return phone, post_and_see(phone, live)


def is_at_work(phone: Page) -> None:
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")


def post_and_see(phone: Page, live) -> dict:
    lead = post_lead(phone, live)
    expect(phone.locator(f'[data-lead="{lead["id"]}"]').get_by_role("button", name="Accept")).to_be_visible()
    return lead


def in_app(live, ask):
    with live.app.app_context():
        answer = ask()
        db.session.remove()
        return answer


def owner(live, lead) -> str | None:
    name = select(Rep.name).join(Lead, Lead.owner_id == Rep.id).where(Lead.id == lead["id"])
    return in_app(live, lambda: db.session.scalar(name))


def count(live, lead, kind: EventKind) -> int:
    happened = select(func.count()).where(Event.lead_id == lead["id"], Event.kind == kind)
    return in_app(live, lambda: db.session.scalar(happened))


def rep_id(name: str) -> str:
    return db.session.scalars(select(Rep.id).where(Rep.name.startswith(name))).one()


def posts(page: Page) -> list[str]:
    """Fills with what the browser posts, the worker included."""
    seen: list[str] = []
    page.context.on("request", lambda request: seen.append(request.url) if request.method == "POST" else None)
    return seen


@BOTH
def test_accept_without_network_waits_claims_nothing_and_is_mine_when_it_is_back(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)

    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="it is not done yet")).to_have_count(1)
    expect(phone.get_by_role("button", name="Accept")).to_be_hidden()
    assert owner(live, lead) is None

    phone.context.set_offline(False)
    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="It is yours. Call now.")).to_be_visible()
    expect(phone.get_by_role("button", name=WAITING)).to_have_count(0)
    assert owner(live, lead) == "Ana Torres"


def test_what_waits_is_still_there_when_the_app_was_closed(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    phone.goto("about:blank")

    phone.context.set_offline(False)
    phone.goto(f"{live.url}/my")

    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    assert owner(live, lead) == "Ana Torres"


def test_a_tap_on_what_waits_takes_it_back(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()

    phone.get_by_role("button", name=WAITING).tap()
    expect(phone.get_by_role("button", name="Accept")).to_be_visible()
    until(phone, lambda: in_worker(phone, "all().then(taps => taps.length)"), 0)
    phone.context.set_offline(False)
    expect(phone.locator("[data-copy]")).to_have_count(0)

    assert owner(live, lead) is None
    expect(phone.get_by_role("button", name="Accept")).to_be_visible()


def test_an_accept_dies_with_its_offer_and_says_so(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()

    phone.clock.install(time=clock.now())
    phone.clock.fast_forward(6 * 60_000)

    expect(phone.get_by_role("button", name="Not sent in time")).to_be_visible()
    assert owner(live, lead) is None


def test_an_accept_whose_offer_ended_meanwhile_is_not_sent(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    end = phone.locator("[data-until]").first
    end.evaluate("form => { form.dataset.until = new Date(Date.now() + 1500).toISOString() }")
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name="Not sent in time")).to_be_visible()
    sent = posts(phone)

    phone.context.set_offline(False)

    expect(phone.get_by_role("status").filter(has_text="Not sent in time: the offer is over.")).to_be_visible()
    assert [url for url in sent if "/acceptance" in url] == []
    assert owner(live, lead) is None


def test_who_was_too_late_is_told_who_has_it(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    in_app(live, lambda: assign_lead(lead["id"], rep_id("Mia"), now=clock.now()))

    phone.context.set_offline(False)

    expect(phone.get_by_role("status").filter(has_text="Mia Chen took it")).to_be_visible()
    expect(phone.get_by_role("link", name="Call")).to_have_count(0)


def test_an_answer_that_was_lost_on_its_way_is_not_done_twice(live, offered):
    phone, lead = offered
    phone.get_by_role("button", name="Accept").tap()
    phone.get_by_role("link", name="Sam Rivera").tap()
    served, cut = live.app.wsgi_app, []

    def loses_its_answer(environ, start_response):
        if cut or not environ["PATH_INFO"].endswith("/calls"):
            return served(environ, start_response)
        cut.append(b"".join(served(environ, lambda *_: None)))
        environ["werkzeug.socket"].shutdown(SHUT_RDWR)
        raise ConnectionAbortedError

    live.app.wsgi_app = loses_its_answer
    phone.get_by_role("button", name="Talked").tap()

    expect(phone.get_by_role("status").filter(has_text="It got through the first time.")).to_be_visible()
    expect(phone.locator("#lead")).to_have_attribute("data-state", "contacted")
    assert count(live, lead, EventKind.CONTACTED) == 1


def test_two_tabs_send_it_once(live, offered):
    phone, lead = offered
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    tabs = [phone, phone.context.new_page()]
    for tab in tabs:
        tab.goto(f"{live.url}/leads/{lead['id']}")
        is_at_work(tab)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Voicemail").tap()
    for tab in tabs:
        expect(tab.get_by_role("button", name="Not sent yet")).to_be_visible()
    sent = posts(phone)

    phone.context.set_offline(False)

    for tab in tabs:
        expect(tab.get_by_role("button", name="Not sent yet")).to_have_count(0)
        expect(tab.get_by_role("button", name="Voicemail")).to_be_visible()
    until(phone, lambda: count(live, lead, EventKind.CALLED), 1)
    assert len([url for url in sent if url.endswith("/calls")]) <= 1


def test_taps_keep_their_order(live, someone):
    phone = someone("Ana", **TOUCH)
    phone.goto(f"{live.url}/me")
    is_at_work(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="On a job").tap()
    expect(phone.get_by_role("button", name="Not sent yet")).to_have_count(1)
    phone.get_by_role("switch", name="Out of office").tap()
    expect(phone.get_by_role("button", name="Not sent yet")).to_have_count(2)

    phone.context.set_offline(False)

    presence = select(Rep.presence).where(Rep.name == "Ana Torres")
    until(phone, lambda: in_app(live, lambda: db.session.scalar(presence)), "out")
    phone.reload()
    expect(phone.get_by_role("switch", name="Out of office")).to_have_attribute("aria-checked", "true")


def test_a_session_that_ended_meanwhile_keeps_the_tap_for_the_same_person(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    sign_out_everywhere(live, "Ana")

    phone.context.set_offline(False)
    expect(phone.get_by_role("status").filter(has_text="You were signed out")).to_be_visible()
    assert owner(live, lead) is None
    signs_in(phone, live, "Ana")

    expect(phone.get_by_role("link", name="Call")).to_be_visible()
    assert owner(live, lead) == "Ana Torres"


def test_somebody_else_who_signs_in_sends_nothing_of_mine(live, offered):
    phone, lead = offered
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").tap()
    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    sign_out_everywhere(live, "Ana")
    phone.context.set_offline(False)
    expect(phone.get_by_role("status").filter(has_text="You were signed out")).to_be_visible()
    sent = posts(phone)

    signs_in(phone, live, "Mia")

    until(phone, lambda: in_worker(phone, "all().then(taps => taps.length)"), 0)
    assert [url for url in sent if "/acceptance" in url] == []
    assert owner(live, lead) is None


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_phone_whose_clock_is_wrong_counts_by_the_servers(live, someone, hours):
    phone = someone("Ana", **TOUCH)
    phone.clock.install(time=clock.now().timestamp() + hours * 3600)
    phone.reload()
    is_at_work(phone)
    lead = post_and_see(phone, live)
    timer = phone.get_by_role("timer")
    left = in_app(live, lambda: db.session.scalar(select(Offer.expires_at).where(Offer.lead_id == lead["id"])))
    phone.context.set_offline(True)

    phone.get_by_role("button", name="Accept").tap()

    expect(phone.get_by_role("button", name=WAITING)).to_be_visible()
    minutes, seconds = map(int, timer.text_content().split(":"))
    assert abs((left - clock.now()).total_seconds() - (60 * minutes + seconds)) < 10
    phone.context.set_offline(False)
    phone.clock.run_for(3_000)
    until(phone, lambda: owner(live, lead), "Ana Torres")


def sign_out_everywhere(live, name: str) -> None:
    def change():
        with transaction():
            db.session.execute(
                update(Rep).where(Rep.id == rep_id(name)).values(session_version=Rep.session_version + 1)
            )

    in_app(live, change)


def signs_in(phone: Page, live, name: str) -> None:
    phone.wait_for_url(lambda url: "/sign-in" in url)
    phone.goto(live.sign_in_link(name))
    phone.get_by_role("button", name="Sign in").tap()
    phone.wait_for_url(lambda url: "/sign-in" not in url)


def in_worker(phone: Page, script: str):
    return phone.context.service_workers[0].evaluate(script)
