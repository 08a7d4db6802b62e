"""What machines that watch are told."""

from __future__ import annotations

import re

import pytest

from leadapp import doctor
from leadapp.extensions import db
from leadapp.queries.health import Verdict
from leadapp.transaction import transaction
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import record_contact
from leadapp.workflow.pulses import beat
from tests.builders import Office, make_lead, pending_offer


def checks(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json["status"], answer.json["checks"]


def metric(client, name):
    """The value of the sample, named with its labels."""
    text = client.get("/metrics").text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else None


def test_a_living_process_says_so_even_when_nothing_else_works(client):
    with transaction():
        db.session.execute(db.text("DROP TABLE board_version"))

    assert client.get("/healthz").status_code == 200


def test_a_node_without_redis_and_workers_is_degraded_but_still_takes_leads(client):
    Office()

    assert checks(client) == (
        200,
        "degraded",
        {"database": "ok", "redis": "failing", "workers": "failing", "clock": "ok"},
    )


def test_a_node_that_cannot_store_a_lead_is_not_ready(client):
    with transaction():
        db.session.execute(db.text("DROP TABLE board_version"))

    status, _, found = checks(client)

    assert status == 503
    assert found["database"] == "failing"


def test_asking_whether_leads_can_be_stored_changes_nothing(client):
    Office()
    before = board_version()

    assert checks(client)[2]["database"] == "ok"

    assert board_version() == before


def test_a_worker_counts_for_fifteen_seconds_after_its_last_sign_of_life(client, clock):
    Office()
    beat("clock:host:1", now=clock.now(), lag_seconds=0.0)
    clock.advance(14)
    assert checks(client)[2]["workers"] == "ok"

    clock.advance(2)

    assert checks(client)[2]["workers"] == "failing"


def test_a_lead_that_nobody_moves_on_makes_the_clock_fail(client, clock):
    Office(claim_seconds=60)
    make_lead()
    clock.advance(64)
    assert checks(client)[2]["clock"] == "ok"

    clock.advance(6)

    assert checks(client)[2]["clock"] == "failing"
    assert metric(client, "leadapp_clock_lag_seconds") == 10.0


def test_the_lag_a_worker_reports_is_seen_after_it_has_caught_up(client, clock):
    Office()
    beat("clock:host:1", now=clock.now(), lag_seconds=7.5)

    assert metric(client, "leadapp_clock_lag_seconds") == 7.5


def test_metrics_count_leads_by_state_and_messages_by_channel_and_state(client, clock):
    Office()
    lead = make_lead(phone="(415) 555-0123")
    make_lead(phone="(415) 555-0124")
    accept_offer(pending_offer(lead).id, now=clock.now())

    assert metric(client, 'leadapp_leads{state="claimed"}') == 1
    assert metric(client, 'leadapp_leads{state="offered"}') == 1
    assert metric(client, 'leadapp_leads{state="closed"}') == 0
    assert metric(client, 'leadapp_messages{channel="sms",state="pending"}') >= 2


def test_metrics_time_leads_to_offer_to_claim_and_to_contact(client, clock):
    Office()
    lead = make_lead()
    accept_offer(pending_offer(lead).id, now=clock.advance(20))
    record_contact(lead.id, kind="call", now=clock.advance(50))

    assert metric(client, 'leadapp_time_to_offer_seconds_bucket{le="0.025"}') == 1
    assert metric(client, 'leadapp_time_to_claim_seconds_bucket{le="15.0"}') == 0
    assert metric(client, 'leadapp_time_to_claim_seconds_bucket{le="30.0"}') == 1
    assert metric(client, "leadapp_time_to_contact_seconds_sum") == pytest.approx(70, abs=0.01)


def test_metrics_forget_leads_after_a_day(client, clock):
    Office()
    make_lead()
    assert metric(client, "leadapp_time_to_offer_seconds_count") == 1

    clock.advance(24 * 3600 + 1)

    assert metric(client, "leadapp_time_to_offer_seconds_count") == 0
    assert metric(client, 'leadapp_leads{state="offered"}') == 1


def test_metrics_hold_no_personal_data_and_no_depth_of_queues_nobody_can_see(client, clock):
    Office()
    make_lead(name="Jo Secret", phone="(415) 555-0123")

    text = client.get("/metrics").text

    assert not re.search(r"Secret|555|Ana|Mia", text)
    assert metric(client, 'leadapp_queue_depth{queue="urgent"}') is None


def test_the_doctor_names_what_is_broken_and_what_to_do(app, clock):
    Office()

    said = {finding.name: finding for finding in doctor.examine(clock.now())}

    assert said["database"].verdict is Verdict.OK
    assert str(said["workers"]).startswith("FAIL workers: None is alive")
    assert str(said["push keys"]).startswith("FAIL push keys: There is none yet")
    assert str(said["public address"]).startswith("warn public address: http://localhost opens on this machine only")
    assert str(said["sms"]).startswith("warn sms: ")


def test_the_doctor_still_speaks_when_the_database_does_not(app, clock):
    with transaction():
        db.metadata.drop_all(db.session.connection())

    said = {finding.name: finding.verdict for finding in doctor.examine(clock.now())}

    assert said["database"] is said["workers"] is said["clock"] is Verdict.FAIL


def board_version():
    db.session.rollback()
    return db.session.scalar(db.text("SELECT version FROM board_version"))
