"""A closed team holds its leads and tells the customers when it opens; at opening they go in the order they came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadapp.extensions import db
from leadapp.models import Membership, Message
from leadapp.queries.leads import lead_shape
from leadapp.routing.values import AfterHours, LeadState
from leadapp.transaction import transaction
from leadapp.workflow.configuration.sources import change_source
from leadapp.workflow.configuration.teams import change_team, create_team, retire_team
from leadapp.workflow.escalation import advance_due_leads, advance_lead, take_due_leads
from leadapp.workflow.ownership import assign_lead, close_lead
from tests.builders import Office, make_lead, make_rep, make_source, pending_offer, reread

# The moving clock starts on Sunday 2026-11-22, 10:00 UTC.
WEEKDAYS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OPENING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def night_office(**team):
    return Office(hours=WEEKDAYS, after_hours=AfterHours.HOLD, **team)


def night_of(clock, count):
    leads = []
    for _ in range(count):
        leads.append(make_lead())
        clock.advance(600)
    assert {lead.state for lead in leads} == {LeadState.HELD}
    return leads


def advance_to(clock, moment):
    clock.advance((moment - clock.now()).total_seconds())


def test_at_opening_seven_held_leads_are_spread_over_three_reps_the_oldest_first(app, clock):
    office = night_office()
    carla = make_rep("Carla")
    with transaction():
        db.session.add(Membership(team_id=office.plumbing.id, rep_id=carla.id, joined_at=clock.now()))
    leads = night_of(clock, 7)
    advance_to(clock, OPENING)

    while advance_due_leads(clock.now(), 2):
        clock.advance(0.01)

    offers = [pending_offer(lead) for lead in leads]
    assert [offer.offered_at for offer in offers] == sorted(offer.offered_at for offer in offers)
    asked = [offer.rep_id for offer in offers]
    assert asked == [office.ana.id, office.ben.id, carla.id] * 2 + [office.ana.id]


@pytest.mark.parametrize("how", ["together", "leased"])
def test_the_oldest_goes_first_whatever_they_were_due(app, clock, how):
    night_office()
    older, newer = night_of(clock, 2)
    with transaction():
        reread(older.id).next_due_at = OPENING + timedelta(minutes=5)
    advance_to(clock, OPENING + timedelta(minutes=10))

    if how == "together":
        advance_due_leads(clock.now(), 1)
    else:
        assert take_due_leads(clock.now()) == [older.id, newer.id]
        advance_lead(older.id, clock.now())

    assert reread(older.id).state is LeadState.OFFERED
    assert reread(newer.id).state is LeadState.HELD


@pytest.mark.parametrize(
    ("language", "time_zone", "said"),
    [
        ("en", "UTC", "about Slow drain. We open tomorrow at 8:00 AM; Mia or a colleague will call you then."),
        ("es", "UTC", "Abrimos mañana a las 8:00 AM; Mia o un colega le llama entonces."),
        ("en", "Pacific/Kiritimati", "We open today at 8:00 AM; Mia or a colleague will call you then."),
    ],
)
def test_the_customer_is_told_at_once_when_the_team_opens_there(app, clock, language, time_zone, said):
    night_office(time_zone=time_zone)

    lead = make_lead(phone="(415) 555-0123", language=language, service="Slow drain")

    [text] = db.session.query(Message).filter_by(lead_id=lead.id, cause=f"captured:{lead.id}")
    assert said in text.body


def test_the_timeline_says_until_when_it_is_held_and_says_it_once(app, clock):
    office = night_office(urgent_after_hours=AfterHours.HOLD)
    lead = make_lead(phone="(415) 555-0123")
    clock.advance(60)
    make_lead(phone="(415) 555-0123", message="A pipe burst and it is flooding")
    advance_due_leads(clock.now(), 10)

    held = [row["text"] for row in lead_shape(lead.id)["timeline"] if row["kind"] == "held"]
    assert (reread(lead.id).state, reread(lead.id).urgent) == (LeadState.HELD, True)
    assert held == ["Outside opening hours: Mia keeps it until the team opens: Monday, November 23 at 8:00 AM."]
    assert reread(lead.id).next_due_at == OPENING
    assert office.mia.id == reread(lead.id).accountable_id


@pytest.mark.parametrize(
    ("change", "state", "due"),
    [
        ({"hours": WEEKDAYS | {"mon": [["07:00", "17:00"]]}}, LeadState.HELD, OPENING - timedelta(hours=1)),
        ({"hours": WEEKDAYS | {"closures": ["2026-11-23"]}}, LeadState.HELD, OPENING + timedelta(days=1)),
        ({"time_zone": "America/New_York"}, LeadState.HELD, OPENING + timedelta(hours=5)),
        ({"hours": {}}, LeadState.OFFERED, None),
        ({"after_hours": "route"}, LeadState.OFFERED, None),
    ],
)
def test_hours_changed_meanwhile_hold_for_what_already_waits(app, clock, change, state, due):
    office = night_office()
    lead = make_lead()

    change_team(office.plumbing.id, change, now=clock.now())
    advance_due_leads(clock.now(), 10)

    assert reread(lead.id).state is state
    assert due is None or reread(lead.id).next_due_at == due


def test_a_change_of_something_else_leaves_what_waits_alone(app, clock):
    office = night_office()
    lead = make_lead()

    change_team(office.plumbing.id, {"claim_seconds": 60}, now=clock.now())

    assert reread(lead.id).next_due_at == OPENING
    assert advance_due_leads(clock.now(), 10) == 0


def test_one_customers_held_leads_go_to_one_rep_when_they_open_together(app, clock):
    office = night_office(merge_seconds=600)
    first = make_lead(name="Dana", phone="+14155550123")
    clock.advance(3600)
    second = make_lead(name="Dana", phone="+14155550123")
    assert second.linked_lead_id == first.id
    advance_to(clock, OPENING)

    assert advance_due_leads(clock.now(), 10) == 2

    assert [pending_offer(lead).rep_id for lead in (first, second)] == [office.ana.id] * 2


def test_a_neighbours_lead_that_was_closed_meanwhile_no_longer_counts(app, clock):
    office = night_office()
    closed = make_lead(name="Dana", email="dana@example.com", phone="+14155550123")
    assign_lead(closed.id, office.ben.id, now=clock.now())
    linked = make_lead(name="Sam", email="sam@example.com", phone="+14155550123")
    close_lead(closed.id, outcome="spam", now=clock.now())
    advance_to(clock, OPENING)

    advance_lead(linked.id, clock.now())

    assert reread(linked.id).why["sentence"] == "Ana's turn in Plumbing."


def test_leads_held_by_a_team_that_is_retired_are_decided_again_at_once(app, clock):
    office = Office()
    roofs = create_team({"name": "Roofs", "hours": WEEKDAYS, "after_hours": "hold"}, now=clock.now())
    source = make_source(team_id=roofs)
    held = make_lead(through=source)
    assert held.state is LeadState.HELD
    change_source(source.id, {"team": None}, now=clock.now())

    retire_team(roofs, now=clock.now())
    advance_due_leads(clock.now(), 10)

    assert (reread(held.id).team_id, pending_offer(held).rep_id) == (office.plumbing.id, office.ana.id)
