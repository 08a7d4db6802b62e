"""Gunicorn's settings: `gunicorn -c python:leadapp.serving.web`."""

from __future__ import annotations

import gc
import os
import random
from pathlib import Path
from typing import Any

from leadapp import logs, wordlists
from leadapp.settings import load

_settings = load()
_SHARED_MEMORY = Path("/dev/shm")

wsgi_app = "leadapp.serving.watching:watched_at_once()"  # named, not imported: the arbiter must stay small
proc_name = "leadapp-web"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
# One process: what comes in together shares a transaction, and half as much would share it in each of two.
workers = 1
threads = 8
timeout = 60
graceful_timeout = 8
keepalive = 5
loglevel = "warning"
control_socket_disable = True
# A heartbeat file on a slow disk would make gunicorn kill healthy workers.
worker_tmp_dir = str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None


def post_worker_init(_worker: Any) -> None:
    """Gunicorn has set up its own logs by now; ours follow."""
    logs.configure(_settings.log_format)
    _stay_on_one_processor()
    wordlists.get_ready()
    # What is loaded by now stays for good: no collection need look at it again.
    gc.collect()
    gc.freeze()


def _stay_on_one_processor() -> None:
    """Threads that take turns under one lock waste a third of their time handing it from processor to processor."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})
