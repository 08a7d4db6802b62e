"""A draft is rehearsed on stored leads, with the presences as they were, and nothing is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Table, select

from leadapp.extensions import db
from leadapp.models import Absence, Base, Business, Contact, Lead, Membership, Team
from leadapp.routing.values import Because, LeadState, Presence
from leadapp.transaction import transaction
from leadapp.workflow.configuration.draft import Draft
from leadapp.workflow.configuration.rules import create_rule
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import record_contact
from leadapp.workflow.people import set_presence
from leadapp.workflow.rehearsal import rehearse_stored
from tests.builders import Office, make_lead, make_rep, make_team, pending_offer

LEAKS = [{"field": "service", "op": "is", "value": "Leak"}]


@pytest.fixture
def office(app, clock):
    office = Office()
    office.drains = make_team("Drains", [office.ben], office.mia)
    return office


def leads_came_in(clock, *services, every=60):
    """One after the other, each from somebody else."""
    leads = []
    for number, service in enumerate(services):
        leads.append(make_lead(service=service, name=f"Customer {number}"))
        clock.advance(every)
    return leads


AS_IT_IS = Draft()


def rehearse(clock, draft=AS_IT_IS, days=30, **more):
    return rehearse_stored(draft, days=days, now=clock.now(), **more)


def was_away(rep, starts_at, ends_at, state=Presence.OUT, cover=None):
    with transaction():
        db.session.add(
            Absence(
                rep_id=rep.id, state=state, starts_at=starts_at, ends_at=ends_at, declared_at=starts_at,
                cover_id=cover.id if cover else None,
            )
        )  # fmt: skip


def given(found):
    """Leads before and after, by name."""
    return {found.names[load.rep_id]: (load.before, load.after) for load in found.comparison.loads}


def everything_stored():
    db.session.rollback()
    tables: list[Table] = Base.metadata.sorted_tables
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}


def test_a_rule_that_is_drafted_moves_the_leads_it_takes_and_no_others(clock, office):
    leads = leads_came_in(clock, "Leak", "Drain", "Leak")

    rules = [{"name": "Leaks", "when": LEAKS, "then": {"team": office.drains.id}}]
    found = rehearse(clock, Draft(rules=rules))

    moves = found.comparison.moves
    assert [move.before.lead_id for move in moves] == [leads[0].id, leads[2].id]
    assert {found.names[move.after.why.team_id] for move in moves} == {"Drains"}
    assert found.lead_names == {leads[0].id: "Customer 0", leads[2].id: "Customer 2"}
    assert given(found) == {"Ana": (2, 1), "Ben": (1, 2)}


def test_nothing_is_written_and_no_turn_is_used(clock, office):
    create_rule({"name": "Old", "when": LEAKS, "then": {"team": office.drains.id}}, now=clock.now())
    leads_came_in(clock, "Leak", "Drain", "Leak")
    before = everything_stored()

    draft = Draft(
        rules=[{"name": "New", "when": [], "then": {"team": "Roofs", "rep": "Dana"}}],
        teams=[{"name": "Roofs", "fallback": "Dana"}, {"id": office.plumbing.id, "default": True, "tries": 3}],
        reps=[{"name": "Dana", "teams": [{"team": "Roofs"}]}, {"id": office.ben.id, "active": False}],
    )
    found = rehearse(clock, draft)

    assert len(found.comparison.moves) == 3
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        ({"rules": [{"name": "A", "when": [], "then": {"urgent": True}}, {"name": "B", "then": {}}]}, {"rules.1.then"}),
        ({"rules": [{"name": "A", "when": [], "then": {"team": "nowhere"}}]}, {"rules.0.then.team"}),
        ({"rules": [{"id": "gone", "name": "A"}]}, {"rules.0.id"}),
        ({"teams": [{"name": "Roofs", "fallback": "nobody"}]}, {"teams.0.fallback"}),
        ({"teams": [{"name": "Roofs", "hours": {"mon": "all day"}}]}, {"teams.0.hours.mon"}),
        ({"reps": [{"name": "Dana", "teams": [{"team": "nowhere"}]}]}, {"reps.0.teams.0.team"}),
        ({"reps": [{"name": "Dana", "phone": "12"}]}, {"reps.0.phone"}),
    ],
)
def test_a_draft_that_could_not_be_saved_is_refused_as_saving_it_would_be(clock, office, draft, fields):
    before = everything_stored()

    with pytest.raises(Invalid) as refused:
        rehearse(clock, Draft(**draft))

    assert {field for field, _message in refused.value.errors} == fields
    assert everything_stored() == before


def test_a_draft_may_say_a_name_where_an_id_would_stand(clock, office):
    lead, _ = leads_came_in(clock, "Leak", "Drain")

    rules = [{"name": "Leaks", "when": LEAKS, "then": {"team": "Drains", "rep": "Ben"}}]
    teams = [{"id": office.drains.id, "fallback": "Olivia"}]
    found = rehearse(clock, Draft(rules=rules, teams=teams))

    [move] = found.comparison.moves
    assert (move.before.lead_id, found.names[move.after.why.team_id]) == (lead.id, "Drains")


def test_of_namesakes_a_draft_must_say_which(clock, office):
    make_rep("Ben", email="another@example.com", phone="+14155550177")

    with pytest.raises(Invalid) as refused:
        rehearse(clock, Draft(rules=[{"name": "All", "when": [], "then": {"rep": "Ben"}}]))

    assert refused.value.errors[0][0] == "rules.0.then.rep"


def test_the_fallback_cannot_leave_in_a_draft_either_unless_another_takes_his_place(clock, office):
    leaves = [{"id": office.mia.id, "active": False}]
    another = [{"id": team.id, "fallback": office.olivia.id} for team in (office.plumbing, office.drains)]

    with pytest.raises(Invalid) as refused:
        rehearse(clock, Draft(reps=leaves))

    assert refused.value.errors[0][0] == "reps.0.active"
    assert rehearse(clock, Draft(reps=leaves, teams=another)).comparison.leads == 0


def test_rules_are_tried_in_the_order_listed_and_one_not_listed_is_gone(clock, office):
    to_drains, to_ana = {"team": office.drains.id}, {"rep": office.ana.id}
    ids = {
        name: create_rule({"name": name, "when": LEAKS, "then": then}, now=clock.now())
        for name, then in (("Drains", to_drains), ("Ana", to_ana), ("Unused", to_ana))
    }
    leads_came_in(clock, "Leak")

    def goes_to(*rules):
        found = rehearse(clock, Draft(rules=rules))
        return [move.after.why.rule_id for move in found.comparison.moves]

    assert goes_to({"id": ids["Drains"]}, {"id": ids["Ana"]}) == []
    assert goes_to({"id": ids["Ana"]}, {"id": ids["Drains"]}) == [ids["Ana"]]
    assert goes_to({"id": ids["Drains"]}, {"id": ids["Ana"], "position": 0}) == []
    assert goes_to({"id": ids["Drains"], "position": 1}, {"id": ids["Ana"], "position": 0}) == [ids["Ana"]]
    assert goes_to() == [None]


def test_whoever_was_away_in_the_past_is_given_nothing_of_that_time(clock, office):
    began = clock.now()
    leads_came_in(clock, *["Drain"] * 6)
    was_away(office.ana, began + timedelta(seconds=90), began + timedelta(seconds=270))

    assert given(rehearse(clock)) == {"Ana": (2, 2), "Ben": (4, 4)}


def test_who_is_away_today_was_there_then(clock, office):
    leads_came_in(clock, "Drain", "Drain")
    was_away(office.ana, clock.now(), None)
    with transaction():
        db.session.get_one(type(office.ana), office.ana.id).presence = Presence.OUT

    assert given(rehearse(clock)) == {"Ana": (1, 1), "Ben": (1, 1)}


def test_the_turns_of_today_do_not_count(clock, office):
    leads_came_in(clock, "Drain")
    with transaction():
        db.session.get_one(Membership, (office.plumbing.id, office.ana.id)).virtual_start = 50.0
        db.session.get_one(Team, office.plumbing.id).virtual_time = 50.0

    assert given(rehearse(clock)) == {"Ana": (1, 1), "Ben": (0, 0)}


def test_only_leads_of_these_days_are_rehearsed(clock, office):
    leads_came_in(clock, "Drain")
    clock.advance(3 * 24 * 3600)
    leads_came_in(clock, "Drain")

    assert rehearse(clock, days=1).comparison.leads == 1
    assert rehearse(clock, days=30).comparison.leads == 2


def test_days_without_a_lead_are_all_zeros(clock, office):
    found = rehearse(clock, Draft(rules=[]), days=365)

    assert (found.comparison.leads, found.comparison.moves, found.comparison.turns_shifted) == (0, (), 0)
    assert given(found) == {"Ana": (0, 0), "Ben": (0, 0)}


def test_a_blank_field_is_counted_for_the_rule_it_kept_from_matching(clock, office):
    leads_came_in(clock, "Select", "Leak", "")

    rules = [{"name": "Leaks", "when": LEAKS, "then": {"team": office.drains.id}}]
    found = rehearse(clock, Draft(rules=rules))

    [blank] = found.comparison.blanks
    assert (found.names[blank.rule_id], blank.field, blank.leads) == ("Leaks", "service", 2)


def test_an_owner_from_before_these_days_gets_his_customer(clock, office):
    dana = {"name": "Dana", "phone": "+14155550123"}
    known = make_lead(**dana)
    accept_offer(pending_offer(known).id, now=clock.now())
    record_contact(known.id, kind="call", now=clock.now())
    clock.advance(5 * 24 * 3600)
    leads_came_in(clock, "Drain", "Drain")
    make_lead(**dana)

    found = rehearse(clock, Draft(reps=[{"id": office.ana.id, "active": False}]), days=2)

    hers = found.comparison.moves[-1]
    assert (hers.before.why.because, found.names_now[hers.before.rep_id]) == (Because.OWNER, "Ana")
    assert hers.after.why.because is Because.TURN


def test_an_owner_from_before_who_worked_with_his_customer_again_is_still_the_owner_from_before(clock, office):
    dana = {"name": "Dana", "phone": "+14155550123"}
    for _ in range(2):
        lead = make_lead(**dana)
        accept_offer(pending_offer(lead).id, now=clock.now())
        record_contact(lead.id, kind="call", now=clock.now())
        clock.advance(5 * 24 * 3600)

    found = rehearse(clock, Draft(rules=[{"name": "Ben", "when": [], "then": {"rep": office.ben.id}}]), days=7)

    assert (found.comparison.leads, found.comparison.moves) == (1, ())
    assert given(found) == {"Ana": (1, 1), "Ben": (0, 0)}


def test_of_two_absences_at_once_the_one_declared_last_counts(clock, office):
    began = clock.now()
    leads_came_in(clock, "Drain")
    was_away(office.ana, began, began + timedelta(hours=1), Presence.OUT)
    was_away(office.ana, began - timedelta(hours=1), began + timedelta(hours=1), Presence.BUSY)

    found = rehearse(clock, Draft(reps=[{"id": office.ben.id, "active": False}]))

    [move] = found.comparison.moves
    assert dict(move.after.refused)[office.ana.id] == "out"


def test_a_customer_who_became_somebodys_in_these_days_is_whose_the_rehearsal_makes_him(clock, office):
    dana = {"name": "Dana", "phone": "+14155550123"}
    first = make_lead(**dana, service="Leak")
    accept_offer(pending_offer(first).id, now=clock.now())
    record_contact(first.id, kind="call", now=clock.now())
    clock.advance(2 * 24 * 3600)
    again = make_lead(**dana)
    assert db.session.get_one(Contact, first.contact_id).owner_id == office.ana.id

    rules = [{"name": "Leaks", "when": LEAKS, "then": {"team": office.drains.id}}]
    found = rehearse(clock, Draft(rules=rules))

    assert [move.after.why.because for move in found.comparison.moves] == [Because.TURN, Because.OWNER]
    assert [found.names[move.after.rep_id] for move in found.comparison.moves] == ["Ben", "Ben"]
    assert found.comparison.moves[1].before.lead_id == again.id


def test_a_full_rep_is_free_again_when_the_customer_was_really_reached(clock, office):
    for seconds in (600, 60):
        lead = make_lead(service="Drain", name=f"{seconds}")
        accept_offer(pending_offer(lead).id, now=clock.now())
        clock.advance(seconds)
        record_contact(lead.id, kind="call", now=clock.now())

    both = [{"id": office.ana.id, "max_open": 1}, {"id": office.ben.id, "max_open": 1, "teams": []}]
    found = rehearse(clock, Draft(reps=both))

    assert found.comparison.nobody == (0, 0)
    with transaction():
        slow = db.session.scalars(select(Lead).order_by(Lead.id)).first()
        slow.contacted_at += timedelta(seconds=30)
    assert rehearse(clock, Draft(reps=both)).comparison.nobody == (0, 1)


def test_the_same_again_says_the_same(clock, office):
    leads_came_in(clock, *["Leak", "Drain", "Select"] * 5)
    plumbing = office.plumbing.id
    draft = Draft(reps=[{"name": name, "teams": [{"team": plumbing, "weight": 2}]} for name in ("Dana", "Dev")])

    first, second = rehearse(clock, draft), rehearse(clock, draft)

    assert [load.after for load in first.comparison.loads] == [load.after for load in second.comparison.loads]
    assert len(first.new) == 2


def test_more_leads_than_may_be_are_refused_before_they_are_read(clock, office):
    leads_came_in(clock, "Leak", "Leak")

    with pytest.raises(Invalid, match="There are 2 leads in these days, and 1 can be rehearsed"):
        rehearse(clock, most=1)


def test_without_a_team_there_is_nothing_to_rehearse(app, clock):
    olivia = make_rep("Olivia")
    with transaction():
        db.session.add(Business(id=1, name="Harbor Plumbing", fallback_id=olivia.id))

    with pytest.raises(Conflict, match="no team yet"):
        rehearse(clock)


def test_a_rehearsal_keeps_nobody_from_storing_a_lead_meanwhile(clock, office):
    leads_came_in(clock, "Drain")
    stored = []

    def store_one(share):
        stored.append(make_lead(name="Meanwhile"))

    rehearse(clock, Draft(rules=[]), progress=store_one)

    assert [lead.state for lead in stored] == [LeadState.OFFERED] * 2


def test_a_rehearsal_has_done_with_the_database_before_it_sends_the_first_lead_on_its_way(clock, office):
    """However long it takes, it holds no connection, no lock and no old moment of the database meanwhile."""
    leads_came_in(clock, "Drain")
    is_reading = []

    rehearse(clock, Draft(rules=[]), progress=lambda _share: is_reading.append(db.session().in_transaction()))

    assert is_reading == [False, False]


def test_drafts_and_leads_at_the_same_time_never_wait_for_each_other_in_a_circle(app, clock, office):
    """A draft touches the rows of teams, then of members; a lead takes the routing lock, then writes to both; somebody
    who goes or comes back holds his own row, then takes the routing lock."""
    draft = Draft(
        teams=[{"id": team.id, "tries": 3} for team in (office.drains, office.plumbing)],
        reps=[{"id": rep.id, "teams": [{"team": office.plumbing.id}]} for rep in (office.ana, office.ben)],
    )

    def draft_again(_number):
        with app.app_context():
            for _ in range(6):
                rehearse(clock, draft)

    def store_again(number):
        with app.app_context():
            return [make_lead(name=f"{number} {each}").state for each in range(12)]

    def go_and_come_back(rep):
        with app.app_context():
            for turn, state in enumerate(("out", "available") * 6):
                set_presence(rep.id, state=state, now=clock.now() + timedelta(seconds=turn))

    with ThreadPoolExecutor(6) as pool:
        drafts = [pool.submit(draft_again, number) for number in range(2)]
        leads = [pool.submit(store_again, number) for number in range(2)]
        people = [pool.submit(go_and_come_back, rep) for rep in (office.ana, office.ben)]
        for each in (*drafts, *people):
            each.result()

    assert {state for each in leads for state in each.result()} <= {LeadState.OFFERED, LeadState.QUEUED}
