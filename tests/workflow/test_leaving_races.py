"""Somebody leaves the company or goes out in the very moment in which a lead is put on him."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest

from leadapp.extensions import db
from leadapp.workflow import new_lead, offers, ownership
from leadapp.workflow.escalation import advance_lead
from leadapp.workflow.offers import accept_offer
from leadapp.workflow.ownership import assign_lead, take_queued
from leadapp.workflow.people import retire_rep, set_presence
from tests.builders import Office, make_lead, offers_of, pending_offer, reread
from tests.waiting import wait_until


@pytest.fixture
def meanwhile(app):
    """Does something in another thread, until it is done or waits for this one."""
    started = []

    def start(act):
        def run():
            with app.app_context():
                act()

        started.append(Thread(target=run))
        started[-1].start()
        wait_until(lambda: not started[-1].is_alive() or is_anybody_waiting(app))

    def finish():
        for thread in started:
            thread.join()
        db.session.rollback()

    start.finish = finish
    return start


def is_anybody_waiting(app):
    """On SQLite whoever would write waits in any case."""
    url = app.config["LEADAPP"].database_url
    if url.startswith("sqlite"):
        return True
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone() is not None


@pytest.mark.parametrize(
    ("where", "put_on_her"),
    [
        (offers, lambda lead, rep, now: accept_offer(offers_of(lead)[0].id, now=now)),
        (ownership, lambda lead, rep, now: assign_lead(lead.id, rep.id, now=now)),
        (ownership, lambda lead, rep, now: take_queued(lead.id, rep.id, now=now)),
    ],
    ids=["accepted late", "assigned", "taken from the queue"],
)
def test_a_lead_that_is_put_on_somebody_in_the_moment_in_which_she_leaves_goes_on(
    app, clock, monkeypatch, meanwhile, where, put_on_her
):
    office = Office(tries=1, claim_seconds=60)
    lead = make_lead()
    clock.advance(60)
    advance_lead(lead.id, clock.now())
    take = where.take

    def take_while_she_leaves(*facts):
        meanwhile(lambda: retire_rep(office.ana.id, now=clock.now()))
        take(*facts)

    monkeypatch.setattr(where, "take", take_while_she_leaves)
    put_on_her(lead, office.ana, clock.now())
    meanwhile.finish()

    assert reread(lead.id).owner_id is None
    assert reread(lead.id).accountable_id != office.ana.id


def test_a_lead_that_is_offered_to_somebody_in_the_moment_in_which_she_goes_out_goes_on(
    app, clock, monkeypatch, meanwhile
):
    office = Office()
    route = new_lead.route_new

    def route_while_she_goes_out(*facts, **more):
        decided = route(*facts, **more)
        meanwhile(lambda: set_presence(office.ana.id, state="out", now=clock.now()))
        return decided

    monkeypatch.setattr(new_lead, "route_new", route_while_she_goes_out)
    lead = make_lead()
    meanwhile.finish()

    assert [offer.rep_id for offer in offers_of(lead)] == [office.ana.id, office.ben.id]
    assert pending_offer(lead).rep_id == office.ben.id
