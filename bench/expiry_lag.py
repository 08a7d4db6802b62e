"""How late the clock is when many offers run out at once; with Redis, and with Redis gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from bench.family import family, redis, settle
from bench.figures import Figure, percentile
from bench.load import lead_fields
from bench.place import Bench, Place
from bench.process import BenchFailed
from leadapp import clock
from leadapp.capture.lead import from_fields
from leadapp.extensions import db
from leadapp.models import PENDING, Offer
from leadapp.workflow.arrivals import Capture
from leadapp.workflow.intake import store_together

CLAIM = timedelta(minutes=20)
SPREAD = timedelta(seconds=10)
NOTICE = timedelta(seconds=20)
MOST_P99_SECONDS = 1.5
_LOOK_SECONDS = 0.05
_PATIENCE = timedelta(seconds=60)


def measure(bench: Bench) -> Iterator[Figure]:
    for kind in bench.kinds:
        for has_redis in (True, False):
            with redis(bench.folder / "redis") as (server, url), bench.place(kind, redis_url=url) as place:
                place.settle_in(claim_seconds=int(CLAIM.total_seconds()))
                with family(place):
                    offers = _make_offers(place, bench.count(1000, 100))
                    settle(place)
                    if not has_redis:
                        server.end()
                    acted, readable = _watch(place, offers)
            what = f"p99 of {len(acted)}, {kind}" + ("" if has_redis else ", no Redis")
            yield Figure(f"Expiry acted on, {what}", percentile(acted, 99), "s", MOST_P99_SECONDS)
            yield Figure(f"Expiry readable by others, {what}", percentile(readable, 99), "s")


def _make_offers(place: Place, count: int) -> dict[str, datetime]:
    """Leads through the workflow, stored as if it had been so long ago that their offers run out shortly.

    Many in one transaction, because what is measured comes later. Returns when each offer ends.
    """
    with place.app.app_context():
        # What storing takes depends on the machine, so a few come first, long before they could run out.
        begun = time.perf_counter()
        _store(range(20), [clock.now()] * 20)
        first = clock.now() + NOTICE + timedelta(seconds=(time.perf_counter() - begun) / 20 * count * 2)
        moments = [first - CLAIM + SPREAD * (number / count) for number in range(count)]
        for start in range(0, count, 50):
            _store(range(1000 + start, 1000 + min(start + 50, count)), moments[start : start + 50])
        ours = select(Offer.id, Offer.expires_at).where(PENDING, Offer.expires_at < first + SPREAD)
        offers = {row.id: row.expires_at for row in db.session.execute(ours)}
        if len(offers) != count or clock.now() > first:
            raise BenchFailed(f"{len(offers)} of {count} offers were ready in time")
        return offers


def _store(numbers: range, moments: list[datetime]) -> None:
    leads = [{**lead_fields(number), "external_id": str(number)} for number in numbers]
    store_together(
        [Capture(from_fields(lead, country="US", now=at), at) for lead, at in zip(leads, moments, strict=True)]
    )


def _watch(place: Place, offers: dict[str, datetime]) -> tuple[list[float], list[float]]:
    """Seconds from each offer's end until it was acted on (its own `ended_at`), and until others could read that."""
    waiting, readable = set(offers), []
    give_up_at = max(offers.values()) + _PATIENCE
    with place.app.app_context():
        while waiting:
            time.sleep(_LOOK_SECONDS)
            pending = set(db.session.scalars(select(Offer.id).where(PENDING)))
            now = clock.now()
            db.session.rollback()
            readable += [(now - offers[offer_id]).total_seconds() for offer_id in waiting - pending]
            waiting &= pending
            if now > give_up_at:
                raise BenchFailed(f"{len(waiting)} of {len(offers)} offers had not ended a minute later")
        ended = db.session.execute(select(Offer.id, Offer.ended_at).where(Offer.ended_at.is_not(None))).all()
    return [(row.ended_at - offers[row.id]).total_seconds() for row in ended if row.id in offers], readable
