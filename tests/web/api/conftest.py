"""A business with an API key, and a caller that holds every good answer against what openapi.json promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from leadapp import clock as wall
from leadapp.web.api.openapi import OPERATIONS
from leadapp.web.api.shapes import Problem
from leadapp.workflow.access import make_api_key
from tests.builders import Office, make_business


@dataclass
class Api:
    """Calls /api/v1 with a key; each answer must have the form that openapi.json names for its path and status."""

    client: FlaskClient
    key: str | None

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None) -> TestResponse:
        return self.call("PUT", path, json=json)

    def patch(self, path: str, json: Any = None) -> TestResponse:
        return self.call("PATCH", path, json=json)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def call(self, method: str, path: str, *, json: Any = None, headers: Any = None, **more: Any) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {"json": json} if json is not None else {}
        response = self.client.open(f"/api/v1{path}", method=method, headers=sent | dict(headers or {}), **body, **more)
        _check_form(method, f"/api/v1{path}".partition("?")[0], response)
        return response


def _check_form(method: str, path: str, response: TestResponse) -> None:
    if response.status_code >= 400:
        assert response.content_type == "application/problem+json", response.data
        Problem.model_validate_json(response.data)
        return
    model, is_list = _promised(method.lower(), path, response.status_code)
    if model is None:
        assert response.data == b""
    elif is_list:
        assert set(response.json) == {"items", "next"}
        for item in response.json["items"]:
            model.model_validate(item)
    else:
        model.model_validate(response.json)


def _promised(method: str, path: str, status: int) -> tuple[type[BaseModel] | None, bool]:
    for operation in OPERATIONS:
        ours, theirs = operation.path.split("/"), path.split("/")
        fits = len(ours) == len(theirs) and all(o == t or o.startswith("{") for o, t in zip(ours, theirs, strict=True))
        if fits and operation.method == method:
            assert status in operation.gives
            return operation.gives[status], operation.is_list
    raise AssertionError(f"{method} {path} is not in openapi.json")


@pytest.fixture
def office(app, clock) -> Office:
    return make_business(claim_seconds=300, time_zone="America/Chicago")


@pytest.fixture
def api(client, office) -> Api:
    return Api(client, make_api_key("tests", read_only=False, now=wall.now()))


@pytest.fixture
def reader(client, office) -> Api:
    return Api(client, make_api_key("reader", read_only=True, now=wall.now()))


@pytest.fixture
def outsider(client, office) -> Api:
    return Api(client, None)


def wrong_fields(response: TestResponse) -> set[str]:
    """The fields that a 422 names."""
    assert response.status_code == 422, response.data
    return {error["field"] for error in response.json["errors"]}
