"""Who may use the API, and how it says no."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import ApiKey
from leadapp.transaction import transaction
from leadapp.web.api.openapi import OPERATIONS

GUARDED = [operation for operation in OPERATIONS if not operation.is_open]
WRITES = [operation for operation in GUARDED if operation.method != "get" and "/routing/" not in operation.path]


def test_nothing_is_open_without_a_key(client, office):
    for operation in GUARDED:
        answer = client.open(operation.path, method=operation.method.upper())

        assert answer.status_code == 401, operation
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.content_type == "application/problem+json"


def test_a_key_that_may_only_read_changes_nothing(client, reader):
    for operation in WRITES:
        key = {"Authorization": f"Bearer {reader.key}"}
        answer = client.open(operation.path, method=operation.method.upper(), json={}, headers=key)

        assert answer.status_code == 403, operation
        assert "may only read" in answer.json["detail"]


def test_a_key_that_may_only_read_reads(reader):
    assert reader.get("/leads").status_code == 200


@pytest.mark.parametrize("header", ["Bearer nope", "Bearer", "Basic YTpi", "Bearer \xff", "nonsense"])
def test_a_header_that_holds_no_key_in_use_is_401(client, office, header):
    assert client.get("/api/v1/leads", headers={"Authorization": header}).status_code == 401


def test_a_retired_key_is_no_key(api, clock):
    with transaction():
        db.session.query(ApiKey).update({"retired_at": clock.now()})

    assert api.get("/leads").status_code == 401
