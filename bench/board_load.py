"""The board of a busy floor: 500 open leads above 100,000 closed ones, and fifty boards open at once."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

from bench.family import family, settle
from bench.figures import Figure
from bench.page_time import NO_REDIS, PART, grow, poll_address, signed_in, time_of
from bench.place import Bench, Place
from bench.process import BenchFailed, Process

CLOSED, OPEN, BOARDS = 100_000, 500, 50
MOST_UNCHANGED_MS, MOST_CHANGED_MS, MOST_PAINT_KB, MOST_CPU = 3.0, 40.0, 60.0, 15.0
_EVERY = 1.5  # as live.js asks
_COMPRESSED = {"Accept-Encoding": "br"}
_STYLES_AND_SCRIPTS = re.compile(r'(?:href|src)="(/assets/[^"]+\.(?:css|js))"')


def measure(bench: Bench) -> Iterator[Figure]:
    """Server time as the view answers in this process; the fifty boards against the running product."""
    closed = bench.count(CLOSED, 2_000)
    for kind in bench.kinds:
        with bench.place(kind, redis_url=NO_REDIS) as place:
            place.settle_in()
            for figure in _views(place, closed, times=bench.count(100, 10)):
                yield replace(figure, what=f"{figure.what}, {OPEN} open, {closed:,} closed, {kind}")
        with bench.place(kind) as place:
            place.settle_in()
            share = _share_of_a_core(place, seconds=bench.count(20, 5))
            yield Figure(f"{BOARDS} boards open, nothing changes, of one core, {kind}", share, "%", MOST_CPU)


def _views(place: Place, closed: int, *, times: int) -> Iterator[Figure]:
    with place.app.app_context():
        _rep, office, _lead_id = grow(closed + OPEN, OPEN)
    client = signed_in(place.app, office)
    poll = poll_address(client, "/board")
    yield Figure("/board, unchanged", time_of(client, poll, times, status=204), "ms", MOST_UNCHANGED_MS)
    yield Figure("/board, changed", time_of(client, "/board", times, is_part=True), "ms", MOST_CHANGED_MS)
    named = _STYLES_AND_SCRIPTS.findall(client.get("/board").text)
    weight = sum(len(client.get(url, headers=_COMPRESSED).data) for url in ("/board", *named))
    yield Figure("/board, first paint with styles and scripts", weight / 1000, "kB", MOST_PAINT_KB)


def _share_of_a_core(place: Place, *, seconds: float) -> float:
    with place.app.app_context():
        _rep, office, _lead_id = grow(OPEN, OPEN)
    client = signed_in(place.app, office)
    cookie = client.get_cookie("leadapp")
    if cookie is None:
        raise BenchFailed("nobody could be signed in")
    headers = {**PART, **_COMPRESSED, "Cookie": f"leadapp={cookie.value}"}
    with family(place) as process:
        settle(place)
        idle = _cpu_over(process, seconds)
        with _boards(place.port, poll_address(client, "/board"), headers):
            busy = _cpu_over(process, seconds)
    return max(0.0, busy - idle)


@contextmanager
def _boards(port: int, poll: str, headers: Mapping[str, str]) -> Iterator[None]:
    """Fifty browsers that ask as live.js does, spread over its period. Raises BenchFailed unless all get 204."""
    is_over, refused = Event(), list[int]()
    boards = [Thread(target=_board, args=(port, poll, headers, number, is_over, refused)) for number in range(BOARDS)]
    for board in boards:
        board.start()
    yield
    is_over.set()
    for board in boards:
        board.join()
    if refused:
        raise BenchFailed(f"a poll was answered {refused[0]} instead of 204")


def _board(port: int, poll: str, headers: Mapping[str, str], number: int, is_over: Event, refused: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    is_over.wait(_EVERY * number / BOARDS)
    while not is_over.wait(_EVERY):
        connection.request("GET", poll, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 204:
            refused.append(answer.status)
    connection.close()


def _cpu_over(process: Process, seconds: float) -> float:
    """Percent of one core that the whole family used."""
    before = _cpu_seconds(process)
    time.sleep(seconds)
    return (_cpu_seconds(process) - before) / seconds * 100


def _cpu_seconds(process: Process) -> float:
    return sum(sum(member.cpu_times()[:2]) for member in process.members())
