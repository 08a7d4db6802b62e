"""A phone, the whole way: subscribed in Chromium, rung through a push service that decrypts, answered while locked."""

from __future__ import annotations

import json
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import expect

from leadapp import clock
from leadapp.models import Lead
from leadapp.workflow.ownership import assign_lead
from tests.browser.phones import reread, subscribed, subscription, waiting
from tests.builders import make_lead, pending_offer

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const open = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  return (await Promise.all(open.map(cache => cache.keys()))).flat().map(request => request.url); }"""

IN_TURN = """async () => (await navigator.locks.query()).pending.some(({ name }) => name === "alerts")"""


def test_a_test_alert_rings_the_phone_and_the_page_says_so(phone):
    phone.page.get_by_role("button", name="Turn on alerts").click()
    phone.receive()

    expect(phone.page.locator("[data-alert-status]")).to_contain_text("It rang")
    assert len(phone.notifications()) == 1


def test_a_subscription_is_posted_again_on_every_load(phone):
    subscribed(phone)
    before = subscription().seen_at

    phone.page.reload()

    expect(phone.page.locator("[data-alert-status]")).to_have_text("Alerts are on for this phone.")
    assert subscription().seen_at > before


def test_a_phone_counts_as_ringing_only_once_it_has_shown_an_alert(phone):
    status, strip = phone.page.locator("[data-alert-status]"), phone.page.locator("[data-until-alerts-on]")
    phone.page.get_by_role("button", name="Turn on alerts").click()
    phone.until(lambda: len([m for m in waiting() if m.subscription_id]), 1)

    phone.page.goto(f"{phone.world.base}/my")
    expect(status).to_have_text("Alerts are on, but this phone has not shown one yet.")
    expect(strip).to_be_visible()
    phone.receive()
    phone.page.reload()

    expect(status).to_have_text("Alerts are on for this phone.")
    expect(strip).to_be_hidden()


def test_an_offer_is_shown_reported_and_accepted_with_its_button(phone):
    subscribed(phone)
    lead = make_lead(service="Slow drain", postcode="11201")
    message = phone.receive()
    [shown] = phone.notifications()
    assert "Slow drain" in shown["title"]

    phone.tap("accept")

    phone.until(lambda: owner_of(lead), phone.world.office.ana.id)
    phone.see("title", "Yours.")
    phone.until(lambda: reread(message).opened_at is not None)


def test_who_taps_too_late_is_told_who_has_it(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    assign_lead(lead.id, phone.world.office.ben.id, now=clock.now())

    phone.tap("accept")

    phone.see("body", "Ben has it.")


def test_a_tap_without_network_never_claims_anything(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()
    phone.context.set_offline(True)

    phone.tap("accept")

    phone.see("title", "Not sent")
    assert owner_of(lead) is None


def test_pass_moves_the_lead_on(phone):
    subscribed(phone)
    lead = make_lead()
    phone.receive()

    phone.tap("pass")

    phone.until(lambda: pending_offer(reread(lead)).rep_id, phone.world.office.ben.id)
    assert phone.notifications() == []


def test_a_push_refreshes_a_page_that_lies_open(phone):
    subscribed(phone)
    phone.page.clock.install()
    phone.page.goto(f"{phone.world.base}/my")
    expect(phone.page.locator("#my")).to_be_visible()
    phone.page.evaluate("window.isTheSamePage = true")
    with phone.page.expect_response("**/my?seen=*"):
        phone.page.clock.pause_at(clock.now() + timedelta(minutes=1))  # the last poll that comes by itself
    make_lead(service="Slow drain")
    expect(phone.page.get_by_role("button", name="Accept")).to_have_count(0)

    phone.deliver(alert("Slow drain", "", "offer-1"))

    expect(phone.page.get_by_role("button", name="Accept")).to_be_visible()
    assert phone.page.evaluate("window.isTheSamePage")


def test_a_push_that_cannot_be_read_still_shows_something(phone):
    subscribed(phone)

    for data in ("", "not JSON", "{}", '{"notification": {}}', '{"notification": null}', "[]", "null"):
        phone.deliver(data)

        phone.see("title", "Leadapp")
        phone.close_notifications()


def test_the_same_tag_is_shown_once(phone):
    subscribed(phone)
    for body in ("first", "second"):
        phone.deliver(alert("Lead", body, "offer-1"))
        phone.see("body", body)


def test_alerts_that_arrive_together_can_all_be_tapped(phone):
    subscribed(phone)
    leads = [f"Lead {number}" for number in range(20)]

    phone.deliver(*(alert(lead, "", lead) for lead in leads))

    phone.see("title", *leads)


def test_a_receipt_that_does_not_get_through_is_sent_again(phone):
    subscribed(phone)
    lost = lose_first(phone.world.app, "/shown")
    make_lead()

    message = phone.receive()

    assert lost == [f"/messages/{message.receipt}/shown"]


def test_without_network_there_is_a_page_that_says_so(phone):
    subscribed(phone)
    phone.page.reload()
    phone.context.set_offline(True)

    phone.page.goto(f"{phone.world.base}/board")

    expect(phone.page.get_by_role("heading", name="No network")).to_be_visible()
    kept = {url.removeprefix(phone.world.base).partition("/assets/")[0] for url in phone.page.evaluate(KEPT)}
    assert kept <= {"", "/my"}


def test_a_phone_that_may_show_no_alerts_any_more_is_off_the_list_until_it_may_again(phone):
    status = phone.page.locator("[data-alert-status]")
    subscribed(phone)

    phone.context.clear_permissions()
    phone.page.reload()
    expect(status).to_have_text("Alerts are off on this phone.")
    phone.until(lambda: subscription().removed_at is not None)
    make_lead()
    assert [m.channel for m in waiting()] == ["email"]

    phone.context.grant_permissions(["notifications"], origin=phone.world.base)
    phone.page.reload()
    expect(status).to_have_text("Alerts are on for this phone.")
    assert subscription().removed_at is None


def test_a_phone_that_could_not_say_so_is_taken_off_the_list_at_the_next_load(phone):
    subscribed(phone)
    phone.context.clear_permissions()
    phone.page.route("**/push/subscription", lambda route: route.abort())
    phone.page.reload()
    expect(phone.page.locator("[data-alert-status]")).to_contain_text("That did not work")
    phone.page.unroute("**/push/subscription")

    phone.page.reload()

    phone.until(lambda: subscription().removed_at is not None)


def test_signing_out_takes_the_phone_off_the_list(phone):
    subscribed(phone)

    phone.page.get_by_role("button", name="Sign out of this phone").click()
    phone.page.wait_for_url("**/sign-in")

    assert make_lead().state == "offered"
    assert [m.channel for m in waiting()] == ["email"]


def test_a_subscription_that_is_being_posted_does_not_outlive_signing_out(phone):
    subscribed(phone)
    posted, released, removed = Event(), Event(), Event()
    served = phone.world.app.wsgi_app

    def slowly(environ, start_response):
        if environ["PATH_INFO"] == "/push/subscription":
            (posted if environ["REQUEST_METHOD"] == "PUT" else removed).set()
        if environ["REQUEST_METHOD"] == "PUT":
            released.wait(30)
        return served(environ, start_response)

    phone.world.app.wsgi_app = slowly
    phone.page.goto(f"{phone.world.base}/me")
    phone.until(posted.is_set)
    phone.page.get_by_role("button", name="Sign out of this phone").click(no_wait_after=True)
    phone.until(lambda: removed.is_set() or phone.page.evaluate(IN_TURN))
    released.set()
    phone.page.wait_for_url("**/sign-in")

    assert make_lead().state == "offered"
    assert [m.channel for m in waiting()] == ["email"]


def alert(title: str, body: str, tag: str) -> str:
    return json.dumps({"notification": {"title": title, "body": body, "tag": tag, "navigate": "/my"}})


def lose_first(app: Flask, ending: str) -> list[str]:
    """Answers the first request to such a path itself, with 503; the list tells which it was."""
    served, lost = app.wsgi_app, []

    def with_loss(environ, start_response):
        path = environ["PATH_INFO"]
        if lost or not path.endswith(ending):
            return served(environ, start_response)
        lost.append(path)
        start_response("503 Service Unavailable", [])
        return []

    app.wsgi_app = with_loss
    return lost


def owner_of(lead: Lead) -> str | None:
    return reread(lead).owner_id
