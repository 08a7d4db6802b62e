"""A visitor with a browser that knows no JavaScript, or that has htmx."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
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
        return self.client.get(url, headers=HTMX if htmx else {})

    def press(self, url: str, *, htmx: bool = False, **values: str) -> TestResponse:
        form = values | {"csrf_token": self.token()}
        return self.client.post(url, data=form, headers=HTMX if htmx else {})

    def token(self) -> str:
        page = self.client.get("/sign-in", follow_redirects=True).text
        return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


@pytest.fixture
def office(app: Flask, clock: object) -> Office:
    return make_business()


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    return lambda rep=None: Visitor(app.test_client(), rep)
