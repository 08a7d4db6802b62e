"""Rules, sources and contacts through the API."""

from __future__ import annotations

from leadapp.extensions import db
from leadapp.models import Source
from tests.builders import make_team
from tests.web.api.conftest import wrong_fields


def test_rules_are_listed_in_the_order_in_which_they_are_tried(api, office):
    first = api.post("/rules", {"name": "A", "then": {"team": office.plumbing.id}}).json
    second = api.post("/rules", {"name": "B", "then": {"urgent": True}}).json
    api.patch(f"/rules/{second['id']}", {"position": 0})

    names = [rule["name"] for rule in api.get("/rules").json["items"]]
    paged = api.get(f"/rules?limit=1&cursor={api.get('/rules?limit=1').json['next']}").json

    assert (first["position"], second["position"]) == (1, 2)
    assert names == ["B", "A"]
    assert [rule["name"] for rule in paged["items"]] == ["A"]


def test_a_rule_sends_leads_to_its_team(api, office):
    drains = make_team("Drains", [office.ben], office.mia)
    when = [{"field": "postcode", "op": "starts_with", "value": ["941", "942"]}, {"field": "company", "op": "blank"}]

    rule = api.post("/rules", {"name": "Bay", "when": when, "then": {"team": drains.id, "rep": office.ben.id}})
    lead = api.post("/leads", {"message": "Hello", "postcode": "94110"}).json

    assert rule.json["then"] == {
        "team": {"id": drains.id, "name": "Drains"}, "rep": {"id": office.ben.id, "name": "Ben"}, "urgent": False
    }  # fmt: skip
    assert rule.json["enabled"] is True
    assert lead["team"]["name"] == "Drains"
    assert lead["why"]["rule"] == {"id": rule.json["id"], "name": "Bay"}


def test_a_retired_rule_is_read_and_applied_no_more(api, office):
    drains = make_team("Drains", [office.ben], office.mia)
    rule = api.post("/rules", {"name": "All", "then": {"team": drains.id}}).json

    assert api.delete(f"/rules/{rule['id']}").status_code == 204

    assert api.get(f"/rules/{rule['id']}").json["retired_at"]
    assert api.get("/rules").json["items"] == []
    assert api.post("/leads", {"message": "Hello"}).json["team"]["name"] == "Plumbing"


def test_a_rule_that_makes_no_sense_is_refused_by_field(api, office):
    then = {"team": office.plumbing.id}
    for body, field in (
        ({"name": "A"}, "then"),
        ({"name": "A", "then": {}}, "then"),
        ({"name": "A", "then": {"team": "nope"}}, "then.team"),
        ({"name": "A", "then": {"rep": "nope"}}, "then.rep"),
        ({"then": then}, "name"),
        ({"name": "A", "then": then, "position": -1}, "position"),
        ({"name": "A", "then": then, "position": 10**12}, "position"),
        ({"name": "A", "then": then, "when": [{"field": "city", "op": "smells_like"}]}, "when.0.op"),
        ({"name": "A", "then": then, "when": [{"field": "city", "op": "is"}]}, "when.0.value"),
        ({"name": "A", "then": then, "when": [{"field": "size", "op": "at_least", "value": "big"}]}, "when.0.value"),
        ({"name": "A", "then": then, "when": [{"op": "blank"}]}, "when.0.field"),
    ):
        assert wrong_fields(api.post("/rules", body)) == {field}, body
    assert api.get("/rules").json["items"] == []


def test_a_number_no_database_holds_is_kept_as_text(api, office):
    body = b'{"name": "Big", "when": [{"field": "size", "op": "is", "value": 1e999}], "then": {"urgent": true}}'

    made = api.call("POST", "/rules", data=body, content_type="application/json")

    assert made.json["when"][0]["value"] == "1e999"


def test_a_source_gets_a_key_from_the_server_and_keeps_its_secret(api, office):
    body = {"name": "Ads", "kind": "google_ads", "team": office.plumbing.id, "urgent": True, "secret": "s3cret",
            "defaults": {"service": "drains"}}  # fmt: skip

    made = api.post("/sources", body)
    changed = api.patch(f"/sources/{made.json['id']}", {"name": "Search ads"})

    assert made.status_code == 201
    assert len(made.json["key"]) == 16
    assert "s3cret" not in made.text
    assert changed.json["key"] == made.json["key"]
    assert db.session.get_one(Source, made.json["id"]).secret == "s3cret"
    assert api.delete(f"/sources/{made.json['id']}").status_code == 204
    assert api.get("/sources").json["items"] == []


def test_a_source_that_makes_no_sense_is_refused_by_field(api):
    for body, field in (
        ({}, "name"),
        ({"name": "A", "kind": "pigeon"}, "kind"),
        ({"name": "A", "key": "mine"}, "key"),
        ({"name": "A", "team": "nope"}, "team"),
        ({"name": "A", "defaults": ["x"]}, "defaults"),
    ):
        assert wrong_fields(api.post("/sources", body)) == {field}, body


def test_a_contact_is_known_again_by_phone_or_address(api, office):
    made = api.post("/contacts", {"name": "Maria", "phones": ["(415) 555-2671"], "emails": ["M@example.com"],
                                  "owner": office.ben.id})  # fmt: skip
    lead = api.post("/leads", {"phone": "415.555.2671", "name": "Maria"}).json

    assert (made.json["phones"], made.json["emails"]) == (["+14155552671"], ["m@example.com"])
    assert lead["contact"] == {"id": made.json["id"], "owner": {"id": office.ben.id, "name": "Ben"}}
    assert lead["accountable"]["name"] == "Ben"


def test_a_contact_is_changed_and_retired(api, office):
    path = f"/contacts/{api.post('/contacts', {'name': 'Maria', 'phones': ['+14155552671']}).json['id']}"

    changed = api.patch(path, {"phones": ["+14155552672"], "opted_out": True, "owner": {"id": office.ana.id}}).json
    gone = api.delete(path)

    assert (changed["phones"], changed["opted_out"], changed["owner"]["name"]) == (["+14155552672"], True, "Ana")
    assert gone.status_code == 204
    assert api.get(path).json["retired_at"]
    assert api.get("/contacts").json["items"] == []


def test_a_contact_that_reaches_nobody_is_refused_by_field(api):
    for body, field in (
        ({"phones": ["call me"]}, "phones.0"),
        ({"emails": ["a@example.com", "nope"]}, "emails.1"),
        ({"owner": "nobody"}, "owner"),
        ({"colour": "red"}, "colour"),
    ):
        assert wrong_fields(api.post("/contacts", body)) == {field}, body
    assert api.get("/contacts").json["items"] == []
