"""Invited, let in by link or code, and led through what a phone needs."""

from __future__ import annotations

import re

import pytest

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import EnrolmentCode, LoginLink, Message, Rep
from leadapp.transaction import transaction
from leadapp.workflow.access import make_login_link
from leadapp.workflow.opting_out import opt_out
from leadapp.workflow.people import retire_rep

PHONE = "+14155550101"


@pytest.fixture
def invitation(office, clock):
    """The address of Ana's."""
    return f"/invite/{make_login_link(office.ana.id, clock.now())}"


def code_on(page: str) -> str:
    return re.search(r'data-code="(\w{6})"', page)[1]


def give_a_phone(rep):
    with transaction():
        db.session.get_one(Rep, rep.id).phone = PHONE


@pytest.mark.parametrize("who", ["mia", "olivia"])
def test_the_office_and_the_owner_show_an_invitation_to_be_scanned(office, visit, who):
    page = visit(getattr(office, who)).press(f"/people/{office.ana.id}/invitation").text
    path = re.search(r"http://localhost(/invite/[\w-]+)", page)[1]

    assert "<svg" in page
    assert "Hello, Ana" in visit().open(path).text


def test_the_office_makes_no_owner_of_itself(office, visit):
    visitor = visit(office.mia)

    assert visitor.press(f"/people/{office.olivia.id}/invitation").status_code == 403
    assert visitor.press(f"/people/{office.olivia.id}/invitation/text").status_code == 403
    assert f"/people/{office.olivia.id}/invitation" not in visitor.open("/people").text
    assert db.session.query(LoginLink).count() == 0


def test_a_rep_invites_nobody(office, visit):
    assert visit(office.ben).press(f"/people/{office.ana.id}/invitation").status_code == 403


def test_an_invitation_is_texted_to_the_phone(office, visit):
    give_a_phone(office.ana)
    visitor = visit(office.mia)
    assert "Text it to (415) 555-0101" in visitor.press(f"/people/{office.ana.id}/invitation").text

    answer = visitor.press(f"/people/{office.ana.id}/invitation/text")

    assert answer.status_code == 303
    assert "on its way to (415) 555-0101" in visitor.open("/people").text
    assert "/invite/" in db.session.query(Message).one().body


def test_a_number_that_asked_for_no_texts_is_not_texted_and_that_is_said(office, visit, clock):
    give_a_phone(office.ana)
    with transaction():
        opt_out(PHONE, "texted 'STOP'", clock.now())
    visitor = visit(office.mia)

    page = visitor.press(f"/people/{office.ana.id}/invitation").text
    answer = visitor.press(f"/people/{office.ana.id}/invitation/text")

    assert "number asked for no texts" in page
    assert "Text it to" not in page
    assert answer.status_code == 409
    assert "number asked for no texts" in answer.text
    assert db.session.query(Message).count() == 0


def test_a_texted_invitation_is_read_by_no_key_and_one_of_an_owner_not_by_the_office(office, visit):
    give_a_phone(office.olivia)
    visit(office.olivia).press(f"/people/{office.olivia.id}/invitation/text")

    assert "/invite/" in visit(office.olivia).open("/outbox").text
    assert "/invite/" not in visit(office.mia).open("/outbox").text


def test_opening_an_invitation_changes_nothing(office, visit, invitation):
    visitor = visit()

    page = visitor.open(invitation)

    assert page.status_code == 200
    assert "data-code=" not in page.text
    assert visitor.open("/my").status_code == 302
    assert db.session.query(EnrolmentCode).count() == 0


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)", "iphone"),
        ("Mozilla/5.0 (Linux; Android 16; Pixel 7)", "android"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "desktop"),
        ("", "desktop"),
    ],
)
def test_the_steps_of_this_phone_come_first_and_all_are_there(office, visit, invitation, agent, first):
    page = visit().client.get(invitation, headers={"User-Agent": agent}).text

    platforms = re.findall(r'data-platform="(\w+)"( open)?', page)
    assert platforms[0] == (first, " open")
    assert {name for name, _open in platforms} == {"iphone", "android", "desktop"}
    assert [is_open for _name, is_open in platforms[1:]] == ["", ""]


def test_an_invitation_signs_in_and_leads_to_what_is_left_to_do(office, visit, invitation):
    visitor = visit()

    answer = visitor.press(invitation)

    assert (answer.status_code, answer.location) == (303, "/welcome")
    assert "Set up this phone" in visitor.open("/welcome").text


