"""A visitor with a browser that knows no JavaScript, or that has htmx."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from leadapp.models import Rep
from tests.builders import Office, make_business

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Visitor:
    """Opens pages and presses buttons; sends the CSRF token that the session was given."""

    def __init__(self, client: FlaskClient, rep: Rep | None) -> None:
        self.client = client
        if rep:
            with client.session_transaction() as session:
                session["rep_id"], session["session_version"] = rep.id, rep.session_version

    def open(self, url: str, *, htmx: bool = False) -> TestResponse:
        return self._send("GET", url, htmx)

    def press(self, url: str, *, htmx: bool = False, **values: str) -> TestResponse:
        form = values | {"csrf_token": self.token()}
        return self._send("POST", url, htmx, form)

    def token(self) -> str:
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        return URLSafeTimedSerializer("a secret of the tests", salt="wtf-csrf-token").dumps(raw)

    def _send(self, method: str, url: str, htmx: bool, form: dict[str, str] | None = None) -> TestResponse:
        vars(g).clear()  # the test's own context outlives the request, and with it what the request kept in g
        return self.client.open(url, method=method, data=form, headers=HTMX if htmx else {})


@pytest.fixture
def office(app: Flask, clock: object) -> Office:
    return make_business()


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    return lambda rep=None: Visitor(app.test_client(), rep)
