"""From the offer to the phone's push service: how long until the request is there, while the service takes its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import requests
from pywebpush import webpush
from sqlalchemy import select

from bench import load
from bench.family import family, settle
from bench.figures import Figure, milliseconds, percentile
from bench.load import Target
from bench.place import Bench, Place
from bench.process import BenchFailed
from bench.push_service import PushService, push_service
from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Channel, Message, Offer, PushSubscription, Rep
from leadapp.notify.push import topic_of
from leadapp.notify.vapid import current_key

STEADY = 20.0
MOST_MS = {50: 100.0, 99: 500.0}
_BARE_SENDERS = 16


def measure(bench: Bench) -> Iterator[Figure]:
    """Counted from `offered_at`, which is read before the offer is decided, written and committed: so the commit is in
    it too. The floor posts the same kind of request at the same rate with no offer, no database and no queue before."""
    seconds = bench.count(30, 6)
    for kind in bench.kinds:
        with push_service() as service, bench.place(kind, push_origin=service.origin) as place:
            key = place.settle_in(claim_seconds=3600, urgent_claim_seconds=3600)
            with place.app.app_context():
                for rep_id in list(db.session.scalars(select(Rep.id))):
                    service.subscribe(rep_id)
            with family(place):
                target = Target(place.port, key)
                load.steady(target, a_second=STEADY, seconds=2)
                settle(place)
                begun = clock.now()
                sent = len(load.steady(target, a_second=STEADY, seconds=seconds))
                settle(place)
                delays = milliseconds(_delays(place, service, begun, sent))
                bare = milliseconds(_bare_delays(place, service, seconds))
        for percent, limit in MOST_MS.items():
            what = f"Offer to push request at {STEADY:.0f}/s, p{percent}, {kind}"
            yield Figure(what, percentile(delays, percent), "ms", limit, floor=percentile(bare, percent))


def _delays(place: Place, service: PushService, since: datetime, count: int) -> Iterator[float]:
    arrived = {arrival.topic: arrival.at for arrival in reversed(service.arrivals())}
    with place.app.app_context():
        pushes = (
            select(Message, Offer.offered_at)
            .join(Offer, Offer.id == Message.offer_id)
            .where(Message.channel == Channel.PUSH, Offer.offered_at >= since)
        )
        rows = db.session.execute(pushes).all()
        if len({row.Message.lead_id for row in rows}) != count:
            raise BenchFailed(f"{count} leads led to {len(rows)} pushes")
        for row in rows:
            yield arrived[topic_of(row.Message)] - row.offered_at.timestamp()


def _bare_delays(place: Place, service: PushService, seconds: float) -> Iterator[float]:
    """On the beat, from the moment when each was to be sent."""
    with place.app.app_context():
        device, key = db.session.scalars(select(PushSubscription)).first(), current_key(clock.now())
    assert device is not None
    subscription = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    begun = time.time() + 0.2
    due = {f"bare{number}": begun + number / STEADY for number in range(int(seconds * STEADY))}

    def send(topic: str) -> None:
        time.sleep(max(0.0, due[topic] - time.time()))
        with requests.Session() as session:
            webpush(
                subscription, "x" * 600, key.private, {"sub": "mailto:bench@example.com"},
                ttl=60, headers={"Topic": topic}, requests_session=session,
            )  # fmt: skip

    with ThreadPoolExecutor(_BARE_SENDERS) as senders:
        list(senders.map(send, due))
    return (arrival.at - due[arrival.topic] for arrival in service.arrivals() if arrival.topic in due)
