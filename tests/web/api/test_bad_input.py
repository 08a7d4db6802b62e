"""Bad input, by the API and by /in: a clear 4xx or a stored lead, never a 500 and never a lost 2xx."""

from __future__ import annotations

import json
import logging

import pytest

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.web.api import leads
from tests.builders import make_lead, make_source, pending_offer
from tests.web.api.conftest import wrong_fields

DIRTY = {
    "phone in words": {"phone": "call me", "message": "Leak"},
    "phone alone in words": {"phone": "call me"},
    "e-mail without @": {"email": "maria at example"},
    "a name of 10,000 characters": {"name": "x" * 10_000, "message": "Leak"},
    "NUL": {"name": "a\0b", "message": "c\0d", "utm\0": "e\0f"},
    "right to left": {"name": "محمد علي", "message": "\u202eتسرب المياه"},
    "emoji": {"name": "👩🏽‍🔧", "message": "🚿💦"},
    "half a surrogate pair": {"name": "\ud800", "message": "ok \udfff"},
    "numbers for text": {"name": 7, "phone": 4155552671.0, "message": True},
    "structures for text": {"name": {"first": "Ann"}, "message": ["a", {"b": None}], "attributes": [1, 2]},
    "numbers no database holds": {"message": "Leak", "size": 10**200, "low": -1e308},
    "a time in words": {"message": "Leak", "received_at": "last tuesday"},
    "attributes in text": {"message": "Leak", "attributes": "x"},
    "a long external id": {"message": "Leak", "source": "crm", "external_id": "9" * 5000},
}
UNREADABLE = [
    ("not JSON", b"{'name': 'Ann'}", "application/json", 400),
    ("half of it", b'{"name": "Ann"', "application/json", 400),
    ("bad UTF-8", b'{"name": "\xff\xfe"', "application/json", 400),
    ("nested too deep", b"[" * 100_000, "application/json", 400),
    ("a picture", b"\x89PNG", "image/png", 415),
    ("too much", b'{"message": "' + b"x" * (256 * 1024) + b'"}', "application/json", 413),
]


def both_doors(test):
    return pytest.mark.parametrize("door", ["/api/v1/leads", "/in/"])(test)


def send(client, api, door, **body):
    path = door if door != "/in/" else f"/in/{make_source().key}"
    return client.post(path, headers={"Authorization": f"Bearer {api.key}"}, **body)


def only_lead():
    return db.session.query(Lead).populate_existing().one()


@both_doors
def test_dirty_values_are_stored_and_kept_as_they_came(client, api, door):
    for name, payload in DIRTY.items():
        answer = send(client, api, door, data=json.dumps(payload), content_type="application/json")

        assert answer.status_code == 201, (name, answer.data)
        lead = db.session.get_one(Lead, answer.json["id"])
        assert lead.accountable_id
        assert json.loads(lead.raw) == payload, name


@both_doors
def test_numbers_beyond_all_measure_are_kept_as_text(client, api, door):
    body = b'{"message": "Leak", "size": ' + b"9" * 5000 + b', "height": 1e999, "depth": NaN}'

    assert send(client, api, door, data=body, content_type="application/json").status_code == 201


@both_doors
def test_what_cannot_be_read_is_refused_and_says_that_nothing_was_kept(client, api, door):
    for name, body, kind, status in UNREADABLE:
        answer = send(client, api, door, data=body, content_type=kind)

        assert answer.status_code == status, name
        assert answer.content_type == "application/problem+json"
        assert "Nothing" in answer.json["detail"], name
        assert answer.json["title"]
    assert db.session.query(Lead).count() == 0


@both_doors
def test_a_lead_with_nothing_to_answer_is_422(client, api, door):
    for payload in ({}, {"phone": "", "email": " ", "message": "\u200b"}):
        answer = send(client, api, door, json=payload)

        assert answer.status_code == 422
        assert {error["field"] for error in answer.json["errors"]} == {"phone", "email", "message"}


def test_json_that_is_no_object_is_400(client, api):
    for body in (b"[]", b'"text"', b"7", b"null"):
        assert send(client, api, "/api/v1/leads", data=body, content_type="application/json").status_code == 400


@both_doors
def test_a_past_moment_is_kept_and_a_future_one_is_noted(client, api, clock, door):
    send(client, api, door, json={"message": "Old", "received_at": "2026-11-20T08:00:00Z"})
    old = only_lead()
    send(client, api, door, json={"message": "New", "received_at": "2036-01-01T00:00:00Z"})
    new = db.session.query(Lead).filter(Lead.id != old.id).one()

    assert old.received_at.isoformat() == "2026-11-20T08:00:00+00:00"
    assert new.received_at == clock.now()
    told = " ".join(event["text"] for event in api.get(f"/leads/{new.id}").json["timeline"])
    assert "future" in told


def test_an_unknown_path_and_a_wrong_method_are_problems_too(client, api):
    key = {"Authorization": f"Bearer {api.key}"}
    unknown = client.get("/api/v1/nothing", headers=key)
    wrong = client.put("/api/v1/leads", headers=key)

    assert (unknown.status_code, wrong.status_code) == (404, 405)
    assert unknown.content_type == wrong.content_type == "application/problem+json"
    assert "POST" in wrong.headers["Allow"]


def test_a_failure_of_ours_is_logged_and_says_what_to_do(api, monkeypatch, caplog):
    def fail(*_args, **_more):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(leads, "capture_lead", fail)
    with caplog.at_level(logging.ERROR):
        answer = api.post("/leads", {"message": "Leak"})

    assert answer.status_code == 500
    assert "Send it again" in answer.json["detail"]
    assert "disk" not in answer.text
    assert "the disk is on fire" in caplog.text


@pytest.mark.parametrize("depth", [11, 300, 900])
def test_hours_nested_without_end_are_422_and_name_the_field(api, office, depth):
    deep = json.loads("[" * depth + "]" * depth)

    for answer, field in (
        (api.patch(f"/teams/{office.plumbing.id}", {"hours": {"mon": deep}}), "hours"),
        (api.post("/teams", {"name": "Deep", "hours": {"mon": deep}}), "hours"),
        (api.patch(f"/reps/{office.ana.id}", {"shifts": {"mon": deep}}), "shifts"),
        (api.post("/reps", {"name": "Deep", "shifts": {"mon": deep}}), "shifts"),
    ):
        assert any(name.startswith(field) for name in wrong_fields(answer))


@pytest.mark.parametrize("name", [" ", "\u200b", "\x1c\x1f", "\u3164 \u2800"])
def test_a_name_of_which_nothing_can_be_seen_is_422(api, office, name):
    for answer in (
        api.post("/reps", {"name": name}),
        api.patch(f"/reps/{office.ana.id}", {"name": name}),
        api.post("/teams", {"name": name}),
        api.patch(f"/teams/{office.plumbing.id}", {"name": name}),
    ):
        assert wrong_fields(answer) == {"name"}


@pytest.mark.parametrize("kind", [None, "application/json", "application/json; charset=utf-8"])
def test_a_body_that_may_be_left_out_may_be_empty_whatever_it_is_called(client, api, office, kind):
    offer = pending_offer(make_lead())

    answer = client.post(
        f"/api/v1/offers/{offer.id}/pass", headers={"Authorization": f"Bearer {api.key}"}, content_type=kind
    )

    assert answer.status_code == 200
    assert answer.json["accountable"]["name"] == "Ben"
