"""The load generator: a process of its own that posts leads over connections kept alive."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from bench.process import BenchFailed

_AREAS = (212, 312, 415, 512, 617, 702, 206, 303)
_NAMES = ("Maria Lopez", "John Kim", "Aisha Bello", "Tom Becker", "Yuki Sato", "Peter O'Neill")
_MESSAGES = (
    "The kitchen sink drips and I would like somebody to have a look this week.",
    "Need a quote for a new water heater, the old one is 15 years old.",
    "Toilet on the second floor keeps running. Mornings are best for me.",
)
_SERVICES = ("Plumbing repair", "Water heater", "Drain cleaning")
_OPEN_CLIENTS = 24
_OFFER_SECONDS = 10.0
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Target:
    """Where leads are posted. With a `database_url`, each answer is followed until its offer can be read there."""

    port: int
    key: str = ""
    database_url: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One lead, in seconds: `latency` from the moment it was to be sent, `to_offer` from its 2xx."""

    latency: float
    to_offer: float | None = None


def rate(target: Target, *, clients: int, seconds: float) -> float:
    """Leads a second that `clients` get through, each sending its next when the last is answered."""
    samples, took = _elsewhere(_closed_loop, target, clients, seconds)
    return len(samples) / took


def steady(target: Target, *, a_second: float, seconds: float) -> list[Sample]:
    """Leads sent on the beat, whether or not earlier ones are answered; all of them are in the result."""
    return _elsewhere(_open_loop, target, a_second, seconds)[0]


def _elsewhere(loop: Callable[..., tuple[list[Sample], float]], *arguments: object) -> tuple[list[Sample], float]:
    """In a fresh process, so that sending leads is not slowed down by whoever measures."""
    first = next(_numbers) * 100_000
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(loop, first, *arguments).result()


def _closed_loop(first: int, target: Target, clients: int, seconds: float) -> tuple[list[Sample], float]:
    leads = _leads(first)
    started = time.perf_counter()

    def client(_number: int) -> list[Sample]:
        post, samples = Post(target), []
        while (sent := time.perf_counter()) < started + seconds:
            post(next(leads))
            samples.append(Sample(time.perf_counter() - sent))
        return samples

    with ThreadPoolExecutor(clients) as threads:
        samples = list(itertools.chain.from_iterable(threads.map(client, range(clients))))
    return samples, time.perf_counter() - started


def _open_loop(first: int, target: Target, a_second: float, seconds: float) -> tuple[list[Sample], float]:
    leads, beats = _leads(first), itertools.count()
    engine = create_engine(target.database_url, pool_size=_OPEN_CLIENTS) if target.database_url else None
    started = time.perf_counter() + 0.2

    def client(_number: int) -> list[Sample]:
        post, samples = Post(target), []
        while (due := started + next(beats) / a_second) < started + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            lead_id = post(next(leads))
            answered = time.perf_counter()
            samples.append(Sample(answered - due, _wait_for_offer(engine, lead_id, answered) if engine else None))
        return samples

    with ThreadPoolExecutor(_OPEN_CLIENTS) as threads:
        samples = list(itertools.chain.from_iterable(threads.map(client, range(_OPEN_CLIENTS))))
    return samples, time.perf_counter() - started


class Post:
    """One connection, kept alive. Anything but 201 ends the benchmark: a refused lead is not a fast one."""

    def __init__(self, target: Target) -> None:
        self._connection = HTTPConnection("127.0.0.1", target.port, timeout=30)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {target.key}"}

    def __call__(self, body: bytes) -> str:
        self._connection.request("POST", "/api/v1/leads", body, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise BenchFailed(f"{response.status} instead of 201: {answer[:300]!r}")
        return str(json.loads(answer)["id"])


def lead_fields(number: int) -> dict[str, str]:
    """A lead with a telephone number that no other has."""
    area, rest = _AREAS[number % len(_AREAS)], number // len(_AREAS)
    return {
        "name": _NAMES[number % len(_NAMES)],
        "phone": f"+1{area}{220 + rest // 10_000}{rest % 10_000:04d}",
        "message": _MESSAGES[number % len(_MESSAGES)],
        "service": _SERVICES[number % len(_SERVICES)],
        "postcode": f"941{number % 35:02d}",
    }


def _leads(first: int) -> Iterator[bytes]:
    # A generator would refuse to be shared by threads; this iterator is made of builtins and does not.
    return map(lambda number: json.dumps(lead_fields(number)).encode(), itertools.count(first))  # noqa: C417


def _wait_for_offer(engine: Engine, lead_id: str, answered: float) -> float:
    """Seconds until the offer can be read over another connection; 0 when the first look finds it."""
    found, looks = False, 0
    while not found:
        looks += 1
        with engine.connect() as connection:
            offer = text("SELECT 1 FROM offers WHERE lead_id = :lead_id")
            found = connection.execute(offer, {"lead_id": lead_id}).first() is not None
        if time.perf_counter() > answered + _OFFER_SECONDS:
            raise BenchFailed(f"lead {lead_id} had no offer after {_OFFER_SECONDS:.0f} s")
    return 0.0 if looks == 1 else time.perf_counter() - answered
