"""Eight processes store leads for one team at the same instants: no turn is given twice.

Each process is one of the application's own, on the same database, as on many machines. A turn given twice would show:
two offers, and one step of the rep's place in the rotation.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from multiprocessing.synchronize import Barrier

from sqlalchemy import delete, select

from bench.figures import Figure
from bench.load import lead_fields
from bench.place import Bench, Place, hire
from bench.process import BenchFailed
from leadapp import clock, create_app
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Membership, Offer, Turn
from leadapp.routing.values import TurnKind
from leadapp.settings import load
from leadapp.transaction import transaction
from leadapp.workflow.intake import capture_lead

PROCESSES, REPS = 8, 7
_SPAWN = multiprocessing.get_context("spawn")


def measure(bench: Bench) -> Iterator[Figure]:
    rounds = bench.count(40, 5)
    for kind in bench.kinds:
        with bench.place(kind) as place:
            place.settle_in()
            with place.app.app_context(), transaction():
                db.session.execute(delete(Membership))
                hire(REPS)
            seconds = _race(place, rounds)
            what = f"{PROCESSES} processes at once, {kind}"
            yield Figure(f"Turns given twice, {what}", _given_twice(place, PROCESSES * rounds), "", 1)
            yield Figure(f"Most and fewest turns of a rep differ by, {what}", _spread(place), "turns", 2)
            yield Figure(f"Leads stored and routed, {what}", PROCESSES * rounds / seconds, "/s")


def _race(place: Place, rounds: int) -> float:
    """Returns for how many seconds it ran."""
    gate = _SPAWN.Barrier(PROCESSES + 1)
    racers = [
        _SPAWN.Process(target=store_leads, args=(place.environment, number * rounds, rounds, gate))
        for number in range(PROCESSES)
    ]
    for racer in racers:
        racer.start()
    try:
        gate.wait(timeout=60)
        began = time.perf_counter()
        for racer in racers:
            racer.join(timeout=120)
        seconds = time.perf_counter() - began
    finally:
        for racer in racers:
            racer.kill()
            racer.join()
    if any(racer.exitcode for racer in racers):
        raise BenchFailed("a process that stores leads failed")
    return seconds


def store_leads(environment: Mapping[str, str], first: int, rounds: int, gate: Barrier) -> None:
    """What each process does: one lead after the other, begun by all at the same moment."""
    logging.disable(logging.WARNING)  # Redis is away, and says so for each lead
    with create_app(load(environment)).app_context():
        gate.wait()
        for number in range(first, first + rounds):
            now = clock.now()
            capture_lead(from_fields(lead_fields(number), country="US", now=now), now=now)


def _given_twice(place: Place, leads: int) -> int:
    """Offers that used a turn without moving the rep on in the rotation, or without a line in the ledger."""
    with place.app.app_context():
        offers = Counter(db.session.scalars(select(Offer.rep_id).where(Offer.used_turn)))
        lines = Counter(db.session.scalars(select(Turn.rep_id).where(Turn.kind == TurnKind.USED)))
        places = {member.rep_id: round(member.virtual_start) for member in db.session.scalars(select(Membership))}
    if sum(offers.values()) != leads:
        raise BenchFailed(f"{sum(offers.values())} offers for {leads} leads")
    return sum(abs(offers[rep_id] - moved) + abs(offers[rep_id] - lines[rep_id]) for rep_id, moved in places.items())


def _spread(place: Place) -> int:
    with place.app.app_context():
        turns = Counter(db.session.scalars(select(Offer.rep_id).where(Offer.used_turn))).values()
    return max(turns) - min(turns)
