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
        ("SMS_PROVIDER", "twilio"),
        ("SMTP_URL", "smtp://mail.example.com"),
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


def test_a_password_in_an_address_is_not_shown(tmp_path):
    with pytest.raises(WrongSetting) as caught:
        load({"DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql://leadapp:hunter2@db/leads"})

    assert "hunter2" not in str(caught.value)


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    first, second = load({"DATA_DIR": str(tmp_path)}), load({"DATA_DIR": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_postgres_addresses_of_every_spelling_use_the_same_driver(tmp_path):
    spellings = ["postgres://db/leads", "postgresql://db/leads", "postgresql+psycopg://db/leads"]

    urls = {load({"DATA_DIR": str(tmp_path), "DATABASE_URL": spelling}).database_url for spelling in spellings}

    assert urls == {"postgresql+psycopg://db/leads"}
