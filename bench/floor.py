"""The floor: a bare Flask view with one insert and one enqueue, under the server the product runs under."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Column, Engine, MetaData, String, Table, Text, create_engine

from bench.family import answers
from bench.process import Process
from leadapp.database import prepare_engine
from leadapp.ids import new_id
from leadapp.settings import load

_LEADS = Table("floor", MetaData(), Column("id", String(26), primary_key=True), Column("name", Text),
               Column("phone", String(32)), Column("message", Text))  # fmt: skip


def create_app() -> Flask:
    """The least that takes a lead: parse, insert, commit, enqueue, answer."""
    settings = load()
    engine = create_engine(settings.database_url, pool_size=20, max_overflow=20)
    prepare_engine(engine)
    queue = Queue("floor", connection=redis.Redis.from_url(settings.redis_url), serializer=JSONSerializer)
    app = Flask(__name__)

    @app.get("/readyz")
    def ready() -> ResponseReturnValue:
        return "ok"

    @app.post("/api/v1/leads")
    def capture() -> ResponseReturnValue:
        said = request.get_json()
        lead_id = new_id()
        _insert(engine, {"id": lead_id, **{name: said[name] for name in ("name", "phone", "message")}})
        queue.enqueue("leadapp.jobs.advance_lead", lead_id, result_ttl=0)
        return jsonify(id=lead_id), 201

    return app


@contextmanager
def floor(folder: Path, database_url: str, redis_url: str) -> Iterator[int]:
    """Serves the floor with the product's own gunicorn settings, number of processes and threads. Yields its port."""
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    engine = create_engine(load(environment).database_url)
    _LEADS.metadata.create_all(engine)
    engine.dispose()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:
        # The command line of leadapp.serve with another application at its end.
        command = [sys.executable, "-m", "gunicorn", "--config", "python:leadapp.serving.web"]
        command += ["--bind", f"fd://{door.fileno()}", "bench.floor:create_app()"]
        log = folder / "floor.log"
        with Process(command, log=log, environment=environment, keep_open=[door.fileno()]) as process:
            port = int(door.getsockname()[1])
            process.wait_until(lambda: answers(port, "/readyz"))
            yield port


def _insert(engine: Engine, row: dict[str, str]) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(_LEADS.insert(), row)
