"""The RQ scheduler as a process of its own: it ends whenever Redis does, and the family starts it again."""

from __future__ import annotations

import logging
import sys

import redis
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer

from leadapp import logs
from leadapp.settings import load
from leadapp.wakeups import QUEUES

log = logging.getLogger(__name__)

#: Stable, so that a new scheduler takes over its own locks at once. A random name waits two minutes for the old one's.
NAME = "leadapp-scheduler"


def main() -> int:
    """Runs until SIGTERM (0) or until Redis goes away (1)."""
    settings = load()
    logs.configure(settings.log_format)
    connection = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)
    scheduler = RQScheduler(
        list(QUEUES),
        connection=connection,
        interval=1,
        name=NAME,
        serializer=JSONSerializer,
        logging_level=logging.WARNING,
    )
    try:
        scheduler.work()  # type: ignore[no-untyped-call]
    except (redis.RedisError, OSError) as error:
        log.warning("scheduler_lost_redis error=%s", type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
