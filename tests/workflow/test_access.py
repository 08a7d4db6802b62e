"""API keys: who has one is let in, and nobody with one that is retired."""

from __future__ import annotations

from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import ApiKey
from leadapp.transaction import transaction
from leadapp.workflow import access
from leadapp.workflow.access import find_api_key, make_api_key, retire_api_key


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
