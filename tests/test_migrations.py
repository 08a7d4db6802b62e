"""A business that was set up with an older version keeps everything when it is upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, MetaData, select
from sqlalchemy.exc import IntegrityError

from leadapp import create_app
from leadapp.extensions import db
from leadapp.models import Absence, Alarm, AlarmKind, Event, EventKind, Lead, Membership, Rep, Team
from leadapp.routing.values import LeadState, Presence
from leadapp.schema import know_migrations
from leadapp.settings import Settings
from leadapp.transaction import transaction
from leadapp.workflow.following import follow_rep
from tests.conftest import NO_REDIS

THEN = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def old_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database as the first version made it."""
    settings = Settings(
        data_dir=tmp_path, database_url=empty_database_url, redis_url=NO_REDIS, secret_key="secret", testing=True
    )
    app = know_migrations(create_app(settings))
    with app.app_context():
        upgrade(revision="0001")
        yield app
        db.session.remove()
        db.engine.dispose()


def test_leads_teams_and_turns_are_kept_and_what_is_new_has_a_value(old_app):
    with db.engine.connect().execution_options(writes=True) as connection:
        _insert_a_business(connection)
        connection.commit()

    upgrade()

    lead, member = db.session.get_one(Lead, "lead"), db.session.get_one(Membership, ("team", "ana"))
    assert (lead.state, lead.accountable_id, lead.last_heard_at, lead.rings) == (LeadState.NEW, "ana", THEN, 0)
    assert (member.virtual_start, member.turns_in_hand, member.turns_to_catch_up) == (2.5, 0, 0)
    team = db.session.get_one(Team, "team")
    assert (team.merge_seconds, team.rejoin, team.urgent_after_hours) == (86_400, {}, None)


def test_a_business_can_go_back_to_the_version_before_the_ladder_and_forward_again(old_app):
    with db.engine.connect().execution_options(writes=True) as connection:
        _insert_a_business(connection)
        connection.commit()
    upgrade()

    downgrade(revision="0005")
    upgrade()

    assert db.session.get_one(Membership, ("team", "ana")).virtual_start == 2.5
    assert db.session.get_one(Lead, "lead").accountable_id == "ana"


def test_who_is_away_stays_away_and_the_clock_looks_at_everybody_once(old_app, clock):
    with db.engine.connect().execution_options(writes=True) as connection:
        _insert_a_business(connection)
        away = {"presence": "out", "presence_note": "Lake", "presence_until": "2099-01-01 08:00:00+00:00"}
        said = ", ".join(f"{name} = '{value}'" for name, value in away.items())
        connection.exec_driver_sql(f"UPDATE reps SET {said}".replace("+00:00", _zone_of(connection)))
        connection.commit()

    upgrade()
    clock.advance(366 * 24 * 3600)  # past the moment at which it was upgraded
    follow_rep("ana", clock.now())

    ana, [absence] = db.session.get_one(Rep, "ana"), db.session.scalars(select(Absence)).all()
    until = datetime(2099, 1, 1, 8, 0, tzinfo=UTC)
    assert (ana.presence, ana.next_change_at) == (Presence.OUT, until)
    assert (absence.state, absence.ends_at, absence.note, absence.rep_id) == (Presence.OUT, until, "Lake", "ana")


def test_an_alarm_that_stands_goes_on_standing_once_and_there_may_be_one_of_every_kind(old_app, clock):
    upgrade(revision="0006")
    alarm = {"kind": AlarmKind.TEAM_EMPTY, "subject": "team", "text": "Nobody", "raised_at": THEN, "last_at": THEN}
    with db.engine.connect().execution_options(writes=True) as connection:
        tables = MetaData()
        tables.reflect(connection, only=["alarms"])
        then = THEN.replace(tzinfo=None) if connection.dialect.name == "sqlite" else THEN
        old = alarm | {"kind": "team_empty", "count": 1, "raised_at": then, "last_at": then}
        connection.execute(tables.tables["alarms"].insert().values(id="old", **old))
        connection.commit()

    upgrade()

    with transaction():
        db.session.add_all(Alarm(id=kind, **alarm | {"kind": kind, "subject": "ana"}) for kind in AlarmKind)
    kept = db.session.get_one(Alarm, "old", populate_existing=True)
    assert (kept.text, kept.count, kept.raised_at, kept.cleared_at) == ("Nobody", 1, THEN, None)
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Alarm(id="twin", **alarm))


def test_the_timeline_outlives_the_way_back_to_before_calls_were_kept(old_app):
    with db.engine.connect().execution_options(writes=True) as connection:
        _insert_a_business(connection)
        connection.commit()
    upgrade()
    with transaction():
        for kind in (EventKind.CAPTURED, EventKind.CALLED):
            db.session.add(Event(lead_id="lead", at=THEN, kind=kind, text=f"It was {kind}."))
    db.session.remove()

    downgrade(revision="0013")
    upgrade()

    kept = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.kind, event.text, event.at) for event in kept] == [
        (EventKind.CAPTURED, "It was captured.", THEN),
        (EventKind.NOTE, "It was called.", THEN),
    ]


def _zone_of(connection: Connection) -> str:
    return "" if connection.dialect.name == "sqlite" else "+00:00"


def _insert_a_business(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection, only=["reps", "teams", "memberships", "leads"])
    then = THEN.replace(tzinfo=None) if connection.dialect.name == "sqlite" else THEN
    rows = {
        "reps": {"id": "ana", "name": "Ana", "roles": [], "services": [], "languages": [], "shifts": {},
                 "active": True, "presence": "available", "reachable": True, "session_version": 0, "created_at": then},
        "teams": {"id": "team", "name": "Plumbing", "time_zone": "UTC", "hours": {}, "after_hours": "route",
                  "on_call": {}, "mode": "rotation", "urgent_mode": "rotation", "claim_seconds": 300,
                  "urgent_claim_seconds": 120, "tries": 2, "contact_seconds": 900, "repeat_seconds": 300,
                  "ladder": {}, "fallback_id": "ana", "is_default": True, "virtual_time": 2.0, "created_at": then},
        "memberships": {"team_id": "team", "rep_id": "ana", "weight": 1.0, "virtual_start": 2.5, "joined_at": then},
        "leads": {"id": "lead", "state": "new", "urgent": False, "urgent_because": [], "attributes": {}, "raw": "{}",
                  "team_id": "team", "accountable_id": "ana", "received_at": then, "stored_at": then,
                  "next_due_at": then, "step": 0, "tries": 0, "cycle": 0, "barred": []},
    }  # fmt: skip
    for name, row in rows.items():
        connection.execute(tables.tables[name].insert(), row)
    assert connection.execute(select(tables.tables["leads"])).all()
