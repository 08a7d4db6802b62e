"""/me: presence with a return time, undo, and the turn ledger."""

import re
from datetime import UTC, datetime

import pytest

from leadapp.extensions import db
from leadapp.routing.values import Presence
from leadapp.transaction import transaction
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
