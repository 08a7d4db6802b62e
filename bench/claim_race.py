"""Fifty reps press Accept at the same instant, two hundred times: one has the lead, all others hear so at once.

Through the API of the whole family, over fifty connections that are open already, as phones keep them. The first
rounds, in which a fresh process writes its SQL, are not counted."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import repeat
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from sqlalchemy import delete, func, select, update

from bench.family import family, settle
from bench.figures import Figure, milliseconds, percentile
from bench.load import lead_fields
from bench.place import Bench, Place, hire
from bench.process import BenchFailed
from leadapp import clock
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import Membership, Offer, Team
from leadapp.routing.values import OfferOutcome, TeamMode
from leadapp.transaction import transaction
from leadapp.workflow.intake import capture_lead

REPS, PROCESSES = 50, 2
WARM_UP = 3
MOST_P99_MS = 200.0
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Claim:
    won: bool
    seconds: float


def measure(bench: Bench) -> Iterator[Figure]:
    for kind in bench.kinds:
        with bench.place(kind) as place:
            key = place.settle_in()
            with place.app.app_context():
                _broadcast_team()
            with family(place):
                rounds = list(_race(place, key, WARM_UP + bench.count(200, 10)))[WARM_UP:]
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


def _race(place: Place, key: str, rounds: int) -> Iterator[list[Claim]]:
    """One lead a round; each process claims half of its offers."""
    gate = _SPAWN.Barrier(PROCESSES)
    pipes = [_SPAWN.Pipe() for _ in range(PROCESSES)]
    claimers = [_SPAWN.Process(target=claim_what_comes, args=(place.port, key, gate, end)) for _, end in pipes]
    try:
        for claimer in claimers:
            claimer.start()
        for number in range(rounds):
            offers = _offers_of_a_new_lead(place, number)
            settle(place)
            for index, (mine, _) in enumerate(pipes):
                mine.send(offers[index::PROCESSES])
            claims = [claim for mine, _ in pipes for claim in _receive(mine)]
            _check(place, offers, claims)
            yield claims
    finally:
        for claimer in claimers:
            claimer.terminate()
            claimer.join()


def claim_what_comes(port: int, key: str, gate: Barrier, pipe: Connection) -> None:
    """What each process does: all its threads and those of the other are let go at the same moment, every round."""
    size = REPS // PROCESSES
    start = threading.Barrier(size, action=lambda: _meet(gate))
    phones = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(size)]
    with ThreadPoolExecutor(size) as threads:
        while True:
            offers = pipe.recv()
            pipe.send(list(threads.map(_claim, phones, offers, repeat(key), repeat(start))))


def _meet(gate: Barrier) -> None:
    gate.wait()


def _claim(phone: HTTPConnection, offer_id: str, key: str, start: threading.Barrier) -> Claim:
    phone.connect()
    start.wait()
    began = time.perf_counter()
    phone.request("POST", f"/api/v1/offers/{offer_id}/acceptance", headers={"Authorization": f"Bearer {key}"})
    response = phone.getresponse()
    response.read()
    claim = Claim(response.status == HTTPStatus.OK, time.perf_counter() - began)
    phone.close()
    if response.status not in (HTTPStatus.OK, HTTPStatus.CONFLICT):
        raise BenchFailed(f"an acceptance was answered {response.status}")
    return claim


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
