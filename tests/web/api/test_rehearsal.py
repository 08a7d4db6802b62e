"""A draft is rehearsed through the API: what it may hold, what is refused, and what comes back."""

from __future__ import annotations

import pytest

from leadapp.extensions import db
from leadapp.models import Rule, Team
from leadapp.web.api import rehearsal
from tests.builders import make_team
from tests.web.api.conftest import wrong_fields

LEAKS = [{"field": "service", "op": "is", "value": "Leak"}]


def rehearse(api, **body):
    return api.post("/routing/rehearsal", {"days": 30} | body)


def leads_come_in(api, *services):
    return [
        api.post("/leads", {"message": "Hello", "service": service, "name": f"Customer {number}"}).json
        for number, service in enumerate(services)
    ]


def test_says_what_moves_from_whom_to_whom_and_why(api, office):
    drains = make_team("Drains", [office.ben], office.mia)
    leak, _other = leads_come_in(api, "Leak", "Drain")

    answer = rehearse(api, rules=[{"name": "Leaks", "when": LEAKS, "then": {"team": drains.id}}]).json

    team, ana, ben = {"id": office.plumbing.id, "name": "Plumbing"}, *(
        {"id": rep.id, "name": rep.name} for rep in (office.ana, office.ben)
    )  # fmt: skip
    assert answer["moves"] == [
        {
            "lead": {"id": leak["id"], "name": "Customer 0"},
            "from": {"team": team, "rep": ana},
            "to": {"team": {"id": drains.id, "name": "Drains"}, "rep": ben},
            "because": "Ben's turn in Drains by the rule Leaks.",
        }
    ]
    assert (answer["leads"], answer["moved"], answer["turns_shifted"], answer["reached_nobody"]) == (2, 1, 1, 0)
    day = "2026-11-22"
    assert answer["per_rep"] == [
        {"rep": ana, "before": 1, "after": 1, "days": [{"on": day, "before": 1, "after": 1}]},
        {"rep": ben, "before": 1, "after": 1, "days": [{"on": day, "before": 1, "after": 1}]},
    ]


def test_who_would_have_reached_nobody_is_counted(api, office):
    leads_come_in(api, "Leak", "Leak")

    answer = rehearse(api, reps=[{"id": rep.id, "active": False} for rep in (office.ana, office.ben)]).json

    assert (answer["reached_nobody_before"], answer["reached_nobody"]) == (0, 2)
    assert {move["to"]["rep"]["name"] for move in answer["moves"]} == {"Mia"}


def test_leads_that_a_blank_field_kept_from_a_rule_are_counted(api, office):
    leads_come_in(api, "Select", "Leak", "")

    answer = rehearse(api, rules=[{"name": "Leaks", "when": LEAKS, "then": {"rep": office.ben.id}}]).json

    assert answer["blank"] == [
        {"rule": {"id": None, "name": "Leaks"}, "field": "service", "leads": 2, "moved": answer["blank"][0]["moved"]}
    ]


def test_what_is_new_in_the_draft_is_named_by_its_name_and_has_no_id(api, office):
    leads_come_in(api, "Leak")

    answer = rehearse(
        api,
        teams=[{"name": "Roofs", "fallback": "Dana", "chain": [{"ask": "person", "rep": "Dana", "seconds": 60}]}],
        reps=[{"name": "Dana", "teams": [{"team": "Roofs"}]}],
        rules=[{"name": "All", "then": {"team": "Roofs"}}],
    ).json

    [move] = answer["moves"]
    assert move["to"] == {"team": {"id": None, "name": "Roofs"}, "rep": {"id": None, "name": "Dana"}}
    assert {"rep": {"id": None, "name": "Dana"}, "before": 0, "after": 1, "days": answer["per_rep"][-1]["days"]} in (
        answer["per_rep"]
    )


def test_what_get_gives_out_may_be_sent_back_and_moves_nothing(api, office):
    api.post("/rules", {"name": "Leaks", "when": LEAKS, "then": {"rep": office.ben.id}})
    api.put(f"/reps/{office.ben.id}/presence", {"state": "busy"})
    leads_come_in(api, "Leak", "Drain", "Leak")

    answer = rehearse(api, **{kind: api.get(f"/{kind}").json["items"] for kind in ("rules", "teams", "reps")}).json

    assert (answer["leads"], answer["moved"], answer["turns_shifted"]) == (3, 0, 0)


def test_without_a_draft_nothing_moves(api, office):
    leads_come_in(api, "Leak", "Drain")

    answer = rehearse(api).json

    assert (answer["leads"], answer["moved"], answer["moves"]) == (2, 0, [])


