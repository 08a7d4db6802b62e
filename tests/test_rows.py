"""Rows that travel together are the rows that would have travelled alone, on both databases."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import StatementError

from leadapp.extensions import db
from leadapp.models import Base, Channel, Event, EventKind, Lead, Membership, Message, Rep
from leadapp.rows import read_rows
from leadapp.transaction import transaction
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.writing import add, change, new, rows_written_at_once
from tests.builders import Office, make_lead, pending_offer

TABLES = Base.metadata.sorted_tables
EVERYTHING = tuple(select(table).order_by(*table.primary_key) for table in TABLES)
NAMED = select(Rep.id, Rep.name).where(Rep.name.in_(bindparam("names", expanding=True))).order_by(Rep.name)
NOBODY = select(Rep.__table__).where(Rep.name == "Nobody")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def office(app, clock) -> Office:
    return Office()


def test_what_is_read_together_is_what_is_read_alone(office, clock):
    make_lead(message="¿Agua? \\u0000 “burst” \\ 💧", attributes={"Budget": 1.5, "Tags": ["a", None]})
    accept_offer(pending_offer(make_lead(phone="+14155550199")).id, now=clock.now())
    alone = [[dict(row._mapping) for row in db.session.connection().execute(each)] for each in EVERYTHING]

    together = read_rows(*EVERYTHING)

    for table, ours, plain in zip(TABLES, together, alone, strict=True):
        rows = [{column.name: getattr(row, column.name) for column in table.columns} for row in ours]
        assert rows == plain
        assert [_types(row) for row in rows] == [_types(row) for row in plain]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # its zone is how it writes a moment
def test_a_moment_is_in_utc_whatever_the_zone_of_the_server(office):
    db.session.execute(text("SET TIME ZONE 'Asia/Tokyo'"))

    [reps] = read_rows(select(Rep.__table__))

    assert {row.created_at.tzinfo for row in reps} == {UTC}


def test_questions_share_their_parameters_and_may_find_nothing(office):
    named, nobody, again = read_rows(NAMED, NOBODY, NAMED, names=["Ben", "Ana"])

    assert [row.name for row in named] == [row.name for row in again] == ["Ana", "Ben"]
    assert not nobody


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_all_rows_of_a_lead_are_one_statement_where_each_is_a_round_trip(office):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    make_lead()

    written = [statement for statement in asked if "INSERT" in statement or "UPDATE memberships" in statement]
    assert len(written) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=TEXT, attributes=st.dictionaries(TEXT, JSON, max_size=4), number=st.none() | TEXT)
def test_whatever_can_be_stored_comes_back_as_it_was(office, clock, message, attributes, number):
    pattern = make_lead()
    given_values = {column.name: getattr(pattern, column.name) for column in Lead.__table__.columns}
    given_values |= {"message": message, "attributes": attributes, "external_id": number, "why": None}
    del given_values["id"]
    with transaction(), rows_written_at_once():
        row = new(Lead, **given_values)
        add(row)

    stored = db.session.connection().execute(select(Lead.__table__).where(Lead.id == row.id)).one()

    assert dict(stored._mapping) == vars(row)


def test_a_moment_keeps_its_instant_and_must_have_a_zone(office, clock):
    lead = make_lead()
    tokyo = clock.now().astimezone(timezone(timedelta(hours=9)))
    note = {"lead_id": lead.id, "kind": EventKind.NOTE}
    with transaction():
        add(new(Event, at=tokyo, text="In Tokyo.", **note))

    assert db.session.scalar(select(Event.at).where(Event.text == "In Tokyo.")) == clock.now()
    with pytest.raises((ValueError, StatementError), match="time zone"), transaction():
        add(new(Event, at=clock.now().replace(tzinfo=None), text="Nowhere.", **note))


def test_a_misspelt_column_is_an_error_and_never_a_lost_value(office, clock):
    lead = make_lead()

    with pytest.raises(TypeError, match="texte"), transaction():
        add(new(Event, lead_id=lead.id, at=clock.now(), kind=EventKind.NOTE, text="Kept?", texte="Lost."))

    assert db.session.scalar(select(Event.id).where(Event.text == "Kept?")) is None


def test_a_change_of_a_row_replaces_the_one_before_it_and_leaves_its_other_columns(office, clock):
    team_id, ben = office.plumbing.id, office.ben.id
    before = _member(team_id, ben)
    with transaction(), rows_written_at_once():
        change(Membership, [{"team_id": team_id, "rep_id": ben, "virtual_start": 0.1, "last_offer_at": None}])
        change(Membership, [{"team_id": team_id, "rep_id": ben, "virtual_start": 1 / 3, "last_offer_at": clock.now()}])

    assert _member(team_id, ben) == before | {"virtual_start": 1 / 3, "last_offer_at": clock.now()}


def test_who_is_told_the_same_twice_at_one_moment_is_told_once(office, clock):
    lead = make_lead()
    told = {"lead_id": lead.id, "cause": f"queue:{lead.id}:now", "channel": Channel.EMAIL, "to": "mia@example.com"}
    moments = {"created_at": clock.now(), "due_at": clock.now(), "expires_at": clock.now()}
    for body in ("First.", "Again."):
        with transaction():
            add(new(Message, receipt=body, body=body, **told, **moments))

    assert db.session.scalars(select(Message.body).where(Message.cause == told["cause"])).all() == ["First."]


def test_rows_that_are_changed_together_change_the_same_columns(office):
    team_id, ana, ben = office.plumbing.id, office.ana.id, office.ben.id

    with pytest.raises(TypeError, match="turns_in_hand"), transaction():
        change(
            Membership,
            [
                {"team_id": team_id, "rep_id": ana, "virtual_start": 2.5},
                {"team_id": team_id, "rep_id": ben, "virtual_start": 2.5, "turns_in_hand": 3},
            ],
        )

    assert _member(team_id, ana)["virtual_start"] != 2.5


def _member(team_id, rep_id):
    members = select(Membership.__table__).where(Membership.team_id == team_id, Membership.rep_id == rep_id)
    return dict(db.session.connection().execute(members).one()._mapping)


def _types(row):
    return {name: type(value) for name, value in row.items()}
