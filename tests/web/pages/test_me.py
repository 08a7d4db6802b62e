"""/me: presence with a return time, undo, and the turn ledger."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from leadapp.extensions import db
from leadapp.models import OptOut, PushSubscription, Rep, VapidKey
from leadapp.routing.values import Presence
from leadapp.transaction import transaction
from leadapp.workflow.alerts import test_alert as ring_for_a_test
from leadapp.workflow.receipts import message_shown
from tests.builders import make_lead, pending_offer


def test_out_of_office_moves_the_pending_offer_and_says_so(office, visit):
    lead = make_lead()

    answer = visit(office.ana).press("/me/presence", htmx=True, state="out", **{"for": "1h"})

    assert "You are out of office until 11:00 am. 1 offer moved on." in answer.text
    assert 'aria-checked="true"' in answer.text
    assert pending_offer(lead).rep_id == office.ben.id


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ({"for": "30m"}, datetime(2026, 11, 22, 10, 30, tzinfo=UTC)),
        ({"for": "today"}, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ({"for": "tomorrow"}, datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ({"for": "until", "until": "15:30"}, datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        ({"for": "until", "until": "01:00"}, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ({"for": "until", "until": "2026-12-01T09:00"}, datetime(2026, 12, 1, 17, tzinfo=UTC)),
        ({"for": "open"}, None),
    ],
)
def test_the_return_time_is_read_in_the_persons_zone(office, visit, choice, until):
    with transaction():
        office.ana.time_zone = "America/Los_Angeles"

    visit(office.ana).press("/me/presence", state="busy", **choice)

    db.session.refresh(office.ana)
    assert (office.ana.presence, office.ana.presence_until) == (Presence.BUSY, until)


def test_undo_puts_back_what_was_there(office, visit):
    visitor = visit(office.ana)
    visitor.press("/me/presence", state="out", cover=office.ben.id, **{"for": "tomorrow"})
    before = (office.ana.presence, office.ana.presence_until, office.ana.cover_id)

    answer = visitor.press("/me/presence", htmx=True, state="available")
    undo = re.search(r'<form method="post" action="/me/presence">(.*?)</form>', answer.text, re.DOTALL)[1]
    visitor.press("/me/presence", **dict(re.findall(r'name="(?!csrf)(\w+)" value="([^"]*)"', undo)))

    db.session.refresh(office.ana)
    assert "Undo" in undo
    assert (office.ana.presence, office.ana.presence_until, office.ana.cover_id) == before


def test_undo_is_offered_after_a_plain_form_too(office, visit):
    visitor = visit(office.ana)
    visitor.press("/me/presence", state="busy", **{"for": "1h"})

    page = visitor.open("/me").text

    assert "You are on a job until 11:00 am." in page
    assert ">Undo</button>" in page
    assert ">Undo</button>" not in visitor.open("/me").text


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "asleep"},
        {"state": "out", "for": "until", "until": "soon"},
        {"state": "out", "for": "until", "until": "2020-01-01T09:00"},
    ],
)
def test_nonsense_changes_nothing_and_says_what_is_wrong(office, visit, nonsense):
    answer = visit(office.ana).press("/me/presence", htmx=True, **nonsense)

    assert answer.status_code == 422
    assert "data-notice" in answer.text
    db.session.refresh(office.ana)
    assert office.ana.presence is Presence.AVAILABLE


def test_nobody_covers_for_himself(office, visit):
    answer = visit(office.ana).press("/me/presence", state="out", cover=office.ana.id, **{"for": "1h"})

    assert answer.status_code == 422


def test_the_ledger_can_be_read(office, visit):
    make_lead()

    page = visit(office.ana).open("/me").text

    assert "<b>Used</b> in Plumbing." in page


def test_the_controls_have_their_promised_names(office, visit):
    page = visit(office.ana).open("/me").text

    assert re.search(r'role="switch" aria-checked="false"><span>Out of office</span>', page)
    for button in ("On a job", "Turn on alerts", "Ring me now", "Sign out of this phone"):
        assert f">{button}</button>" in page


def test_it_says_how_i_am_reached_and_what_is_wrong_with_that(office, visit, clock):
    with transaction():
        db.session.add(VapidKey(id="key", public="public", private="private", created_at=clock.now()))
        db.session.add(OptOut(phone="+14155550100", at=clock.now(), because="texted 'STOP'"))
        db.session.get_one(Rep, office.ana.id).phone = "+14155550100"
    assert _channels(visit(office.ana)) == [
        "Alerts no phone has alerts turned on",
        "Texts and calls +14155550100: the number asked for no texts",
        "E-mail ana@example.com: works",
    ]

    device = {"endpoint": "https://push.example/1", "p256dh": "p", "auth": "a", "key_id": "key"}
    with transaction():
        now = clock.now()
        db.session.add(PushSubscription(rep_id=office.ana.id, created_at=now, seen_at=now, **device))
    assert _channels(visit(office.ana))[0] == "Alerts 1 phone or browser: not tried yet; press Ring me now"

    with transaction():
        [receipt] = ring_for_a_test(office.ana, clock.now())
    message_shown(receipt, clock.now())
    assert _channels(visit(office.ana))[0] == "Alerts 1 phone or browser: works, last shown 10:00 am"


def _channels(visitor) -> list[str]:
    section = re.search(r'<section id="channels".*?</section>', visitor.open("/me").text, re.DOTALL)[0]
    rows = re.findall(r"<li.*?>(.*?)</li>", section)
    return [unescape(re.sub(r"<[^>]+>", "", row.replace("</b>", " "))) for row in rows]


def test_office_and_owner_say_how_often_they_are_mailed_what_went_wrong(office, visit):
    visitor = visit(office.olivia)
    assert re.search(r'value="hourly" checked', visitor.open("/me").text)

    answer = visitor.press("/me/digest", digest="daily")

    assert answer.status_code == 303
    page = visitor.open("/me").text
    assert "You get a mail in the morning, when something went wrong." in page
    assert re.search(r'value="daily" checked', page)


def test_a_rep_is_asked_nothing_about_mail_and_may_not_set_it(office, visit):
    visitor = visit(office.ana)

    assert "Mail when something goes wrong" not in visitor.open("/me").text
    assert visitor.press("/me/digest", digest="daily").status_code == 403


def test_an_unknown_choice_of_mail_changes_nothing_and_is_said(office, visit):
    answer = visit(office.olivia).press("/me/digest", digest="weekly")

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    db.session.refresh(office.olivia)
    assert office.olivia.digest == "hourly"