def test_an_invitation_works_once(office, visit, invitation):
    visit().press(invitation)

    for again in (visit().press(invitation), visit().open(invitation), visit().press(f"{invitation}/code")):
        assert again.status_code == 410
        assert "This invitation is over" in again.text


def test_an_invitation_that_is_too_old_or_of_somebody_who_left_is_over(office, visit, invitation, clock):
    retire_rep(office.ana.id, now=clock.now())
    assert visit().press(invitation).status_code == 410

    old = f"/invite/{make_login_link(office.ben.id, clock.now())}"
    clock.advance(7 * 24 * 3600)
    assert visit().open(old).status_code == 410


def test_a_code_lets_the_app_on_the_home_screen_in(office, visit, invitation):
    code = code_on(visit().press(f"{invitation}/code").text)
    app = visit()

    answer = app.press("/sign-in/enrolment", code=f"{code[:3].lower()} {code[3:].lower()}")

    assert (answer.status_code, answer.location) == (303, "/welcome")
    assert "Ana" in app.open("/me").text
    assert visit().open(invitation).status_code == 410


def test_a_code_can_be_had_anew_while_the_invitation_lives(office, visit, invitation):
    first, second = (code_on(visit().press(f"{invitation}/code").text) for _ in range(2))

    assert visit().press("/sign-in/enrolment", code=first).status_code == 422
    assert visit().press("/sign-in/enrolment", code=second).status_code == 303


def test_five_wrong_codes_end_the_right_one(office, visit, invitation):
    code, visitor = code_on(visit().press(f"{invitation}/code").text), visit()
    wrong = code[:2] + ("AAAA" if code[2:] != "AAAA" else "BBBB")

    answers = [visitor.press("/sign-in/enrolment", code=wrong) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {422}
    assert "That code is not right, or it is over." in answers[-1].text
    assert visitor.press("/sign-in/enrolment", code=code).status_code == 422


def test_guessing_from_one_address_is_slowed_down(office, visit):
    visitor = visit()

    answers = [visitor.press("/sign-in/enrolment", code="ABCDEF").status_code for _ in range(21)]

    assert answers == [422] * 20 + [429]


def test_a_code_is_not_taken_for_six_digits_nor_six_digits_for_a_code(office, visit, invitation):
    visitor = visit()
    visitor.press("/sign-in", who="ana@example.com")
    digits = re.search(r"\b\d{6}\b", db.session.query(Message).one().body)[0]
    code = code_on(visit().press(f"{invitation}/code").text)

    assert visitor.press("/sign-in/enrolment", code=digits).status_code == 422
    assert visitor.press("/sign-in/code", code=code).status_code == 422
    assert visitor.press("/sign-in/code", code=digits).status_code == 303


def test_who_signed_in_by_the_browser_takes_a_code_into_the_app(office, visit):
    code = code_on(visit(office.ana).press("/welcome/code").text)

    assert visit().press("/sign-in/enrolment", code=code).location == "/welcome"


def test_the_checklist_is_for_who_is_signed_in(office, visit):
    assert visit().open("/welcome").status_code == 302
    assert visit().press("/welcome/code").status_code == 303


def test_it_says_why_before_it_asks_and_is_not_done_before_it_rang(office, visit):
    page = visit(office.ana).open("/welcome").text

    assert page.index("never a customer") < page.index("Turn on alerts</button>")
    assert re.search(r'href="/my" data-once-alerts-on hidden', page)
    assert "Not finished: this phone has not rung yet." in page


@pytest.mark.parametrize(("asked", "settled"), [("es-MX,es;q=0.9", Language.SPANISH), ("de", None), (None, None)])
def test_the_first_sign_in_settles_the_language_the_browser_asks_for(office, visit, invitation, asked, settled):
    visitor = visit()

    visitor.client.post(
        invitation, data={"csrf_token": visitor.token()}, headers={"Accept-Language": asked} if asked else {}
    )

    db.session.refresh(office.ana)
    assert office.ana.language is settled


def test_a_language_that_was_chosen_is_not_changed_by_signing_in(office, visit, invitation):
    with transaction():
        db.session.get_one(Rep, office.ana.id).language = Language.ENGLISH
    visitor = visit()

    visitor.client.post(invitation, data={"csrf_token": visitor.token()}, headers={"Accept-Language": "es"})

    db.session.refresh(office.ana)
    assert office.ana.language is Language.ENGLISH
