"""Leads through the API: stored, read, listed, acted on."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Lead, Team
from leadapp.transaction import transaction
from leadapp.workflow.access import make_api_key
from tests.builders import make_lead, make_source, pending_offer
from tests.web.api.conftest import Api, wrong_fields


def test_a_lead_is_stored_with_somebodys_name_on_it(api, office):
    answer = api.post("/leads", {"name": "Maria", "phone": "(415) 555-2671", "message": "Sink leaks", "utm": "x"})

    assert answer.status_code == 201
    assert answer.json["phone"] == "+14155552671"
    assert answer.json["phone_raw"] == "(415) 555-2671"
    assert answer.json["attributes"] == {"utm": "x"}
    assert answer.json["accountable"]["name"] in ("Ana", "Ben")
    assert answer.json["offers"][0]["outcome"] == "pending"
    assert api.get(f"/leads/{answer.json['id']}").json == answer.json


def test_a_national_number_is_read_in_the_country_of_the_sources_team(api, office):
    with transaction():
        db.session.get_one(Team, office.plumbing.id).country = "GB"
    make_source("Bristol", team_id=office.plumbing.id)

    answer = api.post("/leads", {"phone": "0117 496 0123", "source": "bristol"})

    assert answer.json["phone"] == "+441174960123"


def test_a_source_is_found_by_name_in_any_case_or_by_key(api):
    source = make_source("Website")

    by_name = api.post("/leads", {"phone": "+14155552671", "source": "WEBSITE"}).json
    by_key = api.post("/leads", {"phone": "+14155552672", "source": source.key}).json

    assert by_name["source"] == by_key["source"] == "Website"
    assert db.session.get_one(Lead, by_key["id"]).source_id == source.id


def test_the_same_external_id_finds_the_lead_that_is_there(api):
    first = api.post("/leads", {"message": "Hello", "source": "crm", "external_id": "7"})
    again = api.post("/leads", {"message": "Hello", "source": "crm", "external_id": "7"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]


def test_a_repeat_of_the_same_person_joins_the_open_lead(api):
    first = api.post("/leads", {"phone": "+14155552671", "message": "Leak"})
    again = api.post("/leads", {"phone": "+14155552671", "message": "Still leaking"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]


def test_leads_are_listed_newest_first_in_pages(api):
    ids = [make_lead(message=f"Lead {number}").id for number in range(5)]

    first = api.get("/leads?limit=3").json
    rest = api.get(f"/leads?limit=3&cursor={first['next']}").json

    assert [lead["id"] for lead in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


def test_leads_are_narrowed_by_each_filter(api, office, clock):
    old = make_lead(message="Old", phone="+14155552671")
    clock.advance(3600)
    api.post(f"/leads/{old.id}/assignment", {"rep": office.ben.id})
    urgent = make_lead(message="burst pipe everywhere 50% flooded")

    def found(query):
        return [lead["id"] for lead in api.get(f"/leads?{query}").json["items"]]

    assert found("state=claimed") == [old.id]
    assert found(f"accountable={office.ben.id}&state=claimed") == [old.id]
    assert found(f"team={office.plumbing.id}") == [urgent.id, old.id]
    assert found("urgent=true") == [urgent.id]
    assert found("since=2026-11-22T10:30:00Z") == [urgent.id]
    assert found("q=FLOODED") == [urgent.id]
    assert found("q=50%25") == [urgent.id]
    assert found("q=555-2671") == [old.id]
    assert found("accountable=nobody") == []
    assert found("state=&accountable=&team=&urgent=&since=&q=&cursor=&limit=") == [urgent.id, old.id]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=lost", "state"),
        ("urgent=maybe", "urgent"),
        ("since=yesterday", "since"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=bm9wZQ", "cursor"),
        ("cursor=WyIAIl0", "cursor"),
        ("q=%00", "q"),
        ("colour=red", "colour"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_by_name(api, query, field):
    assert wrong_fields(api.get(f"/leads?{query}")) == {field}


def test_a_lead_that_is_not_there_is_404(api):
    for path in ("/leads/nope", "/leads/%00", "/leads/" + "x" * 3000):
        assert api.get(path).status_code == 404


def test_the_office_accepts_for_the_rep_the_offer_names(api, office):
    lead = make_lead()
    offer = pending_offer(lead)

    answer = api.post(f"/offers/{offer.id}/acceptance")
    again = api.post(f"/offers/{offer.id}/acceptance")

    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json["state"] == "claimed"
    assert answer.json["owner"]["id"] == offer.rep_id


def test_a_lost_race_says_who_has_it_and_since_when(api, office):
    lead = make_lead()
    offer = pending_offer(lead)
    api.post(f"/leads/{lead.id}/assignment", {"rep": office.mia.id})

    answer = api.post(f"/offers/{offer.id}/acceptance")

    assert answer.status_code == 409
    assert answer.json["taken_by"] == {"id": office.mia.id, "name": "Mia"}
    assert answer.json["taken_at"] == "2026-11-22T10:00:00Z"


def test_a_pass_moves_the_lead_on(api, office):
    lead = make_lead()
    offer = pending_offer(lead)

    answer = api.post(f"/offers/{offer.id}/pass", {"reason": "On a roof"})

    assert answer.status_code == 200
    assert [o["outcome"] for o in answer.json["offers"]] == ["passed", "pending"]
    assert answer.json["accountable"]["id"] != offer.rep_id


def test_a_person_assigns_contacts_and_closes(api, office):
    lead = make_lead(phone="+14155552671")

    assigned = api.post(f"/leads/{lead.id}/assignment", {"rep": {"id": office.ben.id, "name": "Ben"}})
    contacted = api.post(f"/leads/{lead.id}/contact", {"kind": "call", "at": "2026-11-22T09:59:00Z"})
    closed = api.post(f"/leads/{lead.id}/closure", {"outcome": "won", "reason": "Booked"})

    assert assigned.json["owner"] == {"id": office.ben.id, "name": "Ben"}
    assert (contacted.json["state"], contacted.json["contacted_at"]) == ("contacted", "2026-11-22T09:59:00Z")
    assert (closed.json["state"], closed.json["outcome"]) == ("closed", "won")


def test_a_released_lead_is_routed_again_without_its_owner(api, office):
    lead = make_lead()
    api.post(f"/leads/{lead.id}/assignment", {"rep": office.ben.id})

    answer = api.post(f"/leads/{lead.id}/release", {"reason": "Too far"})

    assert answer.status_code == 200
    assert answer.json["owner"] is None
    assert answer.json["accountable"]["name"] == "Ana"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("assignment", {"rep": "nobody"}, "rep"),
        ("assignment", {}, "rep"),
        ("assignment", {"rep": 7}, "rep"),
        ("assignment", {"rep": "a\0b"}, "rep"),
        ("release", {}, "reason"),
        ("release", {"reason": "  "}, "reason"),
        ("contact", {"kind": "fax"}, "kind"),
        ("contact", {"kind": "call", "at": "noon"}, "at"),
        ("contact", {"kind": "call", "at": "2026-11-22T10:00:00"}, "at"),
        ("contact", {"kind": "call", "result": "x\0"}, "result"),
        ("closure", {"outcome": "eaten"}, "outcome"),
        ("closure", {"outcome": "won", "colour": "red"}, "colour"),
    ],
)
def test_an_act_that_makes_no_sense_names_the_field_and_changes_nothing(api, path, body, field):
    lead = make_lead()
    before = api.get(f"/leads/{lead.id}").json

    assert wrong_fields(api.post(f"/leads/{lead.id}/{path}", body)) == {field}
    assert api.get(f"/leads/{lead.id}").json == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/leads/nope/assignment", {"rep": "ben"}),
        ("/leads/nope/release", {"reason": "x"}),
        ("/leads/nope/contact", {"kind": "call"}),
        ("/leads/nope/closure", {"outcome": "won"}),
        ("/offers/nope/acceptance", None),
        ("/offers/nope/pass", {}),
    ],
)
def test_acting_on_what_is_not_there_is_404(api, office, path, body):
    assert api.post(path, body).status_code == 404


def test_a_closed_lead_is_a_conflict_to_assign(api, office):
    lead = make_lead()
    api.post(f"/leads/{lead.id}/closure", {"outcome": "spam"})

    assert api.post(f"/leads/{lead.id}/assignment", {"rep": office.ben.id}).status_code == 409


def test_a_preview_says_who_would_get_it_and_writes_nothing(api, reader, office):
    answer = reader.post("/routing/preview", {"message": "burst pipe", "phone": "+14155552671"})

    assert answer.status_code == 200
    assert answer.json["id"] is None
    assert answer.json["urgent"] is True
    assert answer.json["offers"][0]["rep"]["name"] in ("Ana", "Ben")
    assert api.get("/leads").json["items"] == []


def test_a_lead_is_not_taken_while_nobody_could_get_it(app, client, clock):
    api = Api(client, make_api_key("early", read_only=False, now=clock.now()))

    answer = api.post("/leads", {"message": "Hello"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
