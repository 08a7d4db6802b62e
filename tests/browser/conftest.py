"""A real server in a thread and a real Chromium, on a demo business in a fresh database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.business import DESK, FLAGS, PHONE, Live, demo_business
from tests.browser.phones import new_phone, phone, world

__all__ = ["DESK", "new_phone", "phone", "world"]

#: For key flows. The rest runs on SQLite alone: what differs between the two is tested below the screens.
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
expect.set_options(timeout=15_000)  # a busy machine may take its time; what is promised sooner says so in its test


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def live(tmp_path: Path, database_url: str) -> Iterator[Live]:
    with demo_business(tmp_path, database_url) as running:
        yield running


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
