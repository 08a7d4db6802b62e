"""API keys: who has one is let in, and nobody with one that is retired. Sign-in codes: sent the way that works."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import ApiKey, Channel, Message
from leadapp.transaction import transaction
from leadapp.workflow import access
from leadapp.workflow.access import find_api_key, make_api_key, retire_api_key, send_sign_in_code
from leadapp.workflow.opting_out import opt_out
from tests.builders import make_business, make_rep

PHONE = "+14155550101"


def test_a_key_retired_here_lets_nobody_in_from_then_on(app, clock):
    key = make_api_key("website", read_only=False, now=clock.now())
    assert find_api_key(key) is not None

    retire_api_key(key, clock.now())

    assert find_api_key(key) is None


def test_a_key_retired_by_another_process_lets_nobody_in_once_the_memory_of_it_is_over(app, clock, monkeypatch):
    monkeypatch.setattr(access, "_SEEN_SECONDS", 0.0)
    key = make_api_key("website", read_only=True, now=clock.now())
    assert find_api_key(key).read_only

    with transaction():
        db.session.execute(update(ApiKey).values(retired_at=clock.now()))

    assert find_api_key(key) is None


@pytest.fixture
def office(app, clock):
    office = make_business()
    office.eva = make_rep("Eva", phone=PHONE)
    return office


def set_up(app, monkeypatch, *, mail, texts):
    """What really leaves this deployment."""
    settings = replace(
        app.config["LEADAPP"],
        smtp_url="smtp://mail.example.com:587" if mail else "",
        sms_provider="twilio" if texts else "log",
    )
    monkeypatch.setitem(app.config, "LEADAPP", settings)


def codes_sent():
    return [(code.channel, code.to) for code in db.session.query(Message).filter(Message.cause.startswith("code:"))]


@pytest.mark.parametrize(("mail", "texts"), [(True, True), (False, False)])
@pytest.mark.parametrize(("who", "channel"), [(PHONE, Channel.SMS), ("eva@example.com", Channel.EMAIL)])
def test_a_sign_in_code_goes_the_way_it_was_asked_for(app, office, clock, monkeypatch, who, channel, mail, texts):
    set_up(app, monkeypatch, mail=mail, texts=texts)

    send_sign_in_code(who, clock.now())

    assert codes_sent() == [(channel, who)]


@pytest.mark.parametrize(
    ("mail", "texts", "who", "sent"),
    [(False, True, "eva@example.com", (Channel.SMS, PHONE)), (True, False, PHONE, (Channel.EMAIL, "eva@example.com"))],
)
def test_a_sign_in_code_goes_the_other_way_when_nothing_leaves_by_the_first(
    app, office, clock, monkeypatch, mail, texts, who, sent
):
    set_up(app, monkeypatch, mail=mail, texts=texts)

    send_sign_in_code(who, clock.now())

    assert codes_sent() == [sent]


def test_a_number_that_wants_no_texts_gets_its_code_by_mail(app, office, clock):
    with transaction():
        opt_out(PHONE, "texted 'STOP'", clock.now())

    send_sign_in_code(PHONE, clock.now())

    assert codes_sent() == [(Channel.EMAIL, "eva@example.com")]


def test_whoever_has_no_way_left_gets_no_code_and_no_error(app, office, clock):
    make_rep("Finn", phone="+14155550102", email=None)
    with transaction():
        opt_out("+14155550102", "texted 'STOP'", clock.now())

    send_sign_in_code("+14155550102", clock.now())

    assert codes_sent() == []
