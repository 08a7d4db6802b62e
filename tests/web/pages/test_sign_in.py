"""Signing in and out."""

import re

import pytest

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Message
from leadapp.transaction import transaction
from leadapp.workflow.access import make_login_link


def test_opening_a_link_signs_nobody_in(office, visit):
    visitor = visit()
    url = f"/sign-in/link/{make_login_link(office.ana.id, clock.now())}"

    page = visitor.open(url)

    assert page.status_code == 200
    assert ">Sign in</button>" in page.text
    assert visitor.open("/my").status_code == 302


@pytest.mark.parametrize(("who", "lands_on"), [("ana", "/my"), ("mia", "/board"), ("olivia", "/board")])
def test_the_button_signs_in_and_lands_where_the_work_is(office, visit, who, lands_on):
    visitor = visit()
    url = f"/sign-in/link/{make_login_link(getattr(office, who).id, clock.now())}"

    answer = visitor.press(url)

    assert (answer.status_code, answer.location) == (303, lands_on)
    assert visitor.open(lands_on).status_code == 200


def test_a_link_works_once(office, visit):
    url = f"/sign-in/link/{make_login_link(office.ana.id, clock.now())}"
    visit().press(url)

    assert visit().press(url).status_code == 410
    assert visit().open(url).status_code == 410


def test_a_code_from_the_outbox_signs_in(office, visit):
    visitor = visit()
    visitor.press("/sign-in", who="ana@example.com")
    code = re.search(r"\b\d{6}\b", db.session.query(Message).one().body)[0]

    answer = visitor.press("/sign-in/code", code=f"{code[:3]} {code[3:]}")

    assert (answer.status_code, answer.location) == (303, "/my")


def test_a_wrong_code_is_said_to_be_wrong(office, visit):
    visitor = visit()
    visitor.press("/sign-in", who="ana@example.com")

    answer = visitor.press("/sign-in/code", code="12")

    assert answer.status_code == 422
    assert "That code is not right" in answer.text


def test_asking_for_a_stranger_looks_the_same(office, visit):
    known = visit().press("/sign-in", who="ana@example.com")
    unknown = visit().press("/sign-in", who="nobody@example.com")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)


def test_asking_too_often_is_told_to_wait(office, visit):
    visitor = visit()
    answers = [visitor.press("/sign-in", who="ana@example.com") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "Retry-After" in answers[-1].headers
    assert "Wait a minute" in answers[-1].text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_signing_in_nobody_is_led_elsewhere(office, visit, elsewhere):
    url = f"/sign-in/link/{make_login_link(office.ana.id, clock.now())}"

    assert visit().press(url, next=elsewhere).location == "/my"
    assert visit().press("/sign-in", who="ana@example.com", next=elsewhere).location == "/sign-in/code"


def test_signed_out_is_sent_to_sign_in_and_back(office, visit):
    answer = visit().open("/leads/abc?x=1")

    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/leads/abc?x%3D1")


def test_signed_out_htmx_reloads_the_whole_page(office, visit):
    answer = visit().open("/my", htmx=True)

    assert answer.status_code == 401
    assert answer.headers["HX-Refresh"] == "true"


def test_signing_out_forgets_this_browser(office, visit):
    visitor = visit(office.ana)

    answer = visitor.press("/sign-out")

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert visitor.open("/my").status_code == 302


def test_a_new_session_version_signs_out_everywhere(office, visit):
    visitor = visit(office.ana)
    with transaction():
        office.ana.session_version += 1

    assert visitor.open("/my").status_code == 302


def test_the_session_cookie_lasts_and_is_kept_from_scripts(office, visit):
    url = f"/sign-in/link/{make_login_link(office.ana.id, clock.now())}"

    cookie = visit().press(url).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


@pytest.mark.parametrize(("mode", "lasts_longer"), [("navigate", True), ("same-origin", False), ("no-cors", False)])
def test_only_opening_a_page_makes_a_session_last_longer(office, visit, mode, lasts_longer):
    ana = visit(office.ana)
    with ana.client.session_transaction() as session:
        session.permanent = True
    ana.open("/my")

    answer = ana.client.get("/my", headers={"Sec-Fetch-Mode": mode})

    assert ("Set-Cookie" in answer.headers) is lasts_longer
