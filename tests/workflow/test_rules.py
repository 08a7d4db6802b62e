"""Rules as leads meet them: near misses, fields that are blank, rules that cannot be followed."""

from __future__ import annotations

import pytest
from sqlalchemy import event, update

from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Alarm, AlarmKind, Event, Message, Rule, RuleBlank, Team
from leadapp.routing.values import AfterHours
from leadapp.transaction import transaction
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.configuration import reps, rules
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.intake import store_together
from leadapp.workflow.preview import preview_lead
from leadapp.workflow.roster import read_roster
from tests.builders import Office, make_lead, make_team, reread


def make_rule(clock, *conditions, name="North", **then):
    when = [dict(zip(("field", "op", "value"), condition, strict=True)) for condition in conditions]
    return rules.create_rule({"name": name, "when": when, "then": then}, now=clock.now())


def counts():
    return {(row.field, row.leads, row.last_at) for row in db.session.query(RuleBlank).populate_existing()}


def standing():
    return db.session.query(Alarm).filter(Alarm.cleared_at.is_(None)).populate_existing().all()


def captures(clock, *leads):
    return [Capture(from_fields(lead, country="US", now=clock.now()), clock.now()) for lead in leads]


def test_a_near_miss_of_a_listed_city_goes_by_the_rule_and_says_so(app, clock):
    office = Office()
    drains = make_team("Drains", [office.ben], office.mia)
    make_rule(clock, ("city", "is", "Philadelphia"), name="Philly", team=drains.id)

    lead = make_lead(city="Philadelfia, PA")

    assert lead.team_id == drains.id
    assert lead.city == "Philadelfia, PA"
    said = "Ben's turn in Drains by the rule Philly; Philadelfia, PA read as Philadelphia."
    assert lead.why["sentence"] == said
    assert db.session.query(Event).filter_by(lead_id=lead.id, kind="routed").one().text == said


def test_codes_without_a_country_are_read_where_the_business_is(app, clock):
    office = Office()
    drains = make_team("Drains", [office.ben], office.mia)
    make_rule(clock, ("postcode", "is", "02100-02199"), team=drains.id)

    assert make_lead(postcode="2139").team_id == drains.id
    assert make_lead(postcode="2139", country="Australia").team_id == office.plumbing.id


def test_leads_that_fell_through_for_a_blank_field_are_counted_per_rule_and_field(app, clock):
    office = Office()
    make_rule(clock, ("postcode", "starts_with", "941"), team=office.plumbing.id)
    make_rule(clock, ("city", "is", "Rome"), name="South", team=office.plumbing.id)
    make_lead(postcode="Select", city="Oslo")
    clock.advance(60)

    lead = make_lead(postcode="n/a", city="Oslo")

    assert counts() == {("postcode", 2, clock.now())}
    assert lead.why["sentence"].endswith("; the postcode was blank, so the rule North could not match.")


def test_a_lead_is_counted_once_however_often_it_is_routed(app, clock):
    office = Office(hours={"mon": [["08:00", "17:00"]]}, after_hours=AfterHours.HOLD)
    make_rule(clock, ("city", "is", "Rome"), team=office.plumbing.id)
    held = make_lead()

    clock.advance((held.next_due_at - clock.now()).total_seconds())
    advance_lead(held.id, clock.now())

    assert reread(held.id).state == "offered"
    assert {leads for _field, leads, _at in counts()} == {1}


def test_a_preview_counts_nothing(app, clock):
    office = Office()
    make_rule(clock, ("city", "is", "Rome"), team=office.plumbing.id)
    make_rule(clock, ("city", "not_blank", None), name="Broken", rep=office.ben.id)

    found = preview_lead(from_fields({"message": "Hi"}, country="US", now=clock.now()), now=clock.now())

    assert "the city was blank" in found.why["sentence"]
    assert counts() == set()


def test_what_a_group_was_blank_in_is_written_in_one_statement(app, clock):
    office = Office()
    make_rule(clock, ("city", "is", "Rome"), ("postcode", "is", "00100"), team=office.plumbing.id)
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    store_together(captures(clock, *({"message": f"Leak {number}"} for number in range(6))))

    assert sum("rule_blanks" in statement for statement in asked) == 1
    assert counts() == {("city", 6, clock.now()), ("postcode", 6, clock.now())}


def test_a_lead_whose_routing_broke_is_not_counted(app, clock, monkeypatch):
    office = Office()
    make_rule(clock, ("city", "is", "Rome"), team=office.plumbing.id)
    with monkeypatch.context() as broken:
        broken.setattr("leadapp.workflow.alerts.alert_offer", lambda *_: 1 / 0)
        make_lead()

    assert counts() == set()


