"""Signing in by fingerprint or face: made by the person, used by the device, proven here, once a challenge."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import g

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Passkey, Rep
from leadapp.transaction import transaction
from leadapp.workflow.people import retire_rep
from tests.authenticator import Authenticator

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"


def post(visitor, path, body=None):
    vars(g).clear()
    headers = {"X-CSRFToken": visitor.token(), "User-Agent": IPHONE}
    return visitor.client.post(path, json=body or {}, headers=headers)


def add(visitor, device):
    options = post(visitor, "/passkeys/options").get_json()
    return post(visitor, "/passkeys", device.make(options))


def sign_in(visitor, device, path="/sign-in/passkey"):
    options = post(visitor, "/sign-in/passkey/options").get_json()
    return post(visitor, path, device.sign(options))


@pytest.fixture
def device(office, visit):
    """Ana's phone, which she has added."""
    device = Authenticator()
    assert add(visit(office.ana), device).status_code == 201
    return device


def test_a_device_that_was_added_signs_its_person_in(visit, device):
    visitor = visit()

    answer = sign_in(visitor, device)

    assert (answer.status_code, answer.get_json()) == (200, {"next": "/my"})
    assert "Ana" in visitor.open("/me").text


def test_it_leads_back_to_where_the_person_wanted_to_be_and_never_elsewhere(visit, device):
    assert sign_in(visit(), device, "/sign-in/passkey?next=/leads/1").get_json() == {"next": "/leads/1"}
    assert sign_in(visit(), device, "/sign-in/passkey?next=//evil.example").get_json() == {"next": "/my"}


def test_the_options_ask_for_a_passkey_that_needs_no_name_typed(office, visit):
    options = post(visit(office.ana), "/passkeys/options").get_json()

    assert options["rp"] == {"id": "localhost", "name": "Harbor Plumbing"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"


def test_the_options_name_what_the_person_has_so_that_no_device_makes_two(office, visit, device):
    options = post(visit(office.ana), "/passkeys/options").get_json()

    assert len(options["excludeCredentials"]) == 1


def test_it_is_named_after_the_device_listed_and_removed(office, visit, device):
    visitor = visit(office.ana)
    passkey = db.session.query(Passkey).one()
    assert "iPhone" in visitor.open("/me").text

    answer = visitor.press(f"/passkeys/{passkey.id}/removal")

    assert answer.status_code == 303
    assert sign_in(visit(), device).status_code == 422
    assert "iPhone</b>" not in visitor.open("/me").text


def test_nobody_removes_the_passkey_of_another(office, visit, device):
    passkey = db.session.query(Passkey).one()

    visit(office.ben).press(f"/passkeys/{passkey.id}/removal")

    assert sign_in(visit(), device).status_code == 200


def test_a_challenge_is_answered_once(visit, device):
    visitor = visit()
    signed = device.sign(post(visitor, "/sign-in/passkey/options").get_json())
    assert post(visitor, "/sign-in/passkey", signed).status_code == 200

    assert post(visitor, "/sign-in/passkey", signed).status_code == 422
    assert post(visit(), "/sign-in/passkey", signed).status_code == 422


def test_an_answer_that_is_wrong_uses_its_challenge_up(visit, device):
    visitor = visit()
    signed = device.sign(post(visitor, "/sign-in/passkey/options").get_json())
    assert post(visitor, "/sign-in/passkey", signed | {"id": "another"}).status_code == 422

    assert post(visitor, "/sign-in/passkey", signed).status_code == 422


def test_a_challenge_is_no_good_for_another_browser_or_after_an_hour(visit, device, clock):
    mine, other = visit(), visit()
    signed = device.sign(post(mine, "/sign-in/passkey/options").get_json())
    post(other, "/sign-in/passkey/options")
    assert post(other, "/sign-in/passkey", signed).status_code == 422

    clock.advance(3601)

    assert post(mine, "/sign-in/passkey", signed).status_code == 422


def test_one_for_adding_does_not_sign_in(office, visit, device):
    visitor = visit(office.ana)
    options = post(visitor, "/passkeys/options").get_json()

    assert post(visitor, "/sign-in/passkey", device.sign(options)).status_code == 422


@pytest.mark.parametrize("change", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"counts": -1}])
def test_another_site_or_a_copied_device_is_not_let_in(visit, device, change):
    sign_in(visit(), device)
    for name, value in change.items():
        setattr(device, name, value)

    visitor = visit()
    answer = sign_in(visitor, device)

    assert answer.status_code == 422
    assert "code" in answer.get_json()["errors"][0]["message"]
    assert visitor.open("/my").status_code == 302


def test_another_site_cannot_have_one_added(office, visit):
    visitor = visit(office.ana)

    assert add(visitor, Authenticator(origin="https://evil.example")).status_code == 422
    assert db.session.query(Passkey).count() == 0


def test_whoever_has_left_is_not_let_in(office, visit, device, clock):
    retire_rep(office.ana.id, now=clock.now())

    assert sign_in(visit(), device).status_code == 422


def test_a_device_nobody_knows_is_not_let_in(office, visit):
    assert sign_in(visit(), Authenticator()).status_code == 422


def test_only_who_is_signed_in_adds_one(office, visit):
    assert post(visit(), "/passkeys/options").status_code == 401
    assert post(visit(), "/passkeys", {}).status_code == 401


NONSENSE = [
    {},
    {"id": 7},
    {"id": "x\x00"},
    {"id": "é" * 10},
    {"id": "A" * 5000},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": None},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": 1}},
    {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
    },
]


@pytest.mark.parametrize("body", NONSENSE)
def test_nonsense_is_refused_in_words(office, visit, device, body):
    known = db.session.query(Passkey.credential_id).scalar()
    for path, options in (("/passkeys", "/passkeys/options"), ("/sign-in/passkey", "/sign-in/passkey/options")):
        visitor = visit(office.ana)
        for credential in (body, body | {"id": known, "rawId": known}):
            post(visitor, options)

            assert post(visitor, path, credential).status_code == 422


def test_what_is_refused_is_said_in_the_language_of_the_person(office, visit, device):
    with transaction():
        db.session.get_one(Rep, office.ana.id).language = Language.SPANISH
    visitor = visit(office.ana)

    known, wrong = add(visitor, device), post(visitor, "/passkeys", {})

    assert (known.status_code, known.get_json()["detail"]) == (409, "Este dispositivo ya se conoce.")
    assert wrong.get_json()["errors"][0]["message"].startswith("Eso tardó demasiado.")


def test_the_library_is_not_loaded_before_somebody_has_a_passkey():
    code = "import sys, leadapp, leadapp.web; sys.exit('webauthn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
