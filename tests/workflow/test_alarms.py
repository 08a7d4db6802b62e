"""What is wrong with the set-up is told to the owners once, and counted until it is put right."""

from __future__ import annotations

from sqlalchemy import delete, select

from leadapp.extensions import db
from leadapp.models import Alarm, Message, Rule
from leadapp.routing.values import LeadState
from leadapp.transaction import transaction
from leadapp.workflow.configuration.reps import change_rep, create_rep
from leadapp.workflow.configuration.teams import change_team, create_team, retire_team
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.people import set_presence
from tests.builders import Office, make_lead, make_rep, reread


def standing():
    alarms = db.session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id))
    return [(alarm.kind, alarm.subject, alarm.count) for alarm in alarms.all()]


def told(owner, cause):
    found = db.session.scalars(select(Message).where(Message.rep_id == owner.id).order_by(Message.id))
    return [message.body for message in found if message.cause.startswith(cause)]


def drains(clock):
    team_id = create_team({"name": "Drains"}, now=clock.now())
    with transaction():
        rule = {"name": "All", "position": 1, "conditions": [], "team_id": team_id, "created_at": clock.now()}
        db.session.add(Rule(**rule))
    return team_id


def test_a_team_that_is_being_set_up_sends_its_leads_to_its_fallback_and_the_owner_is_told_once(app, clock):
    office = Office()
    team_id = drains(clock)

    first, second = make_lead(), make_lead()

    assert [lead.state for lead in (first, second)] == [LeadState.QUEUED] * 2
    assert first.accountable_id == office.mia.id
    assert first.why["sentence"] == "Nobody is in Drains yet; Mia gets it."
    assert standing() == [("team_empty", team_id, 2)]
    [body] = told(office.olivia, "alarm:team_empty")
    assert "Drains has nobody in its rotation" in body


def test_the_alarm_is_over_when_somebody_joins(app, clock):
    Office()
    team_id = drains(clock)
    make_lead()

    create_rep({"name": "Carla", "email": "carla@example.com", "teams": [{"team": team_id}]}, now=clock.now())

    assert standing() == []


def test_with_no_fallback_there_an_owner_gets_it_and_it_says_so(app, clock):
    office = Office()
    for rep in (office.ana, office.ben, office.mia):
        set_presence(rep.id, state="out", now=clock.now())

    lead = make_lead()

    assert lead.accountable_id == office.olivia.id
    assert lead.why["sentence"].endswith("Olivia gets it as the last resort, because no fallback is there.")
    assert standing() == [("last_resort", office.plumbing.id, 1)]

    change_team(office.plumbing.id, {"fallback": office.olivia.id}, now=clock.now())

    assert standing() == []


def test_the_alarm_is_over_when_the_fallback_is_back(app, clock):
    office = Office()
    for rep in (office.ana, office.ben, office.mia):
        set_presence(rep.id, state="out", now=clock.now())
    make_lead()

    set_presence(office.mia.id, state="available", now=clock.now())

    assert standing() == []


def test_a_fallback_who_left_although_that_is_refused_leaves_the_lead_to_an_owner(app, clock):
    office = Office()
    with transaction():
        office.mia.active = False
    change_rep(office.ana.id, {"active": False}, now=clock.now())
    change_rep(office.ben.id, {"active": False}, now=clock.now())

    assert make_lead().accountable_id == office.olivia.id


def test_the_owner_is_told_after_the_second_ring_and_once(app, clock):
    office = Office(repeat_seconds=60)
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())
    lead = make_lead()
    assert told(office.olivia, "unanswered") == []

    for _ in range(3):
        clock.advance(60)
        advance_lead(lead.id, clock.now())

    assert reread(lead.id).rings == 4
    assert told(office.olivia, "unanswered") == [
        "Nobody takes a lead\nMia was rung twice and has not answered. Waiting 60 seconds.\nhttp://localhost/board"
    ]
    notes = [row.text for row in db.session.execute(select(db.text("text")).select_from(db.text("events")))]
    assert "Olivia was told: Mia was rung 2 times." in notes


def test_an_owner_who_is_rung_himself_is_not_told_of_it(app, clock):
    office = Office(repeat_seconds=60)
    for rep in (office.ana, office.ben):
        set_presence(rep.id, state="out", now=clock.now())
    change_team(office.plumbing.id, {"fallback": office.olivia.id}, now=clock.now())
    lead = make_lead()

    clock.advance(60)
    advance_lead(lead.id, clock.now())

    assert told(office.olivia, "unanswered") == []


def test_the_alarms_of_a_team_are_over_when_it_is_retired(app, clock):
    Office()
    team_id = drains(clock)
    make_lead()
    with transaction():
        db.session.execute(delete(Rule))

    retire_team(team_id, now=clock.now())

    assert standing() == []


def test_a_team_is_no_longer_empty_when_its_member_works_here_again(app, clock):
    office = Office()
    for rep in (office.ana, office.ben):
        change_rep(rep.id, {"active": False}, now=clock.now())
    make_lead()
    assert standing() == [("team_empty", office.plumbing.id, 1)]

    change_rep(office.ana.id, {"active": True}, now=clock.now())

    assert standing() == []


def test_the_last_resort_is_over_when_a_cover_stands_in(app, clock):
    office = Office()
    for rep in (office.ana, office.ben, office.mia):
        set_presence(rep.id, state="out", now=clock.now())
    make_lead()
    assert [kind for kind, _subject, _count in standing()] == ["last_resort"]

    set_presence(office.mia.id, state="out", cover_id=make_rep("Noa").id, now=clock.now())

    assert standing() == []
