"""A repeated request with an Idempotency-Key makes one lead, also when both come at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import IdempotencyKey, Lead
from leadapp.workflow.access import make_api_key
from leadapp.workflow.arrivals import Once
from leadapp.workflow.idempotency import KEPT_FOR, RequestKey, forget_old_answers
from leadapp.workflow.intake import capture_lead
from tests.web.api.conftest import Api, wrong_fields

KEYED = {"Idempotency-Key": "order-7"}


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_the_same_request_again_gets_the_first_answer(api, clock):
    first = api.post("/leads", {"message": "Leak"}, headers=KEYED)
    clock.advance(3600)
    again = api.post("/leads", {"message": "Leak"}, headers=KEYED)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(Lead) == 1


def test_the_same_key_with_another_body_is_refused(api):
    api.post("/leads", {"message": "Leak"}, headers=KEYED)

    assert wrong_fields(api.post("/leads", {"message": "Another"}, headers=KEYED)) == {"Idempotency-Key"}
    assert count(Lead) == 1


def test_two_customers_of_the_api_may_use_the_same_key(api, client, clock):
    from_other = Api(client, make_api_key("another", read_only=False, now=clock.now()))

    api.post("/leads", {"message": "Leak"}, headers=KEYED)
    answer = from_other.post("/leads", {"message": "Another"}, headers=KEYED)

    assert answer.status_code == 201


def test_a_refused_request_leaves_its_key_free(api):
    assert api.post("/leads", {"name": "Nobody"}, headers=KEYED).status_code == 422
    assert api.post("/leads", {"message": "Leak"}, headers=KEYED).status_code == 201


def test_a_lead_whose_answer_cannot_be_made_is_not_stored(api, clock):
    def fail(_stored):
        raise RuntimeError("power cut")

    captured = from_fields({"message": "Leak"}, country="US", now=clock.now())
    with pytest.raises(RuntimeError):
        capture_lead(captured, now=clock.now(), once=Once(RequestKey("key", "body"), fail))

    assert (count(IdempotencyKey), count(Lead)) == (0, 0)


def test_at_the_same_moment_one_lead_is_made_and_all_get_its_answer(app, api):
    together, answers = Barrier(6), []

    def send():
        alone = Api(app.test_client(), api.key)
        together.wait()
        answers.append(alone.post("/leads", {"message": "Leak"}, headers=KEYED))

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 5
    assert count(Lead) == 1


def test_old_answers_are_forgotten(api, clock):
    api.post("/leads", {"message": "Leak"}, headers=KEYED)

    assert forget_old_answers(clock.now()) == 0
    clock.advance(KEPT_FOR.total_seconds() + 1)
    assert forget_old_answers(clock.now()) == 1
    assert count(Lead) == 1
