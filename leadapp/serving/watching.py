"""Starts the watch in a web process, whatever server it runs under."""

from __future__ import annotations

import os
from threading import Event, Lock, Thread

from flask import Flask

from leadapp import create_app
from leadapp.watch import Watch

_lock = Lock()
_watched_in: int | None = None


def start_watch(app: Flask) -> None:
    """Starts the one watch of this process. Call it in the process that serves: a fork takes no threads along."""
    global _watched_in
    with _lock:
        if _watched_in == os.getpid():
            return
        _watched_in = os.getpid()
    Thread(target=Watch(app, Event()).run, name=Watch.name, daemon=True).start()


def watched_at_once() -> Flask:
    """The application, for a server that makes it in the process that serves."""
    app = create_app()
    start_watch(app)
    return app


def watched_from_first_request(app: Flask) -> Flask:
    """The application, whose processes start their watch when they are first asked for something: by then every server
    has forked, and what only imports the application (a command, a tool) starts nothing."""

    @app.before_request
    def start() -> None:
        if _watched_in != os.getpid():
            start_watch(app)

    return app
