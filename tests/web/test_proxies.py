"""Behind proxies every visitor has an address of his own, and nobody else can make one up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import request

from leadapp import create_app
from leadapp.settings import WrongSetting, load
from leadapp.web import rates
from tests.builders import make_business, make_source


@pytest.fixture
def seen_behind(app):
    def seen(proxies: int, **headers: str) -> tuple[str | None, str, str]:
        other = create_app(replace(app.config["LEADAPP"], trusted_proxies=proxies))
        other.add_url_rule("/seen", "seen", lambda: [request.remote_addr, request.scheme, request.host])
        return tuple(other.test_client().get("/seen", headers=headers).json)

    return seen


def test_what_no_trusted_proxy_wrote_is_not_believed(seen_behind):
    said = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}

    assert seen_behind(0, **said) == ("127.0.0.1", "http", "localhost")


def test_the_address_that_the_outermost_trusted_proxy_saw_is_the_visitors(seen_behind):
    said = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7, 10.0.0.2", "X-Forwarded-Proto": "https, http"}

    assert seen_behind(2, **said)[:2] == ("203.0.113.7", "https")


def test_how_many_proxies_is_read_from_the_environment(tmp_path):
    assert load({"DATA_DIR": str(tmp_path)}).trusted_proxies == 0
    assert load({"DATA_DIR": str(tmp_path), "TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    for wrong in ("-1", "yes", "1.5", "1000"):
        with pytest.raises(WrongSetting, match=r"TRUSTED_PROXIES .* must"):
            load({"DATA_DIR": str(tmp_path), "TRUSTED_PROXIES": wrong})


def test_a_flood_on_one_form_leaves_the_others_open(client, app, clock):
    make_business()
    flooded, quiet = make_source("Flooded"), make_source("Quiet")
    for _ in range(30):
        client.post(f"/f/{flooded.key}", data={"phone": "4155552671"})

    answers = [client.post(f"/f/{key}", data={"phone": "4155552671"}).status_code for key in (flooded.key, quiet.key)]

    rates.forget()
    assert answers[0] == 429
    assert answers[1] in (200, 201)


def test_values_of_customers_are_not_in_the_text_of_database_errors(app):
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] is True