def test_no_rules_is_not_the_same_as_rules_left_out(api, office):
    drains = make_team("Drains", [office.ben], office.mia)
    api.post("/rules", {"name": "Leaks", "when": LEAKS, "then": {"team": drains.id}})
    leads_come_in(api, "Leak")

    assert rehearse(api).json["moved"] == 0
    assert rehearse(api, rules=[]).json["moved"] == 1


def test_nothing_stored_in_those_days_is_all_zeros(api, office):
    answer = rehearse(api, days=365).json

    assert [answer[name] for name in ("leads", "moved", "turns_shifted", "reached_nobody", "held")] == [0] * 5


def test_a_key_that_may_only_read_may_rehearse(reader, office):
    assert rehearse(reader, teams=[{"id": office.plumbing.id, "tries": 1}]).status_code == 200


def test_an_outsider_may_not(outsider):
    assert rehearse(outsider).status_code == 401


def test_a_draft_stays_a_draft(api, office):
    rehearse(api, rules=[{"name": "Leaks", "then": {"rep": office.ben.id}}], teams=[{"name": "Roofs"}])

    db.session.rollback()
    assert (db.session.query(Rule).count(), db.session.query(Team).count()) == (0, 1)


@pytest.mark.parametrize("days", [None, 0, -1, 366, "30", 1.5, True])
def test_days_are_a_whole_number_of_at_most_a_year(api, days):
    assert wrong_fields(api.post("/routing/rehearsal", {"days": days})) == {"days"}


def test_days_are_needed(api):
    assert wrong_fields(api.post("/routing/rehearsal", {})) == {"days"}


def test_a_bad_draft_is_refused_with_the_place_and_the_words_of_saving_it(api, office):
    rep, plumbing = {"rep": office.ben.id}, office.plumbing.id
    for body, field in (
        ({"rules": [{"name": "A", "then": rep}, {"name": "B", "then": {"team": "nope"}}]}, "rules.1.then.team"),
        ({"rules": [{"name": "A", "then": rep, "when": [{"field": "x", "op": "like"}]}]}, "rules.0.when.0.op"),
        ({"rules": [{"name": "A", "then": {}}]}, "rules.0.then"),
        ({"rules": [{"then": rep}]}, "rules.0.name"),
        ({"rules": [{"name": "A"}]}, "rules.0.then"),
        ({"rules": [{"id": "nope"}]}, "rules.0.id"),
        ({"rules": [{"name": "A", "then": rep, "colour": "red"}]}, "rules.0.colour"),
        ({"rules": "all"}, "rules"),
        ({"teams": [{"id": plumbing, "fallback": "nope"}]}, "teams.0.fallback"),
        ({"teams": [{"id": plumbing, "claim_seconds": 0}]}, "teams.0.claim_seconds"),
        ({"teams": [{"id": plumbing, "hours": {"someday": []}}]}, "teams.0.hours.someday"),
        ({"teams": [{"id": plumbing}, {"id": plumbing}]}, "teams.1.id"),
        ({"teams": [{"name": "Roofs"}, {"name": "Roofs"}]}, "teams.1.name"),
        ({"teams": [{}]}, "teams.0.name"),
        ({"reps": [{"id": office.mia.id, "active": False}]}, "reps.0.active"),
        ({"reps": [{"id": office.ana.id, "email": "ben@example.com"}]}, "reps.0.email"),
        ({"reps": [None]}, "reps.0"),
        ({"sources": []}, "sources"),
    ):
        assert wrong_fields(rehearse(api, **body)) == {field}, body


def test_a_refused_draft_says_what_saving_it_says(api, office):
    rule = {"name": "A", "then": {"team": "nope"}}

    saved, rehearsed = api.post("/rules", rule), rehearse(api, rules=[rule])

    assert rehearsed.json["errors"][0]["message"] == saved.json["errors"][0]["message"]


def test_a_retired_thing_is_no_part_of_a_draft(api, office):
    roofs = api.post("/teams", {"name": "Roofs"}).json["id"]
    api.delete(f"/teams/{roofs}")

    assert wrong_fields(rehearse(api, teams=[{"id": roofs, "name": "Roofs"}])) == {"teams.0.id"}


def test_one_rehearsal_at_a_time_keeps_the_process_free_for_leads(api, monkeypatch):
    monkeypatch.setattr(rehearsal, "_PATIENCE_SECONDS", 0.01)

    with rehearsal._stage:
        refused = rehearse(api)

    assert refused.status_code == 409
    assert "Another rehearsal is running" in refused.json["detail"]
    assert rehearse(api).status_code == 200
