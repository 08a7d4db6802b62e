"""Due times are in the database, so a worker that dies takes nothing with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Pulse
from leadapp.routing.values import OfferOutcome
from tests.builders import Office, make_lead, offers_of
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("here")


def test_a_worker_killed_between_capture_and_expiry_loses_nothing(start_worker):
    Office(claim_seconds=2)
    worker = start_worker()
    wait_until(living_clocks)
    lead = make_lead()

    worker.kill()
    start_worker()

    assert wait_until(lambda: outcomes(lead)[1:])
    assert outcomes(lead)[0] is OfferOutcome.EXPIRED


def test_two_workers_advance_each_lead_once(start_worker):
    Office(claim_seconds=1, repeat_seconds=300)
    workers = [start_worker(), start_worker()]
    wait_until(lambda: len(living_clocks()) == 2)

    leads = [make_lead() for _ in range(10)]

    wait_until(lambda: all(outcomes(lead) == [OfferOutcome.EXPIRED] * 2 for lead in leads))
    assert [worker.end() for worker in workers] == [0, 0]
    assert not any(b"Traceback" in worker.log.read_bytes() for worker in workers)


def living_clocks():
    db.session.rollback()
    return db.session.scalars(select(Pulse.name).where(Pulse.name.startswith("clock:"))).all()


def outcomes(lead):
    db.session.rollback()
    return [offer.outcome for offer in offers_of(lead)]
