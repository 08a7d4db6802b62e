"""Server time of the pages that people keep open, in a business with ten thousand leads."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.figures import Figure
from bench.history import write_history
from bench.place import Bench, hire
from bench.process import BenchFailed
from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.transaction import transaction

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
LEADS, OPEN, REPS = 10_000, 300, 30
MOST_MY_MS, MOST_POLL_MS = 15.0, 3.0
NO_REDIS = "unix:///nonexistent/redis.sock"
_POLLS = re.compile(r'hx-get="([^"]*[?&;]seen=[^"]+)"')


def measure(bench: Bench) -> Iterator[Figure]:
    """As the view answers in this process: no network, no queue for a thread."""
    for kind in bench.kinds:
        for open_leads in (OPEN, LEADS):
            with bench.place(kind, redis_url=NO_REDIS) as place:
                place.settle_in()
                with place.app.app_context():
                    rep, office, lead_id = grow(LEADS, open_leads)
                for page in _pages(place.app, rep, office, lead_id, times=bench.count(200, 20)):
                    what = f"{page.what}, {LEADS:,} leads, {open_leads:,} open, {kind}"
                    yield replace(page, what=what)


def grow(leads: int, open_leads: int) -> tuple[Rep, Rep, str]:
    """Thirty reps and a history. Returns a rep, somebody of the office, and a lead that the rep owns."""
    with transaction():
        rep_ids = hire(REPS)
    lead_id = write_history(leads=leads, open_leads=open_leads, rep_ids=rep_ids)
    if db.engine.dialect.name == "postgresql":
        # Its own housekeeping does this within a minute; a benchmark does not wait for it.
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    office = db.session.scalars(select(Rep).where(Rep.name == "Mia Chen")).one()
    return db.session.get_one(Rep, rep_ids[0]), office, lead_id


def _pages(app: Flask, rep: Rep, office: Rep, lead_id: str, *, times: int) -> Iterator[Figure]:
    reps, offices = signed_in(app, rep), signed_in(app, office)
    yield Figure("/my", time_of(reps, "/my", times), "ms", MOST_MY_MS)
    yield Figure("/my, unchanged", time_of(reps, poll_address(reps, "/my"), times, status=204), "ms", MOST_POLL_MS)
    yield Figure("/leads/{id}", time_of(reps, f"/leads/{lead_id}", times), "ms")
    yield Figure("/board, whole", time_of(offices, "/board", times), "ms")
    yield Figure(
        "/board, unchanged", time_of(offices, poll_address(offices, "/board"), times, status=204), "ms", MOST_POLL_MS
    )


def signed_in(app: Flask, rep: Rep) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["rep_id"], session["session_version"] = rep.id, rep.session_version
    return client


def poll_address(client: FlaskClient, path: str) -> str:
    """The address that the page itself asks again and again while nothing changes."""
    found = _POLLS.search(client.get(path).text)
    if found is None:
        raise BenchFailed(f"{path} holds no poll address")
    return unescape(found[1])


def time_of(client: FlaskClient, path: str, times: int, *, status: int = 200, is_part: bool = False) -> float:
    """Median milliseconds, of the page or of the part that a poll gets. Raises BenchFailed when the answer is not the
    one to be measured."""
    headers = PART if is_part or status == 204 else {}
    took = []
    for number in range(times + 5):
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        if number >= 5:  # the first compile templates and statements
            took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != status:
            raise BenchFailed(f"GET {path} answered {answer.status_code} instead of {status}")
    return median(took)
