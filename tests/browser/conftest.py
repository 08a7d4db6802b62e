"""A real server in a thread and a real Chromium, on a demo business in a fresh database."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from leadapp import clock, create_app, seed
from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.settings import Settings
from leadapp.workflow.access import make_api_key, make_login_link
from tests.browser.phones import phone, world

__all__ = ["phone", "world"]

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

expect.set_options(timeout=15_000)  # a busy machine may take its time; what is promised sooner says so in its test


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


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both: what differs between them is tested below the screens."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def live(tmp_path: Path, database_url: str) -> Iterator[Live]:
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://localhost:{server.port}"
    settings = Settings(
        data_dir=tmp_path,
        database_url=database_url,
        redis_url="unix:///nonexistent/redis.sock",
        secret_key="a secret of the tests",
        base_url=url,
        testing=True,
    )
    app = create_app(settings)
    server.app = app
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


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """One for the whole process: there cannot be two."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def someone(live: Live, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs a person of the demo business in by a one-time link, on a phone unless told otherwise."""
    contexts: list[BrowserContext] = []

    def sign_in(first_name: str, viewport: dict[str, int] = PHONE, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(live.sign_in_link(first_name))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
