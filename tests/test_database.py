"""What connections promise: reads by themselves, writers that know themselves, and servers that went away."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.exc import IntegrityError, InternalError

from leadapp import database
from leadapp.extensions import db
from leadapp.models import Event, EventKind, Rep
from leadapp.rows import committed
from leadapp.transaction import WroteOutsideTransaction, transaction
from leadapp.workflow.writing import add, new
from tests.builders import make_business, make_lead, make_rep

_NAME = select(Rep.name).where(Rep.id == bindparam("rep"))


def test_a_read_by_itself_sees_what_others_committed_although_reading_began_before(app, clock):
    make_business()
    rep = make_rep("Tess")
    assert db.session.connection().scalar(_NAME, {"rep": rep.id}) == "Tess"
    with db.engine.connect().execution_options(writes=True) as other, other.begin():
        other.execute(text("UPDATE reps SET name = 'Anna'"))

    assert committed(_NAME, {"rep": rep.id}).name == "Anna"


def test_a_connection_that_read_by_itself_is_as_good_as_any_for_a_transaction_that_fails(app, clock):
    make_business()
    rep = make_rep("Tess")
    committed(_NAME, {"rep": rep.id})

    with pytest.raises(IntegrityError):
        _rename_and_break()

    assert committed(_NAME, {"rep": rep.id}).name == "Tess"


def _rename_and_break():
    with transaction():
        db.session.connection().execute(text("UPDATE reps SET name = 'Anna'"))
        db.session.connection().execute(text("UPDATE reps SET name = NULL"))


def test_a_row_cannot_be_added_outside_a_transaction(app, clock):
    make_business()
    lead = make_lead()

    with pytest.raises(WroteOutsideTransaction):
        add(new(Event, lead_id=lead.id, at=clock.now(), kind=EventKind.NOTE, text="Nobody would commit this."))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite it is lost with its transaction
def test_a_change_outside_a_transaction_is_refused_even_when_no_object_tells_of_it(app, clock):
    make_business()

    with pytest.raises(InternalError, match="read-only"):
        db.session.execute(text("UPDATE reps SET name = 'Anna'"))


def test_a_connection_that_the_server_closed_while_it_rested_is_replaced_unnoticed(postgres_url, monkeypatch):
    monkeypatch.setattr(database, "_RESTED_SECONDS", 0.0)
    engine, other = create_engine(postgres_url, pool_size=1, max_overflow=0), create_engine(postgres_url)
    database.prepare_engine(engine)
    with engine.connect() as connection:
        resting = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": resting})

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != resting
    engine.dispose()
    other.dispose()