def test_a_field_that_a_rule_no_longer_asks_for_is_forgotten(app, clock):
    office = Office()
    when = ("city", "is", "Rome"), ("postcode", "is", "00100")
    rule_id = make_rule(clock, *when, team=office.plumbing.id)
    make_lead()

    rules.change_rule(rule_id, {"when": [{"field": "city", "op": "is", "value": "Rome"}]}, now=clock.now())

    assert {field for field, _leads, _at in counts()} == {"city"}


BROKEN = [
    [{"field": "city", "op": "sounds_like", "value": "x"}],
    [{"field": "city", "op": "is", "value": []}],
    [{"op": "is"}],
    ["city is Rome"],
    [None],
]


@pytest.mark.parametrize("conditions", BROKEN)
def test_a_broken_rule_is_skipped_and_the_owner_is_told_once(app, clock, conditions):
    office = Office()
    with transaction():
        db.session.add(
            Rule(name="North", position=1, conditions=conditions, rep_id=office.mia.id, created_at=clock.now())
        )
    make_rule(clock, name="Rest", rep=office.ben.id)

    first = make_lead()
    second = make_lead()

    assert {first.accountable_id, second.accountable_id} == {office.ben.id}
    [alarm] = standing()
    assert (alarm.kind, alarm.count) == (AlarmKind.RULE_SKIPPED, 2)
    assert alarm.text.startswith("The rule North is skipped: ")
    told = db.session.query(Message).filter(Message.cause.startswith("alarm:")).all()
    assert {message.rep_id for message in told} == {office.olivia.id}
    assert len({message.cause for message in told}) == 1
    assert "the rule North could not be followed" in second.why["sentence"]


def test_a_broken_rule_met_by_a_whole_group_is_one_alarm_that_counts(app, clock):
    office = Office()
    with transaction():
        db.session.add(Rule(name="North", position=1, conditions=[None], rep_id=office.mia.id, created_at=clock.now()))

    store_together(captures(clock, *({"message": f"Leak {number}"} for number in range(4))))

    assert [alarm.count for alarm in standing()] == [4]


def test_a_rule_whose_rep_left_is_skipped_until_he_is_back(app, clock):
    office = Office()
    make_rule(clock, rep=office.ben.id)
    reps.retire_rep(office.ben.id, now=clock.now())

    lead = make_lead()

    assert lead.why["rule"] is None
    assert [alarm.text for alarm in standing()] == [
        "The rule North is skipped: it names Ben, who no longer works here. Name somebody else."
    ]

    reps.change_rep(office.ben.id, {"active": True}, now=clock.now())

    assert standing() == []
    assert make_lead().accountable_id == office.ben.id


def test_a_rule_that_lost_its_rep_but_has_its_team_is_followed_and_told(app, clock):
    office = Office()
    drains = make_team("Drains", [office.ana], office.mia)
    make_rule(clock, team=drains.id, rep=office.ben.id)
    reps.retire_rep(office.ben.id, now=clock.now())

    lead = make_lead()

    assert (lead.team_id, lead.accountable_id) == (drains.id, office.ana.id)
    assert [alarm.text for alarm in standing()] == [
        "The rule North names Ben, who no longer works here: its leads go to Drains in turn. Name somebody else."
    ]


def test_a_rule_whose_team_was_retired_behind_its_back_is_skipped(app, clock):
    office = Office()
    drains = make_team("Drains", [office.ben], office.mia)
    make_rule(clock, team=drains.id)
    with transaction():
        db.session.execute(update(Team).where(Team.id == drains.id).values(retired_at=clock.now()))

    lead = make_lead()

    assert lead.team_id == office.plumbing.id
    assert [alarm.text for alarm in standing()] == ["The rule North is skipped: its team is retired. Name another."]


@pytest.mark.parametrize("put_right", ["change", "retire"])
def test_the_alarm_ends_when_the_rule_is_changed_or_retired(app, clock, put_right):
    office = Office()
    rule_id = make_rule(clock, rep=office.ben.id)
    reps.retire_rep(office.ben.id, now=clock.now())
    make_lead()

    if put_right == "change":
        rules.change_rule(rule_id, {"then": {"rep": office.ana.id}}, now=clock.now())
    else:
        rules.retire_rule(rule_id, now=clock.now())

    assert standing() == []
    make_lead()
    assert standing() == []


def test_rules_are_made_ready_anew_only_when_one_has_changed(app, clock):
    office = Office()
    rule_id = make_rule(clock, rep=office.ben.id)
    first = read_roster().rule_facts

    assert read_roster().rule_facts is first
    rules.change_rule(rule_id, {"name": "South"}, now=clock.now())
    assert [rule.name for rule in read_roster().rule_facts] == ["South"]
