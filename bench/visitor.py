"""A real Chromium that visits the running product as one of its people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import select

from bench.place import Place
from bench.process import BenchFailed
from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Rep
from leadapp.workflow.access import make_login_link

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


def chromium_path() -> str:
    """Raises BenchFailed where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise BenchFailed("there is no Chromium on this machine: `make browser` installs it")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def address(place: Place) -> str:
    return f"http://localhost:{place.port}"


def signed_in(browser: Browser, place: Place, first_name: str, **options: object) -> BrowserContext:
    """A phone with an empty cache that has the cookie of this person, and has opened nothing yet."""
    link = f"{address(place)}/sign-in/link/{login_token(place, first_name)}"
    with browser.new_context() as door:
        page = door.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        state = {"cookies": door.cookies(), "origins": []}
    return browser.new_context(storage_state=state, viewport=PHONE, has_touch=True, **options)  # type: ignore[arg-type]


def login_token(place: Place, first_name: str) -> str:
    with place.app.app_context():
        rep = db.session.scalars(select(Rep).where(Rep.name.startswith(first_name))).one()
        return make_login_link(rep.id, clock.now())


def post_lead(place: Place, key: str, **lead: str) -> dict[str, object]:
    """The lead as the API answers it."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urlopen(Request(f"{address(place)}/api/v1/leads", json.dumps(lead).encode(), headers)) as answer:
        return dict(json.load(answer))
