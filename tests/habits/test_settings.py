"""A wrong value stops the start with one line that names the variable and what it must be."""

from __future__ import annotations

import pytest

from leadapp.settings import WrongSetting, load


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("BASE_URL", "leads.example.com"),
        ("BASE_URL", "ftp://leads.example.com"),
        ("DATABASE_URL", "mysql://somewhere/leads"),
        ("REDIS_URL", "localhost:6379"),
        ("SMS_PROVIDER", "pigeon"),
        ("TWILIO_ACCOUNT_SID", "SK0123"),
        ("TWILIO_FROM", "415-555-0100"),
        ("TWILIO_FROM", "Leadapp"),
        ("TWILIO_API_BASE", "localhost:8080"),
        ("TWILIO_API_BASE", "http://user@localhost"),
        ("SMTP_URL", "mail.example.com:587"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.com:port"),
        ("SMTP_URL", "http://mail.example.com"),
        ("SMTP_URL", "smtp://leads@mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com?from=nobody"),
        ("SMTP_URL", "smtp://mail.example.com?tls=no"),
        ("VAPID_SUBJECT", "owner@example.com"),
        ("VAPID_SUBJECT", "mailto:owner@localhost"),
        ("PUSH_EXTRA_ORIGINS", "push.example.com"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(tmp_path, name, value):
    with pytest.raises(WrongSetting) as caught:
        load({"DATA_DIR": str(tmp_path), name: value})

    assert str(caught.value).startswith(name)
    assert "must" in str(caught.value)
    assert "\n" not in str(caught.value)


TWILIO = {"TWILIO_ACCOUNT_SID": "AC0123", "TWILIO_AUTH_TOKEN": "hunter2", "TWILIO_FROM": "+14155550100"}


@pytest.mark.parametrize("missing", TWILIO)
def test_twilio_is_not_started_without_all_it_needs(tmp_path, missing):
    needed = {"DATA_DIR": str(tmp_path), "SMS_PROVIDER": "twilio"} | TWILIO
    assert load(needed).sms_provider == "twilio"

    with pytest.raises(WrongSetting) as caught:
        load({name: value for name, value in needed.items() if name != missing})

    assert str(caught.value).startswith(f"{missing} is missing; it must be")


def test_a_token_that_cannot_be_used_is_not_shown(tmp_path):
    with pytest.raises(WrongSetting) as caught:
        load({"DATA_DIR": str(tmp_path), "TWILIO_AUTH_TOKEN": "hunter2 and more"})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://leadapp:hunter2@db/leads"),
        ("SMTP_URL", "smtp://leads:hunter2@mail.example.com:port"),
        ("SMTP_URL", "smtp://leads:hunter2#@mail.example.com"),
        ("SMTP_URL", "smtp://leads:hunter2@mail.example.com/?from=nobody"),
        ("SMTP_URL", "smtp://:hunter2@mail.example.com"),
        ("SMTP_URL", "smtp://[hunter2"),
    ],
)
def test_a_password_in_an_address_is_not_shown(tmp_path, name, value):
    with pytest.raises(WrongSetting) as caught:
        load({"DATA_DIR": str(tmp_path), name: value})

    assert str(caught.value).startswith(name)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://mail.example.com?from=leads@example.com", "leads@example.com"),
        ("smtp://mail.example.com/?from=boss+leads@example.com", "boss+leads@example.com"),
        ("smtps://boss%40example.com:p%40ss@mail.example.com?from=leads%40example.com", "leads@example.com"),
        ("smtp://boss%40example.com:secret@mail.example.com", "boss@example.com"),
        ("smtp://boss@example.com:secret@mail.example.com", "boss@example.com"),
        ("smtp://boss:secret@mail.example.com", "noreply@leads.example.org"),
    ],
)
def test_mail_comes_from_whom_the_address_names_else_from_its_user_else_from_our_host(tmp_path, url, sender):
    settings = load({"DATA_DIR": str(tmp_path), "BASE_URL": "https://leads.example.org", "SMTP_URL": url})

    assert settings.mail_server.sender == sender


def test_a_mail_servers_port_and_password_are_read_from_its_address(tmp_path):
    urls = ["smtp://a:p%40%23@mail.example.com", "smtps://mail.example.com", "smtp://mail.example.com:2525"]

    servers = [load({"DATA_DIR": str(tmp_path), "SMTP_URL": url}).mail_server for url in urls]

    assert [(server.port, server.is_tls) for server in servers] == [(587, False), (465, True), (2525, False)]
    assert servers[0].password == "p@#"
    assert "p@#" not in repr(servers[0])


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    first, second = load({"DATA_DIR": str(tmp_path)}), load({"DATA_DIR": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_postgres_addresses_of_every_spelling_use_the_same_driver(tmp_path):
    spellings = ["postgres://db/leads", "postgresql://db/leads", "postgresql+psycopg://db/leads"]

    urls = {load({"DATA_DIR": str(tmp_path), "DATABASE_URL": spelling}).database_url for spelling in spellings}

    assert urls == {"postgresql+psycopg://db/leads"}
