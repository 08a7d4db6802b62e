"""Invitations by text and codes typed on a phone: one use, a short life, five tries, and nobody who has left."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Channel, LoginLink, Message
from leadapp.transaction import transaction
from leadapp.workflow import access, enrolment
from leadapp.workflow.errors import Conflict, NotFound
from leadapp.workflow.opting_out import opt_out
from leadapp.workflow.people import retire_rep
from tests.builders import make_business, make_rep

PHONE = "+14155550101"
MINUTE = 60


@pytest.fixture
def office(app, clock):
    office = make_business()
    office.eva = make_rep("Eva", phone=PHONE)
    return office


def wrong(code: str) -> str:
    """One that differs in what is secret of it."""
    return code[:2] + ("AAAA" if code[2:] != "AAAA" else "BBBB")


def test_an_invitation_is_texted_with_a_link_that_signs_its_person_in(office, clock):
    enrolment.invite_by_text(office.eva.id, clock.now())

    [text] = db.session.query(Message).all()
    token = text.body.rsplit("/invite/", 1)[1]
    assert (text.channel, text.to, text.rep_id) == (Channel.SMS, PHONE, office.eva.id)
    assert text.body.startswith("Harbor Plumbing sends you leads")
    assert access.use_login_link(token, clock.now()) == office.eva.id


def test_a_number_that_wants_no_texts_gets_no_invitation(office, clock):
    with transaction():
        opt_out(PHONE, "texted 'STOP'", clock.now())

    with pytest.raises(Conflict, match="asked for no texts"):
        enrolment.invite_by_text(office.eva.id, clock.now())

    assert db.session.query(Message).count() == db.session.query(LoginLink).count() == 0


def test_whoever_has_no_number_or_has_left_is_not_texted(office, clock):
    with pytest.raises(Conflict, match="no phone number"):
        enrolment.invite_by_text(office.ana.id, clock.now())
    retire_rep(office.eva.id, now=clock.now())

    with pytest.raises(NotFound):
        enrolment.invite_by_text(office.eva.id, clock.now())


def test_a_code_lets_its_person_in_once_however_it_is_typed(office, clock):
    code = enrolment.code_for_rep(office.eva.id, clock.now())

    assert enrolment.use_code(f" {code[:3].lower()}-{code[3:].lower()} ", clock.now()) == office.eva.id
    assert enrolment.use_code(code, clock.now()) is None


def test_a_code_has_no_character_that_looks_like_another_and_is_never_six_digits(office, clock):
    for _ in range(40):
        code = enrolment.code_for_rep(office.eva.id, clock.now())

        assert len(code) == 6
        assert not set(code) & set("01OIL")
        assert code[:2].isalpha()


@pytest.mark.parametrize(("minutes", "who"), [(14, "eva"), (15, None)])
def test_a_code_lives_a_quarter_of_an_hour(office, clock, minutes, who):
    code = enrolment.code_for_rep(office.eva.id, clock.now())

    clock.advance(minutes * MINUTE)

    assert enrolment.use_code(code, clock.now()) == (getattr(office, who).id if who else None)


@pytest.mark.parametrize(("misses", "works"), [(4, True), (5, False)])
def test_a_code_allows_five_tries(office, clock, misses, works):
    code = enrolment.code_for_rep(office.eva.id, clock.now())

    for _ in range(misses):
        assert enrolment.use_code(wrong(code), clock.now()) is None

    assert (enrolment.use_code(code, clock.now()) == office.eva.id) is works


def test_wrong_guesses_at_one_code_leave_the_others_alone(office, clock):
    evas, bens = (enrolment.code_for_rep(rep.id, clock.now()) for rep in (office.eva, office.ben))

    for _ in range(5):
        enrolment.use_code(wrong(evas), clock.now())

    assert enrolment.use_code(bens, clock.now()) == office.ben.id


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFG", "‮ÄÖÜÄÖÜ", "١٢٣٤٥٦", "AB\x0000CD", "      ", "🙂" * 6])
def test_what_cannot_be_a_code_lets_nobody_in(office, clock, typed):
    enrolment.code_for_rep(office.eva.id, clock.now())

    assert enrolment.use_code(typed, clock.now()) is None


def test_a_new_code_takes_the_place_of_the_last(office, clock):
    token = access.make_login_link(office.eva.id, clock.now())
    first, second = (enrolment.code_for_link(token, clock.now()) for _ in range(2))

    assert enrolment.use_code(first, clock.now()) is None
    assert enrolment.use_code(second, clock.now()) == office.eva.id


def test_a_code_uses_its_invitation_up(office, clock):
    token = access.make_login_link(office.eva.id, clock.now())

    enrolment.use_code(enrolment.code_for_link(token, clock.now()), clock.now())

    assert access.use_login_link(token, clock.now()) is None
    assert enrolment.code_for_link(token, clock.now()) is None


def test_a_code_is_worth_nothing_once_its_invitation_was_used(office, clock):
    token = access.make_login_link(office.eva.id, clock.now())
    code = enrolment.code_for_link(token, clock.now())

    access.use_login_link(token, clock.now())

    assert enrolment.use_code(code, clock.now()) is None


def test_nobody_who_has_left_gets_in_by_code_or_link(office, clock):
    code = enrolment.code_for_rep(office.eva.id, clock.now())
    token = access.make_login_link(office.eva.id, clock.now())

    retire_rep(office.eva.id, now=clock.now())

    assert enrolment.use_code(code, clock.now()) is None
    assert access.peek_login_link(token, clock.now()) is None
    assert access.use_login_link(token, clock.now()) is None


def test_an_invitation_is_in_the_language_of_its_reader(office, clock):
    with transaction():
        office.eva.language = Language.ENGLISH

    enrolment.invite_by_text(office.eva.id, clock.now())

    assert "Open this on your phone" in db.session.query(Message).one().body
