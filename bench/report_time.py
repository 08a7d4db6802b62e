"""How long /reports takes where a hundred thousand leads came in the period."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import bindparam, delete, insert, select, update

from bench.figures import Figure
from bench.history import write_history
from bench.place import Bench, hire
from bench.process import BenchFailed
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Lead, Offer, Rep, Task, Team
from leadapp.routing.values import OfferOutcome, TaskKind
from leadapp.transaction import transaction

LIMIT_SECONDS = 1.0
_LEADS, _OPEN, _REPS, _TIMES = 100_000, 500, 20, 5
_PAGES = ("", "?hours=open", "/missed", "/won", "/sources")
_SOURCES = ("Website", "Google Ads", "Facebook", "Referral", "Phone", None)
_HOURS = {day: [["07:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
_AT_ONCE = 5000

Row = dict[str, Any]


def measure(bench: Bench) -> Iterator[Figure]:
    """The median of five, in the process that answers: reading, summing and drawing."""
    count = bench.count(_LEADS, 1_000)
    for kind in bench.kinds:
        with bench.place(kind) as place:
            place.settle_in()
            with place.app.app_context():
                with transaction():
                    reps = hire(_REPS)
                write_history(leads=count, open_leads=min(_OPEN, count // 10), rep_ids=reps)
                scatter(reps)
                owner = db.session.scalars(select(Rep).where(Rep.name == "Olivia Reyes")).one()
            client = place.app.test_client()
            with client.session_transaction() as session:
                session["rep_id"], session["session_version"] = owner.id, owner.session_version
            for page in _PAGES:
                path = f"/reports{page}{'&' if '?' in page else '?'}period=90d"
                took = median(_time(client, path) for _ in range(_TIMES))
                yield Figure(f"/reports{page} of {count:,} leads, {kind}", took, "s", LIMIT_SECONDS)


def scatter(reps: list[str]) -> None:
    """Makes the leads of a history differ as those of a business do: from where, how quick, how often missed."""
    chance = random.Random(7)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(update(Team).values(hours=_HOURS))
        connection.execute(delete(Task))
        asked = select(Offer.lead_id, Offer.rep_id, Offer.team_id, Offer.offered_at, Lead.owner_id, Lead.contacted_at)
        rows = connection.execute(asked.join(Lead, Lead.id == Offer.lead_id)).all()
        for start in range(0, len(rows), _AT_ONCE):
            tables: dict[Any, list[Row]] = {Task: [], Offer: []}
            changes = [_scatter(row, chance, reps, tables) for row in rows[start : start + _AT_ONCE]]
            for table, new in tables.items():
                connection.execute(insert(table), new)
            columns = {name: bindparam(f"to_{name}") for name in ("source", "email_raw", "claimed_at", "contacted_at")}
            connection.execute(update(Lead.__table__).where(Lead.id == bindparam("lead")).values(columns), changes)
    if db.engine.dialect.name == "postgresql":
        # Its own housekeeping does this within a minute; a benchmark does not wait for it.
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def _scatter(row: Any, chance: random.Random, reps: list[str], tables: dict[Any, list[Row]]) -> Row:
    claimed = row.offered_at + timedelta(seconds=chance.expovariate(1 / 120))
    contacted = claimed + timedelta(seconds=chance.expovariate(1 / 600))
    task = {"lead_id": row.lead_id, "rep_id": row.rep_id, "due_at": contacted, "done_at": contacted}
    tables[Task].append(task | {"id": new_id(), "kind": TaskKind.ACCEPT, "created_at": row.offered_at})
    if row.owner_id:
        tables[Task].append(task | {"id": new_id(), "kind": TaskKind.CONTACT, "created_at": claimed})
    if chance.random() < 0.25:
        over = {"expires_at": claimed, "ended_at": claimed, "offered_at": row.offered_at, "team_id": row.team_id}
        ended = {"outcome": chance.choice((OfferOutcome.EXPIRED, OfferOutcome.PASSED))}
        tables[Offer].append(over | ended | {"id": new_id(), "lead_id": row.lead_id, "rep_id": chance.choice(reps)})
    return {
        "lead": row.lead_id,
        "to_source": chance.choice(_SOURCES),
        "to_email_raw": chance.choice((None, "sam@example.com")),
        "to_claimed_at": claimed if row.owner_id else None,
        "to_contacted_at": contacted if row.contacted_at else None,
    }


def _time(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise BenchFailed(f"{path} answered {answer.status_code}")
    return took
