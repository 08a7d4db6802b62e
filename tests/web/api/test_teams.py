"""Teams through the API: clocks, chains, hours, the default."""

from __future__ import annotations

from tests.builders import make_source, make_team
from tests.web.api.conftest import wrong_fields


def test_a_team_is_made_with_the_businesss_fallback_and_the_promised_clocks(api, office):
    made = api.post("/teams", {"name": "Drains"})

    assert made.status_code == 201
    assert made.json["fallback"] == {"id": office.mia.id, "name": "Mia"}
    assert made.json["default"] is False
    assert made.json["chain"] == [{"ask": "rotation", "tries": 2, "seconds": 300}]
    assert made.json["ladder"] == {"sms_after": 20, "call_after": 60, "call": "urgent"}


def test_a_team_is_changed_field_by_field(api, office):
    path = f"/teams/{office.plumbing.id}"
    hours = {"mon": [["08:00", "17:00"], ["22:00", "06:00"]], "holidays": ["2026-12-25"]}

    api.patch(
        path, {"hours": hours, "country": "gb", "ladder": {"call": "never"}, "on_call": {"reps": [office.ben.id]}}
    )
    team = api.patch(path, {"claim_seconds": 60, "mode": "broadcast", "after_hours": "hold"}).json

    assert (team["hours"], team["country"], team["after_hours"]) == (hours, "GB", "hold")
    assert team["ladder"] == {"sms_after": 20, "call_after": 60, "call": "never"}
    assert team["on_call"]["reps"] == [{"id": office.ben.id, "name": "Ben"}]
    assert team["chain"] == [{"ask": "everybody", "tries": 1, "seconds": 60}]
    assert team["default"] is True


def test_closures_and_the_answer_for_urgent_leads_come_out_as_they_went_in(api, office):
    path = f"/teams/{office.plumbing.id}"
    hours = {"closures": [["2026-12-24T12:00", "2026-12-27T08:00"], ["2027-07-05", "2027-07-09"], "2027-01-01"]}
    before = api.get(path).json["urgent_after_hours"]

    changed = api.patch(path, {"hours": hours, "urgent_after_hours": "on_call"}).json
    taken_away = api.patch(path, {"urgent_after_hours": None}).json

    assert (before, changed["hours"], changed["urgent_after_hours"]) == (None, hours, "on_call")
    assert taken_away["urgent_after_hours"] is None


def test_a_preview_for_a_closed_team_names_the_opening(api, office):
    closed = {"hours": {"mon": [["08:00", "17:00"]], "closures": ["2026-11-23"]}, "after_hours": "hold"}
    api.patch(f"/teams/{office.plumbing.id}", closed)

    lead = api.post("/routing/preview", {"message": "Slow drain"}).json

    assert (lead["state"], lead["next_due_at"]) == ("held", "2026-11-30T14:00:00Z")


def test_a_team_whose_fallback_is_taken_away_gets_the_businesss(api, office):
    path = f"/teams/{office.plumbing.id}"

    given = api.patch(path, {"fallback": office.ben.id}).json["fallback"]["name"]
    taken = api.patch(path, {"fallback": None}).json["fallback"]["name"]

    assert (given, taken) == ("Ben", "Mia")


def test_a_chain_is_what_mode_tries_and_seconds_read_as(api, office):
    path = f"/teams/{office.plumbing.id}"
    chain = [{"ask": "person", "rep": office.ben.id, "seconds": 30}, {"ask": "rotation", "tries": 3, "seconds": 45}]

    with_chain = api.patch(path, {"chain": chain, "urgent_chain": [{"ask": "everybody", "seconds": 20}]}).json
    without = api.patch(path, {"claim_seconds": 90}).json

    assert with_chain["chain"][0]["rep"] == {"id": office.ben.id, "name": "Ben"}
    assert (with_chain["tries"], with_chain["claim_seconds"]) == (3, 45)
    assert (with_chain["urgent_mode"], with_chain["urgent_claim_seconds"]) == ("broadcast", 20)
    assert without["chain"] == [{"ask": "rotation", "tries": 3, "seconds": 90}]
    assert without["urgent_chain"] == with_chain["urgent_chain"]


def test_a_chain_goes_back_in_as_it_came_out(api, office):
    path = f"/teams/{office.plumbing.id}"
    api.patch(path, {"chain": [{"ask": "person", "rep": office.ben.id, "seconds": 30}]})
    shown = api.get(path).json["chain"]

    assert api.patch(path, {"chain": shown}).json["chain"] == shown


