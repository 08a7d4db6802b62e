"""Wake-up calls: each call for whatever is due is a job of its own; calls with ids are one job however often asked."""

from __future__ import annotations

import pytest

from leadapp import wakeups
from leadapp.extensions import queue
from leadapp.wakeups import Wake


class Recorder:
    """Stands in for an RQ queue."""

    def __init__(self) -> None:
        self.job_ids: list[str] = []

    def enqueue(self, _name: str, *, job_id: str, **_options: object) -> None:
        self.job_ids.append(job_id)


@pytest.fixture
def urgent(app, monkeypatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(queue, "_queues", {"urgent": recorder, "default": recorder})
    monkeypatch.setattr(wakeups, "_SHARED_SECONDS", 0.0)
    return recorder


def test_a_call_for_whatever_is_due_never_shares_the_job_that_may_just_be_ending(urgent):
    for _ in range(2):
        assert queue.send([Wake("deliver_due", (), "urgent")])

    assert len(set(urgent.job_ids)) == 2
    assert all(job_id.startswith("deliver_due-") for job_id in urgent.job_ids)


def test_a_call_with_an_id_keeps_the_name_of_its_job(urgent):
    queue.send([Wake("advance_lead", ("l1",))])

    assert urgent.job_ids == ["advance_lead-l1"]
