"""The running demo business that browsers visit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from leadapp import clock, create_app, seed
from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.settings import Settings
from leadapp.workflow.access import make_api_key, make_login_link

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Live:
    """The running demo business."""

    url: str
    app: Flask
    api_key: str

    def sign_in_link(self, first_name: str) -> str:
        with self.app.app_context():
            rep = db.session.scalars(select(Rep).where(Rep.name.startswith(first_name))).one()
            return f"{self.url}/sign-in/link/{make_login_link(rep.id, clock.now())}"


class Handler(WSGIRequestHandler):
    timeout = 5  # of a connection that a browser opens ahead and says nothing on


@contextmanager
def demo_business(folder: Path, database_url: str) -> Iterator[Live]:
    """On a real server in a thread, in a database that has its tables and nothing in them."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Handler)
    server.daemon_threads = False  # closing it waits for what is still being answered, which has the database open
    url = f"http://localhost:{server.port}"
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        redis_url="unix:///nonexistent/redis.sock",
        secret_key="a secret of the tests",
        base_url=url,
        testing=True,
    )
    server.app = app = create_app(settings)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with app.app_context():
        seed.demo_business(clock.now())
        key = make_api_key("tests", False, clock.now())
        db.session.remove()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Live(url, app, key)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