def test_one_team_is_the_default(api, office):
    drains = api.post("/teams", {"name": "Drains", "default": True}).json

    assert drains["default"] is True
    assert api.get(f"/teams/{office.plumbing.id}").json["default"] is False
    assert api.delete(f"/teams/{office.plumbing.id}").status_code == 204
    assert wrong_fields(api.delete(f"/teams/{drains['id']}")) == {"default"}


def test_the_first_team_made_is_the_default_when_none_is_marked(api, office):
    api.patch(f"/teams/{office.plumbing.id}", {"default": False})

    assert api.get(f"/teams/{office.plumbing.id}").json["default"] is True


def test_a_retired_team_is_read_and_no_longer_listed_or_changed(api, office):
    drains = make_team("Drains", [office.ana], office.mia)

    assert api.delete(f"/teams/{drains.id}").status_code == 204
    assert api.get(f"/teams/{drains.id}").json["retired_at"]
    assert [team["id"] for team in api.get("/teams").json["items"]] == [office.plumbing.id]
    assert api.patch(f"/teams/{drains.id}", {"name": "x"}).status_code == 409
    assert [place["team"]["id"] for place in api.get(f"/reps/{office.ana.id}").json["teams"]] == [office.plumbing.id]


def test_a_team_that_a_source_or_a_rule_names_is_not_retired(api, office):
    drains = make_team("Drains", [], office.mia)
    source = make_source(team_id=drains.id)

    assert wrong_fields(api.delete(f"/teams/{drains.id}")) == {"team"}
    api.patch(f"/sources/{source.id}", {"team": None})
    assert api.delete(f"/teams/{drains.id}").status_code == 204


def test_a_team_that_makes_no_sense_is_refused_by_field(api, office):
    path = f"/teams/{office.plumbing.id}"
    before = api.get(path).json
    for body, field in (
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
        ({"claim_seconds": 0}, "claim_seconds"),
        ({"claim_seconds": 1.5}, "claim_seconds"),
        ({"claim_seconds": "60"}, "claim_seconds"),
        ({"claim_seconds": True}, "claim_seconds"),
        ({"claim_seconds": None}, "claim_seconds"),
        ({"repeat_seconds": 10**20}, "repeat_seconds"),
        ({"tries": -1}, "tries"),
        ({"mode": "lottery"}, "mode"),
        ({"fallback": "nobody"}, "fallback"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"country": "XX"}, "country"),
        ({"hours": {"mon": "08:00-17:00"}}, "hours.mon"),
        ({"hours": {"mon": [["25:00", "26:00"]]}}, "hours.mon"),
        ({"hours": {"mon": [["08:00", "17:00"], [" 24:00", "06:00"]]}}, "hours.mon"),
        ({"hours": {"mon": [["0008:00", "17:00"]]}}, "hours.mon"),
        ({"hours": {"mon": []}}, "hours"),
        ({"hours": {"holidays": ["25.12.2026"]}}, "hours.holidays"),
        ({"hours": {"closures": "2026-12-24"}}, "hours.closures"),
        ({"hours": {"closures": [["2026-12-24T12:00"]]}}, "hours.closures.0"),
        ({"hours": {"closures": ["2026-12-24", ["2026-12-27T08:00", "2026-12-24T12:00"]]}}, "hours.closures.1"),
        ({"hours": {"closures": [["2026-12-24T25:00", "2026-12-27"]]}}, "hours.closures.0"),
        ({"hours": {"closures": [["2026-01-01", "2028-12-31"]]}}, "hours"),
        ({"urgent_after_hours": "panic"}, "urgent_after_hours"),
        ({"on_call": {"reps": ["nobody"]}}, "on_call.reps.0"),
        ({"on_call": {"reps": [office.ben.id], "handover": "mon"}}, "on_call.handover"),
        ({"chain": []}, "chain"),
        ({"chain": [{"ask": "person", "seconds": 5}]}, "chain.0.rep"),
        ({"chain": [{"ask": "person", "rep": "nobody", "seconds": 5}]}, "chain.0.rep"),
        ({"chain": [{"ask": "rotation"}]}, "chain.0.seconds"),
        ({"ladder": {"call": "sometimes"}}, "ladder.call"),
    ):
        assert wrong_fields(api.patch(path, body)) == {field}, body
    assert api.get(path).json == before
    assert api.patch("/teams/nope", {"name": "x"}).status_code == 404
