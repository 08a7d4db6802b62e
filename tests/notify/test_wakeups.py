"""Wake-up calls: one job for whatever is due serves all who ask; calls with ids are one job however often asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from flask import Flask

from leadapp.settings import embedded_redis_url
from leadapp.wakeups import Wake, WakeUps
from tests.faults.machines import RedisServer

DELIVER = Wake("deliver_due", (), "urgent")


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with TemporaryDirectory(prefix="leadapp-") as folder:
        server = RedisServer(Path(folder) / "redis", embedded_redis_url(Path(folder)))
        yield server
        server.machine.kill()


@pytest.fixture
def wakeups(server) -> Iterator[WakeUps]:
    app, wakeups = Flask(__name__), WakeUps()
    app.config["LEADAPP"] = SimpleNamespace(redis_url=server.url)
    wakeups.init_app(app)
    with wakeups.connection as connection:
        connection.flushall()
        yield wakeups


def waiting(wakeups: WakeUps) -> list[str]:
    return [job_id for queue in wakeups._queues.values() for job_id in queue.job_ids]


def test_many_who_ask_for_whatever_is_due_share_one_job(wakeups):
    for _ in range(3):
        assert wakeups.send([DELIVER])

    assert wakeups.depth() == {"urgent": 1, "default": 0, "low": 0}


def test_a_job_that_has_answered_is_asked_for_again_under_a_name_of_its_own(wakeups):
    wakeups.send([DELIVER])
    wakeups.answer("deliver_due")
    wakeups.send([DELIVER])

    names = waiting(wakeups)
    assert len(set(names)) == 2
    assert all(name.startswith("deliver_due-") for name in names)


def test_a_job_that_dies_before_it_answers_holds_nobody_up_for_long(wakeups):
    wakeups.send([DELIVER])

    [promise] = wakeups.connection.keys("leadapp:*")
    assert 0 < wakeups.connection.pttl(promise) <= 2_000


def test_a_redis_that_forgot_everything_is_asked_again(wakeups):
    wakeups.send([DELIVER])
    wakeups.connection.flushall()

    assert wakeups.send([DELIVER])
    assert wakeups.depth()["urgent"] == 1


def test_a_call_with_an_id_keeps_the_name_of_its_job(wakeups):
    wakeups.send([Wake("advance_lead", ("l1",)), DELIVER])
    wakeups.send([Wake("advance_lead", ("l2",)), DELIVER])

    assert [name for name in waiting(wakeups) if "deliver" not in name] == ["advance_lead-l1", "advance_lead-l2"]


def test_what_is_scheduled_waits_for_its_second_and_is_scheduled_once(wakeups):
    at = datetime(2126, 1, 1, tzinfo=UTC)
    for _ in range(2):
        assert wakeups.send([Wake("advance_due", (), at=at)])

    assert waiting(wakeups) == []
    assert wakeups.connection.zcard("rq:scheduled:default") == 1


def test_a_redis_that_is_away_is_said_to_be_away_and_never_raised(wakeups, server):
    server.machine.kill()
    try:
        wakeups.answer("deliver_due")
        assert not wakeups.send([DELIVER])
        assert not wakeups.send([DELIVER])
    finally:
        server.start()


def test_nothing_to_ask_for_is_no_question(wakeups, monkeypatch):
    monkeypatch.setattr(wakeups, "connection", None)

    assert wakeups.send([])
