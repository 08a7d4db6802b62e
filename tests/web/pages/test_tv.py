"""The board on a wall: a link shows it, and it says nothing about who the customers are."""

import re
from html import unescape

import pytest

from leadapp.extensions import db
from leadapp.models import Device
from leadapp.queries.wall import initials
from leadapp.workflow.offers import accept_offer
from tests.builders import make_lead, pending_offer

LEAD = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "email": "sam@example.com",
    "address": "12 Lake Street",
    "city": "Oakland",
    "postcode": "94607",
    "service": "Heater at 415 555 0123",
    "message": "Water everywhere, burst pipe",
}


@pytest.fixture
def link(office, visit):
    """Made by the owner, and opened by nobody yet."""
    page = visit(office.olivia).press("/settings/devices", htmx=True, name="Office wall").text
    return unescape(re.search(r'value="http[^"]*(/board/tv\?key=[^"]+)"', page)[1])


def test_the_link_shows_the_board_and_signs_nobody_in(visit, link):
    make_lead(**LEAD)
    screen = visit()

    page = screen.open(link)

    assert page.status_code == 200
    assert "Offered" in page.text
    assert "URGENT" in page.text
    assert "<button" not in page.text
    assert "<form" not in page.text
    assert screen.open("/board").location.startswith("/sign-in")


def test_it_says_nothing_by_which_a_customer_could_be_found(visit, link):
    lead = make_lead(**LEAD)
    screen = visit()
    accept_offer(pending_offer(lead).id, now=lead.received_at)

    page = screen.open(link).text

    assert "S. R." in page
    for secret in ("Sam", "Rivera", "555", "sam@", "Lake", "Oakland", "94607", "everywhere"):
        assert secret not in page


def test_an_unchanged_poll_is_nothing_and_a_change_is_shown(visit, link):
    screen = visit()
    page = screen.open(link).text
    poll = unescape(re.search(r'id="wall" hx-get="([^"]+)"', page)[1])
    assert screen.open(poll, htmx=True).status_code == 204

    make_lead()

    assert "Offered" in screen.open(poll, htmx=True).text


def test_a_link_that_was_taken_away_shows_nothing(office, visit, link):
    device = db.session.query(Device).one()
    page = visit(office.olivia).open("/settings/devices").text
    assert "Office wall" in page
    assert link.split("=")[1] not in page

    visit(office.olivia).press(f"/settings/devices/{device.id}/retirement")

    assert visit().open(link).status_code == 404
    assert "Office wall" not in visit(office.olivia).open("/settings/devices").text


@pytest.mark.parametrize("url", ["/board/tv", "/board/tv?key=", "/board/tv?key=guess"])
def test_without_a_link_there_is_nothing(office, visit, url):
    assert visit().open(url).status_code == 404
    assert visit(office.ana).open(url).status_code == 404


def test_the_office_may_look_at_it(office, visit):
    assert visit(office.mia).open("/board/tv").status_code == 200


def test_a_screen_needs_a_name(office, visit):
    answer = visit(office.olivia).press("/settings/devices", htmx=True, name="  ")

    assert answer.status_code == 422
    assert "Give the screen a name" in answer.text
    assert db.session.query(Device).count() == 0


def test_the_owner_sees_when_a_screen_was_last_on(office, visit, link):
    assert "never opened yet" in visit(office.olivia).open("/settings/devices").text

    visit().open(link)

    assert "last on" in visit(office.olivia).open("/settings/devices").text


@pytest.mark.parametrize("who", ["ana", "mia"])
@pytest.mark.parametrize("page", ["/settings", "/settings/devices"])
def test_settings_are_the_owners(office, visit, who, page):
    assert visit(getattr(office, who)).open(page).status_code == 403


def test_settings_lead_to_each_section(office, visit):
    assert 'href="/settings/devices"' in visit(office.olivia).open("/settings").text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sam Rivera", "S. R."),
        ("Sam de la Rivera", "S. R."),
        ("sam", "S."),
        ("", ""),
        (None, ""),
        ("Zoë Ömer", "Z. Ö."),
        ("555 0123", ""),
        ("\U0001f600 Kim", "K."),
    ],
)
def test_initials(name, said):
    assert initials(name) == said
