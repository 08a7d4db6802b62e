"""For machines that watch: /healthz, /readyz, /metrics. No personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import redis
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from leadapp import clock
from leadapp.extensions import queue
from leadapp.queries import operations
from leadapp.queries.health import check_all
from leadapp.queries.operations import Histogram

blueprint = Blueprint("operations", __name__)

_WINDOW = timedelta(hours=24)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 as long as leads can be stored: a node without Redis or workers still takes them."""
    findings = check_all(clock.now())
    checks = {finding.name: "failing" if finding.is_broken else "ok" for finding in findings}
    status = "ok" if set(checks.values()) == {"ok"} else "degraded"
    return jsonify(status=status, checks=checks), 200 if checks["database"] == "ok" else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Read from the database at each scrape, so that every process of the family gives the same answer."""
    registry = CollectorRegistry()
    registry.register(_Figures(clock.now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        yield _gauge(
            "leadapp_leads",
            "Leads by state.",
            ["state"],
            {(k.value,): n for k, n in operations.leads_by_state().items()},
        )
        since = self._now - _WINDOW
        yield _histogram("leadapp_time_to_offer_seconds", "From stored to offered", operations.time_to_offer(since))
        yield _histogram("leadapp_time_to_claim_seconds", "From stored to claimed", operations.time_to_claim(since))
        yield _histogram(
            "leadapp_time_to_contact_seconds", "From stored to contacted", operations.time_to_contact(since)
        )
        lag = operations.clock_lag(self._now)
        yield GaugeMetricFamily("leadapp_clock_lag_seconds", "By how much due leads are late.", value=lag)
        living = operations.living_workers(self._now)
        yield GaugeMetricFamily(
            "leadapp_workers", "Workers that gave a sign of life in the last 15 seconds.", value=living
        )
        messages = operations.messages_by_channel_and_state().items()
        counts = {(channel.value, state.value): n for (channel, state), n in messages}
        yield _gauge("leadapp_messages", "Messages by channel and state.", ["channel", "state"], counts)
        ignored = {(why,): count for why, count in operations.callbacks_ignored().items()}
        yield _gauge("leadapp_callbacks_ignored", "Telephone callbacks that came to nothing.", ["why"], ignored)
        yield _queue_depth()


def _gauge(name: str, help_text: str, labels: list[str], values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


def _histogram(name: str, help_text: str, found: Histogram) -> Metric:
    buckets = [(str(bound), count) for bound, count in found.buckets]
    family = HistogramMetricFamily(name, f"{help_text}; leads received in the last 24 hours.")
    family.add_metric([], buckets=[*buckets, ("+Inf", found.count)], sum_value=found.total)
    return family


def _queue_depth() -> Metric:
    """Without samples when Redis is away: an absent number alarms, a zero would calm."""
    try:
        depths = queue.depth()
    except (redis.RedisError, OSError):
        depths = {}
    return _gauge(
        "leadapp_queue_depth", "Jobs waiting in each RQ queue.", ["queue"], {(k,): n for k, n in depths.items()}
    )
