"""Reps, presence, the ledger and messages through the API."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Membership
from tests.builders import make_lead, make_team, pending_offer
from tests.web.api.conftest import wrong_fields


def test_a_rep_is_made_read_changed_and_retired(api, office):
    made = api.post("/reps", {"name": "Zed", "phone": "(415) 555-2671", "email": "Zed@Example.com", "max_open": 3})
    path = f"/reps/{made.json['id']}"

    changed = api.patch(path, {"max_open": None, "services": ["drains"], "shifts": {"mon": [["08:00", "17:00"]]}})
    gone = api.delete(path)

    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1{path}")
    assert (made.json["phone"], made.json["email"]) == ("+14155552671", "zed@example.com")
    assert (made.json["roles"], made.json["presence"], made.json["reachable"]) == (["rep"], "available", True)
    assert (changed.json["max_open"], changed.json["services"], changed.json["name"]) == (None, ["drains"], "Zed")
    assert (gone.status_code, api.delete(path).status_code) == (204, 204)
    assert api.get(path).json["active"] is False
    assert made.json["id"] not in [rep["id"] for rep in api.get("/reps").json["items"]]


def test_a_retired_rep_comes_back_level(api, office):
    api.delete(f"/reps/{office.ben.id}")
    for number in range(4):
        make_lead(message=f"Lead {number}")

    answer = api.patch(f"/reps/{office.ben.id}", {"active": True})

    place = db.session.get_one(Membership, (office.plumbing.id, office.ben.id), populate_existing=True)
    assert answer.json["active"] is True
    assert place.virtual_start >= 4


def test_a_new_member_joins_the_rotation_level(api, office):
    for number in range(4):
        make_lead(message=f"Lead {number}")

    made = api.post("/reps", {"name": "Zed", "teams": [{"team": office.plumbing.id, "weight": 2}]})

    place = db.session.get_one(Membership, (office.plumbing.id, made.json["id"]))
    assert made.json["teams"] == [{"team": {"id": office.plumbing.id, "name": "Plumbing"}, "weight": 2}]
    assert place.virtual_start == pytest.approx(2)


def test_who_stays_in_a_team_keeps_the_place_and_who_is_left_out_goes(api, office):
    drains = make_team("Drains", [office.ana], office.mia)
    make_lead()
    before = db.session.get_one(Membership, (office.plumbing.id, office.ana.id), populate_existing=True).virtual_start

    answer = api.patch(f"/reps/{office.ana.id}", {"teams": [{"team": {"id": office.plumbing.id}, "weight": 3}]})

    place = db.session.get_one(Membership, (office.plumbing.id, office.ana.id), populate_existing=True)
    assert (place.virtual_start, place.weight) == (before, 3)
    assert drains.id not in [p["team"]["id"] for p in answer.json["teams"]]


def test_a_rep_who_retires_loses_the_offer_at_once(api, office):
    lead = make_lead()
    offer = pending_offer(lead)

    assert api.delete(f"/reps/{offer.rep_id}").status_code == 204

    moved = api.get(f"/leads/{lead.id}").json
    assert [o["outcome"] for o in moved["offers"]] == ["withdrawn", "pending"]
    assert moved["accountable"]["id"] != offer.rep_id


def test_a_fallback_cannot_be_retired_until_somebody_else_is(api, office):
    answer = api.delete(f"/reps/{office.mia.id}")
    by_change = api.patch(f"/reps/{office.mia.id}", {"active": False, "name": "Gone"})

    assert wrong_fields(answer) == wrong_fields(by_change) == {"active"}
    assert "Plumbing" in answer.json["errors"][0]["message"]
    assert api.get(f"/reps/{office.mia.id}").json["name"] == "Mia"


def test_two_active_reps_never_share_a_phone_or_an_address(api, office):
    api.post("/reps", {"name": "Zed", "phone": "+14155552671"})

    assert wrong_fields(api.post("/reps", {"name": "Zoe", "phone": "415 555 2671"})) == {"phone"}
    assert wrong_fields(api.patch(f"/reps/{office.ben.id}", {"email": "ANA@example.com"})) == {"email"}


def test_a_rep_who_left_gives_the_phone_free(api, office):
    made = api.post("/reps", {"name": "Zed", "phone": "+14155552671"}).json
    api.delete(f"/reps/{made['id']}")

    assert api.post("/reps", {"name": "Zoe", "phone": "+14155552671"}).status_code == 201
    assert wrong_fields(api.patch(f"/reps/{made['id']}", {"active": True})) == {"phone"}


def test_a_rep_that_makes_no_sense_is_refused_by_field(api, office):
    team = office.plumbing.id
    for body, fields in (
        ({}, {"name"}),
        ({"name": " "}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"name": "Zed", "colour": "red"}, {"colour"}),
        ({"name": "Zed", "presence": "out"}, {"presence"}),
        ({"name": "Zed", "phone": "call me"}, {"phone"}),
        ({"name": "Zed", "email": "nope"}, {"email"}),
        ({"name": "Zed", "roles": ["king"]}, {"roles.0"}),
        ({"name": "Zed", "max_open": 0}, {"max_open"}),
        ({"name": "Zed", "max_open": 10**30}, {"max_open"}),
        ({"name": "Zed", "time_zone": "Mars/Base"}, {"time_zone"}),
        ({"name": "Zed", "time_zone": "../etc/passwd"}, {"time_zone"}),
        ({"name": "Zed", "shifts": {"monday": []}}, {"shifts.monday"}),
        ({"name": "Zed", "shifts": {"mon": [["8", "17"]]}}, {"shifts.mon"}),
        ({"name": "Zed", "teams": [{"team": "nope"}]}, {"teams.0.team"}),
        ({"name": "Zed", "teams": [{"team": team}, {"team": team}]}, {"teams"}),
        ({"name": "Zed", "teams": [{"team": team, "weight": 0}]}, {"teams.0.weight"}),
        ({"name": "Zed", "teams": [{"team": team, "weight": 1e999}]}, {"teams.0.weight"}),
        ({"name": "Zed", "teams": [{"team": team, "weight": 1e-300}]}, {"teams.0.weight"}),
    ):
        assert wrong_fields(api.post("/reps", body)) == fields, body
    assert len(api.get("/reps").json["items"]) == 4


def test_who_goes_out_says_so_and_pending_offers_move(api, office, clock):
    lead = make_lead()
    offer = pending_offer(lead)
    cover = office.ana.id if offer.rep_id != office.ana.id else office.ben.id

    answer = api.put(
        f"/reps/{offer.rep_id}/presence", {"state": "out", "until": "2026-11-22T15:00:00+02:00", "cover": cover}
    )

    assert (answer.json["presence"], answer.json["presence_until"]) == ("out", "2026-11-22T13:00:00Z")
    assert (answer.json["cover"]["id"], answer.json["offers_moved"], answer.json["still_claimed"]) == (cover, 1, 0)
    clock.advance(4 * 3600)
    assert api.get(f"/reps/{offer.rep_id}").json["presence"] == "available"


def test_an_absence_that_lies_ahead_is_no_absence_yet(api, office, clock):
    planned = {"state": "out", "from": "2026-11-23T08:00:00Z", "until": "2026-11-24T08:00:00Z"}

    answer = api.put(f"/reps/{office.ana.id}/presence", planned)

    assert (answer.json["presence"], answer.json["presence_from"]) == ("available", "2026-11-23T08:00:00Z")
    clock.advance(30 * 3600)
    assert api.get(f"/reps/{office.ana.id}").json["presence"] == "out"


def test_presence_that_makes_no_sense_is_refused(api, office):
    ana, ben = office.ana.id, office.ben.id
    api.put(f"/reps/{ben}/presence", {"state": "out", "cover": ana})
    for body, fields in (
        ({}, {"state"}),
        ({"state": "asleep"}, {"state"}),
        ({"state": "out", "until": "2026-11-22T09:00:00Z"}, {"until"}),
        ({"state": "out", "from": "2026-11-24T09:00:00Z", "until": "2026-11-23T09:00:00Z"}, {"until"}),
        ({"state": "out", "cover": ana}, {"cover"}),
        ({"state": "out", "cover": ben}, {"cover"}),
        ({"state": "out", "cover": "nobody"}, {"cover"}),
        ({"state": "out", "start": "2026-11-24T09:00:00Z"}, {"start"}),
    ):
        assert wrong_fields(api.put(f"/reps/{ana}/presence", body)) == fields, body
    assert api.put("/reps/nobody/presence", {"state": "out"}).status_code == 404


def test_the_ledger_tells_what_became_of_each_turn(api, office):
    lead = make_lead(name="Maria")
    rep = pending_offer(lead).rep_id

    items = api.get(f"/reps/{rep}/ledger").json["items"]

    assert items[0]["team"]["name"] == "Plumbing"
    assert items[0]["lead"] == {"id": lead.id, "name": "Maria"}
    assert api.get("/reps/nobody/ledger").status_code == 404


def test_messages_are_listed_by_lead_rep_and_channel(api, office):
    lead = make_lead(phone="+14155552671")
    rep = pending_offer(lead).rep_id

    of_lead = api.get(f"/messages?lead={lead.id}").json["items"]
    to_rep = api.get(f"/messages?rep={rep}&channel=email").json["items"]

    assert {item["channel"] for item in of_lead} == {"sms", "email"}
    assert [item["rep"]["id"] for item in to_rep] == [rep]
    assert api.get("/messages?lead=nope").json["items"] == []
    assert wrong_fields(api.get("/messages?channel=pigeon")) == {"channel"}


def test_the_business_fallback_can_be_retired_once_every_team_has_another(api, office):
    api.patch(f"/teams/{office.plumbing.id}", json={"fallback": office.olivia.id})

    assert api.delete(f"/reps/{office.mia.id}").status_code == 204

    made = api.post("/teams", json={"name": "Drains"}).json
    assert made["fallback"]["id"] == office.olivia.id


def test_whoever_is_counted_on_by_name_is_replaced_there_before_retiring(api, office):
    team, rep = f"/teams/{office.plumbing.id}", f"/reps/{office.ben.id}"
    in_chain = {"chain": [{"ask": "person", "rep": office.ben.id, "seconds": 60}]}
    away = {"state": "out", "cover": office.ben.id, "until": "2026-12-01T08:00:00Z"}
    for method, path, body, undo, sentence in (
        ("PATCH", team, in_chain, {"chain": None}, "Ben is asked by name in the chain of Plumbing"),
        ("PATCH", team, {"urgent_chain": in_chain["chain"]}, {"urgent_chain": None}, "Ben is asked by name"),
        ("PATCH", team, {"on_call": {"reps": [office.ben.id]}}, {"on_call": {}}, "Ben is on the on-call rota of Plum"),
        ("PATCH", team, {"fallback": office.ben.id}, {"fallback": None}, "Ben is the fallback of Plumbing"),
        ("PUT", f"/reps/{office.ana.id}/presence", away, {"state": "available"}, "Ben covers for Ana"),
    ):
        assert api.call(method, path, json=body).status_code == 200
        refused = api.delete(rep)

        assert wrong_fields(refused) == {"active"}
        assert refused.json["errors"][0]["message"].startswith(sentence)
        assert api.get(rep).json["active"] is True
        assert api.call(method, path, json=undo).status_code == 200
    assert api.delete(rep).status_code == 204


def test_a_cover_whose_time_is_over_keeps_nobody_from_retiring(api, office, clock):
    away = {"state": "out", "cover": office.ben.id, "until": "2026-11-22T11:00:00Z"}
    api.put(f"/reps/{office.ana.id}/presence", away)
    clock.advance(3600)

    assert api.delete(f"/reps/{office.ben.id}").status_code == 204


def test_shifts_with_closures_are_taken_and_those_that_never_begin_are_not(api, office):
    path = f"/reps/{office.ben.id}"
    shifts = {"mon": [["08:00", "12:00"]], "closures": [["2026-11-23", "2026-11-29"]]}

    assert api.patch(path, {"shifts": shifts}).json["shifts"] == shifts
    assert wrong_fields(api.patch(path, {"shifts": {"closures": [["2026-01-01", "2029-01-01"]]}})) == {"shifts"}


def test_a_job_before_a_planned_holiday_shows_the_job_and_then_the_holiday(api, office, clock):
    path = f"/reps/{office.ana.id}"
    api.put(f"{path}/presence", {"state": "out", "from": "2026-11-23T08:00:00Z", "until": "2026-11-27T08:00:00Z"})

    job = api.put(f"{path}/presence", {"state": "busy", "until": "2026-11-22T11:00:00Z"}).json
    back = api.put(f"{path}/presence", {"state": "available"}).json

    assert (job["presence"], job["presence_from"], job["presence_until"]) == ("busy", None, "2026-11-22T11:00:00Z")
    assert (back["presence"], back["presence_from"]) == ("available", "2026-11-23T08:00:00Z")
