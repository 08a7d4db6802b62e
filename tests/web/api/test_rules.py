"""Rules through the API: what is refused, what they say about themselves, and the alarms they raise."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Rule
from leadapp.transaction import transaction
from tests.builders import make_team
from tests.web.api.conftest import wrong_fields


def make_rule(api, office, *when, name="North", **then):
    conditions = [dict(zip(("field", "op", "value"), one, strict=False)) for one in when]
    return api.post("/rules", {"name": name, "when": conditions, "then": then or {"rep": office.ben.id}})


def break_a_rule(clock, office):
    with transaction():
        rule = Rule(name="North", position=1, conditions=[{"field": "city", "op": "is", "value": []}],
                    rep_id=office.ben.id, created_at=clock.now())  # fmt: skip
        db.session.add(rule)
    return rule.id


@pytest.mark.parametrize(
    ("condition", "part", "says"),
    [
        (("postcode", "is", "19099-19000"), "value", "write 19000-19099"),
        (("postcode", "at_least", "downtown"), "value", "write one such as 19103"),
        (("company_size", "at_most", "few"), "value", "write one such as 50"),
        (("service", "one_of", []), "value", "write one or a list"),
        (("service", "one_of", ["AC", "n/a"]), "value", "'n/a' counts as blank"),
        (("service", "starts_with"), "value", "write one or a list"),
        (("urgent", "is", "perhaps"), "value", "true or false"),
        ((" - ", "is", "x"), "field", "write one such as postcode"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_with_what_to_write(api, office, condition, part, says):
    refused = make_rule(api, office, ("city", "is", "Rome"), condition)

    assert wrong_fields(refused) == {f"when.1.{part}"}
    assert says in refused.json["errors"][0]["message"]
    assert refused.json["errors"][0]["message"].endswith(".")


def test_limits_that_no_lead_meets_are_refused(api, office):
    refused = make_rule(api, office, ("company_size", "at_least", 50), ("company_size", "at_most", "1-10"))
    turned = make_rule(api, office, ("postcode", "at_least", "19099"), ("postcode", "at_most", "19000"))

    assert wrong_fields(refused) == wrong_fields(turned) == {"when.1.value"}


def test_a_rule_for_a_retired_team_or_a_rep_who_left_is_refused(api, office):
    drains = make_team("Drains", [office.ben], office.mia)
    api.delete(f"/teams/{drains.id}")
    api.delete(f"/reps/{office.ben.id}")

    assert wrong_fields(make_rule(api, office, team=drains.id)) == {"then.team"}
    assert wrong_fields(make_rule(api, office, rep=office.ben.id)) == {"then.rep"}


def test_a_rule_about_any_attribute_is_taken(api, office):
    make_rule(api, office, ("Roof type", "one_of", ["Tile", "Slate"]))

    lead = api.post("/leads", {"message": "Hi", "roof_type": "slate "}).json

    assert lead["accountable"]["name"] == "Ben"


def test_a_rule_for_urgent_leads(api, office):
    make_rule(api, office, ("urgent", "is", True))

    urgent = api.post("/leads", {"message": "Burst pipe, water everywhere", "phone": "+14155550001"}).json
    calm = api.post("/leads", {"message": "A quote, please", "phone": "+14155550002"}).json

    assert (urgent["urgent"], urgent["why"]["rule"]["name"]) == (True, "North")
    assert (calm["urgent"], calm["why"]["rule"]) == (False, None)


def test_a_rule_says_how_many_leads_it_missed_for_a_blank_field(api, office, clock):
    rule = make_rule(api, office, ("postcode", "starts_with", "941"), ("city", "is", "San Francisco")).json
    assert (rule["blanks"], rule["problem"]) == ([], None)
    for city in ("San Francisco", "unknown", "Rome"):
        lead = api.post("/leads", {"message": "Hi", "postcode": "Select", "city": city}).json

    [listed] = api.get("/rules").json["items"]

    at = clock.now().isoformat().replace("+00:00", "Z")
    assert listed["blanks"] == [
        {"field": "postcode", "leads": 2, "last_at": at}, {"field": "city", "leads": 1, "last_at": at}
    ]  # fmt: skip
    assert "blank" not in lead["why"]["sentence"]


def test_a_preview_names_the_blank_field_and_the_near_miss(api, office):
    make_rule(api, office, ("city", "is", "Philadelphia"))

    blank = api.post("/routing/preview", {"message": "Hi", "city": "n/a"}).json
    near = api.post("/routing/preview", {"message": "Hi", "city": "Philadelfia"}).json

    assert "the city was blank, so the rule North could not match" in blank["why"]["sentence"]
    assert "Philadelfia read as Philadelphia" in near["why"]["sentence"]
    assert near["why"]["rule"]["name"] == "North"


def test_a_rule_whose_rep_left_shows_its_problem_and_is_skipped(api, office):
    rule = make_rule(api, office).json
    rest = make_rule(api, office, name="Rest", rep=office.ana.id).json
    api.delete(f"/reps/{office.ben.id}")

    lead = api.post("/leads", {"message": "Hi"}).json

    assert lead["why"]["rule"]["id"] == rest["id"]
    assert api.get(f"/rules/{rule['id']}").json["problem"] == (
        "The rule North is skipped: it names Ben, who no longer works here. Name somebody else."
    )
    assert api.get(f"/rules/{rest['id']}").json["problem"] is None


def test_alarms_stand_until_the_rule_is_put_right(api, office, clock):
    rule_id = break_a_rule(clock, office)
    assert api.get("/alarms").json == {"items": [], "next": None}
    api.post("/leads", {"message": "Hi"})
    raised_at = clock.now()
    clock.advance(60)
    api.post("/leads", {"message": "Hello"})

    [alarm] = api.get("/alarms").json["items"]
    problem = api.get(f"/rules/{rule_id}").json["problem"]

    assert alarm["text"] == problem
    assert (alarm["kind"], alarm["subject"], alarm["count"]) == ("rule_skipped", rule_id, 2)
    assert alarm["raised_at"] == raised_at.isoformat().replace("+00:00", "Z")
    assert alarm["last_at"] == clock.now().isoformat().replace("+00:00", "Z")

    api.patch(f"/rules/{rule_id}", {"when": [{"field": "city", "op": "is", "value": "Rome"}]})

    assert api.get("/alarms").json["items"] == []
    assert api.get(f"/rules/{rule_id}").json["problem"] is None


def test_a_retired_rule_has_no_problem(api, office, clock):
    rule_id = break_a_rule(clock, office)

    api.delete(f"/rules/{rule_id}")

    assert api.get(f"/rules/{rule_id}").json["problem"] is None
