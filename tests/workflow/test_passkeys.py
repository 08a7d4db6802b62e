"""Passkeys as rows: whose they are, what was counted, and that those who left are not let in."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Passkey
from leadapp.workflow.errors import Conflict
from leadapp.workflow.passkeys import keep_passkey, passkeys_of, remove_passkey, use_passkey
from leadapp.workflow.people import retire_rep
from tests.builders import make_business


@pytest.fixture
def office(app, clock):
    return make_business()


def keep(rep, clock, credential_id="one"):
    known = {"credential_id": credential_id, "public_key": "key", "sign_count": 4_294_967_290, "name": "iPhone"}
    keep_passkey(rep.id, **known, now=clock.now())
    return passkeys_of(rep.id)[-1]


def test_a_passkey_lets_its_person_in_and_remembers_its_count(office, clock):
    keep(office.ana, clock)

    assert use_passkey("one", lambda passkey: passkey.sign_count + 1, clock.now()) == office.ana.id

    passkey = db.session.query(Passkey).populate_existing().one()
    assert (passkey.sign_count, passkey.last_used_at) == (4_294_967_291, clock.now())


def test_what_is_not_proven_changes_nothing(office, clock):
    keep(office.ana, clock)

    with pytest.raises(ZeroDivisionError):
        use_passkey("one", lambda _passkey: 1 // 0, clock.now())

    assert db.session.query(Passkey).populate_existing().one().last_used_at is None


def test_nobody_is_let_in_with_a_passkey_that_is_unknown_removed_or_of_somebody_who_left(office, clock):
    anas, bens = keep(office.ana, clock), keep(office.ben, clock, "two")
    assert remove_passkey(office.ana.id, anas.id)
    retire_rep(office.ben.id, now=clock.now())

    assert [use_passkey(each, lambda _passkey: 1, clock.now()) for each in ("one", bens.credential_id, "none")] == [
        None, None, None,
    ]  # fmt: skip


def test_nobody_removes_anothers_passkey_and_a_second_press_changes_nothing(office, clock):
    passkey = keep(office.ana, clock)

    assert not remove_passkey(office.ben.id, passkey.id)
    assert remove_passkey(office.ana.id, passkey.id)
    assert not remove_passkey(office.ana.id, passkey.id)


def test_a_passkey_belongs_to_one_person(office, clock):
    keep(office.ana, clock)

    with pytest.raises(Conflict):
        keep(office.ben, clock)

    assert passkeys_of(office.ben.id) == []


def test_nobody_keeps_passkeys_without_end(office, clock):
    for number in range(20):
        keep(office.ana, clock, f"{number}")

    with pytest.raises(Conflict, match="Remove one"):
        keep(office.ana, clock, "one more")
