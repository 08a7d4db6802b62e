"""Fifty reps press Accept at the same instant, two hundred times: one has the lead, all others hear so at once."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from flask import Flask
from sqlalchemy import delete, func, select, update

from bench.family import redis
from bench.figures import Figure, milliseconds, percentile
from bench.load import lead_fields
from bench.place import Bench, Place, hire
from bench.process import BenchFailed
from leadapp import clock, create_app
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Membership, Offer, Team
from leadapp.routing.values import OfferOutcome, TeamMode
from leadapp.settings import load
from leadapp.transaction import transaction
from leadapp.workflow.errors import Taken
from leadapp.workflow.intake import capture_lead
from leadapp.workflow.offers import accept_offer

REPS, PROCESSES = 50, 2
MOST_P99_MS = 200.0
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Claim:
    won: bool
    seconds: float


def measure(bench: Bench) -> Iterator[Figure]:
    for kind in bench.kinds:
        with redis(bench.folder / "redis") as (_server, url), bench.place(kind, redis_url=url) as place:
            place.settle_in()
            with place.app.app_context():
                _broadcast_team()
            rounds = list(_race(place, bench.count(200, 10)))
        winners = [sum(claim.won for claim in claims) for claims in rounds]
        times = milliseconds(claim.seconds for claims in rounds for claim in claims)
        what = f"{REPS} at once, {kind}"
        yield Figure(f"Races of {len(rounds)} without exactly one winner, {what}", sum(n != 1 for n in winners), "", 1)
        yield Figure(f"Accept, p50, {what}", percentile(times, 50), "ms")
        yield Figure(f"Accept, p99, {what}", percentile(times, 99), "ms", MOST_P99_MS)


def _broadcast_team() -> None:
    """Fifty reps in a team that asks everybody at once, in place of those of the demo business."""
    broadcast = {"mode": TeamMode.BROADCAST, "urgent_mode": TeamMode.BROADCAST, "claim_seconds": 3600}
    with transaction():
        db.session.execute(delete(Membership))
        db.session.execute(update(Team).values(broadcast))
        hire(REPS)


def _race(place: Place, rounds: int) -> Iterator[list[Claim]]:
    """One lead a round; each process claims half of its offers."""
    gate = _SPAWN.Barrier(PROCESSES)
    pipes = [_SPAWN.Pipe() for _ in range(PROCESSES)]
    claimers = [_SPAWN.Process(target=claim_what_comes, args=(place.environment, gate, end)) for _, end in pipes]
    try:
        for claimer in claimers:
            claimer.start()
        for number in range(rounds):
            offers = _offers_of_a_new_lead(place, number)
            for index, (mine, _) in enumerate(pipes):
                mine.send(offers[index::PROCESSES])
            claims = [claim for mine, _ in pipes for claim in _receive(mine)]
            _check(place, offers, claims)
            yield claims
    finally:
        for claimer in claimers:
            claimer.terminate()
            claimer.join()


def claim_what_comes(environment: Mapping[str, str], gate: Barrier, pipe: Connection) -> None:
    """What each process does: all its threads and those of the other are let go at the same moment, every round."""
    app = create_app(load(environment))
    size = REPS // PROCESSES
    start = threading.Barrier(size, action=lambda: _meet(gate))
    with ThreadPoolExecutor(size) as threads:
        while True:
            pipe.send(list(threads.map(lambda offer_id: _claim(app, start, offer_id), pipe.recv())))


def _meet(gate: Barrier) -> None:
    gate.wait()


def _claim(app: Flask, start: threading.Barrier, offer_id: str) -> Claim:
    start.wait()
    began = time.perf_counter()
    with app.app_context():
        try:
            accept_offer(offer_id, now=clock.now())
            won = True
        except Taken:
            won = False
    return Claim(won, time.perf_counter() - began)


def _receive(pipe: Connection) -> Sequence[Claim]:
    if not pipe.poll(60):
        raise BenchFailed("a round of claims was not over after a minute")
    claims: list[Claim] = pipe.recv()
    return claims


def _offers_of_a_new_lead(place: Place, number: int) -> list[str]:
    with place.app.app_context():
        now = clock.now()
        lead_id = capture_lead(from_fields(lead_fields(number), country="US", now=now), now=now).lead_id
        offers = list(db.session.scalars(select(Offer.id).where(Offer.lead_id == lead_id)))
    if len(offers) != REPS:
        raise BenchFailed(f"{len(offers)} offers instead of {REPS}")
    return offers


def _check(place: Place, offers: Sequence[str], claims: Sequence[Claim]) -> None:
    """What the winners believe is what the database says."""
    with place.app.app_context():
        accepted = Offer.id.in_(offers) & (Offer.outcome == OfferOutcome.ACCEPTED)
        count = db.session.scalar(select(func.count()).select_from(Offer).where(accepted))
    if count != sum(claim.won for claim in claims):
        raise BenchFailed(f"{count} offers are accepted, and {sum(claim.won for claim in claims)} reps believe so")
