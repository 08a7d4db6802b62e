"""A thousand pushes are due, and the workers that send them are ended again and again: is each sent, and once?"""

from __future__ import annotations

import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from contextlib import ExitStack
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import func, select

from bench.figures import Figure
from bench.place import Bench, Place
from bench.process import BenchFailed, Process
from bench.push_service import Arrival, PushService, push_service
from leadapp import clock
from leadapp.extensions import db
from leadapp.ids import new_id
from leadapp.models import Channel, Message, MessageState, PushSubscription, Rep
from leadapp.notify.outbox import LEASE
from leadapp.notify.push import topic_of
from leadapp.transaction import transaction

WORKERS, ENDS = 3, 10
NO_REDIS = "unix:///nonexistent/redis.sock"
_LOOK_SECONDS = 0.1
_WAITING = (MessageState.PENDING, MessageState.SENDING)
_PATIENCE_SECONDS = 300.0
_HOW = {"kill -9": signal.SIGKILL, "SIGTERM": signal.SIGTERM}


def measure(bench: Bench) -> Iterator[Figure]:
    for kind in bench.kinds:
        for name, how in _HOW.items():
            with push_service() as service, bench.place(kind, redis_url=NO_REDIS, push_origin=service.origin) as place:
                place.settle_in()
                with place.app.app_context():
                    pushes = _make_pushes(service, bench.count(1000, 200))
                began = time.perf_counter()
                ended = _drain(place, how, len(pushes) // ENDS)
                took, arrivals = time.perf_counter() - began, service.arrivals()
                with place.app.app_context():  # those about the dying workers too
                    all_pushes = db.session.scalars(select(Message).where(Message.channel == Channel.PUSH))
                    topics = {topic_of(push) for push in all_pushes}
            what = f"{len(pushes)} pushes, {ended} workers ended by {name}, {kind}"
            yield from _count(what, pushes, topics, arrivals, how)
            yield Figure(f"Drained, {name}, {kind}", took, "s")


def _make_pushes(service: PushService, count: int) -> set[str]:
    """Their topics. All are due, and about nothing, so that none of them is dropped."""
    rep_id = db.session.scalars(select(Rep.id)).first()
    assert rep_id is not None
    service.subscribe(rep_id)
    device, now = db.session.scalars(select(PushSubscription)).one(), clock.now()
    pushes = [
        Message(
            id=new_id(), receipt=new_id(), cause=f"drain:{number}", rep_id=rep_id, subscription_id=device.id,
            channel=Channel.PUSH, to=device.id, body="A lead waits.", data={},
            created_at=now, due_at=now, expires_at=now + timedelta(hours=1),
        )
        for number in range(count)
    ]  # fmt: skip
    with transaction():
        db.session.add_all(pushes)
    return {topic_of(push) for push in pushes}


def _drain(place: Place, how: signal.Signals, step: int) -> int:
    """Ends the oldest worker and starts another whenever `step` more are sent. Returns how many were ended."""
    command, ended = [sys.executable, "-m", "leadapp.serving.worker"], 0
    give_up_at = time.perf_counter() + _PATIENCE_SECONDS
    with ExitStack() as stack:

        def start() -> Process:
            log = place.folder / "workers.log"
            return stack.enter_context(Process(command, log=log, environment=place.environment))

        workers, next_end = [start() for _ in range(WORKERS)], step
        while _number(place, *_WAITING):
            time.sleep(_LOOK_SECONDS)
            if _number(place, MessageState.SENT) >= next_end:
                workers.pop(0).signal(how)
                workers.append(start())
                next_end, ended = next_end + step, ended + 1
            if time.perf_counter() > give_up_at:
                raise BenchFailed(f"messages were still waiting after {_PATIENCE_SECONDS:.0f} s")
    return ended


def _count(
    what: str, pushes: Set[str], topics: Set[str], arrivals: Sequence[Arrival], how: signal.Signals
) -> Iterator[Figure]:
    requests: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        requests[arrival.topic].append(arrival)
    lost = sum(topic not in requests for topic in pushes)
    again = sum(len(each) - 1 for topic, each in requests.items() if topic in pushes)
    yield Figure(f"Lost of {what}", lost, "", 1)
    yield Figure(f"Sent while another had it in hand, of {what}", sum(map(_is_double, requests.values())), "", 1)
    yield Figure(f"New on the phone when sent again, of {what}", len(requests.keys() - topics), "", 1)
    yield Figure(f"Sent again, of {what}", again, "", 1 if how is signal.SIGTERM else None)


def _is_double(arrivals: Sequence[Arrival]) -> bool:
    """Whether two requests came so close that the second sender cannot have waited for the first one's lease."""
    moments = sorted(arrival.at for arrival in arrivals)
    return any(later - earlier < LEASE.total_seconds() - 1 for earlier, later in pairwise(moments))


def _number(place: Place, *states: MessageState) -> int:
    with place.app.app_context():
        ours = Message.cause.startswith("drain:") & Message.state.in_(states)
        return db.session.scalar(select(func.count()).select_from(Message).where(ours)) or 0
