"""`make screenshots`: every screen in every theme, as a phone of 360 x 640 shows it and the board as a desk does."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from leadapp import create_app
from leadapp.schema import bring_up_to_date
from leadapp.settings import Settings
from tests.browser.business import DESK, FLAGS, PHONE, Live, demo_business

THEMES = ("light", "dark", "sun")
IN_README = {"light/my-offer.png": "my.png", "light/lead.png": "lead.png", "light/board.png": "board.png"}
_TAKEN = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "message": "Water heater leaks in the garage, can somebody come today?",
    "service": "Water heater",
    "address": "12 Lake Street",
    "city": "Oakland",
    "postcode": "94607",
    "source": "Website",
}
_WAITING = {
    "name": "Pat Lee",
    "phone": "+14155550127",
    "message": "Burst pipe, water everywhere in the basement!",
    "service": "Burst pipe",
    "city": "Oakland",
    "postcode": "94610",
    "source": "Website",
}


def main(folder: Path, pictures: Path) -> None:
    """Writes THEME/SCREEN.png below the folder, and the three that the README shows into `pictures`."""
    shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for theme in THEMES:
            with demo_business(_home(Path(data) / theme), f"sqlite:///{data}/{theme}/leadapp.db") as live:
                for name, page in _screens(browser, live, theme):
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / theme / f"{name}.png", full_page=name.startswith("whole-"))
        browser.close()
    for taken, kept in IN_README.items():
        shutil.copy(folder / taken, pictures / kept)


def _home(folder: Path) -> Path:
    """A folder with an empty database in it."""
    folder.mkdir()
    url, redis = f"sqlite:///{folder}/leadapp.db", "unix:///nonexistent/redis.sock"
    settings = Settings(data_dir=folder, database_url=url, redis_url=redis, secret_key="s", testing=True)
    bring_up_to_date(create_app(settings))
    return folder


def _screens(browser: Browser, live: Live, theme: str) -> Iterator[tuple[str, Page]]:
    stranger = _phone(browser, live, theme).new_page()
    yield "sign-in", _opened(stranger, f"{live.url}/sign-in")
    ana = _signed_in(browser, live, theme, "Ana")
    yield "my-empty", _opened(ana, f"{live.url}/my")
    lead = _post(ana, live, _TAKEN)
    _opened(ana, f"{live.url}/my").get_by_role("button", name="Accept").click()
    ana.get_by_text("It is yours").wait_for()
    yield "my-taken", ana
    yield "lead", _opened(ana, f"{live.url}/leads/{lead}")
    yield "whole-lead", ana
    for name in ("Ben", "Carla"):
        _post(
            ana, live, _WAITING | {"name": f"Kim {name}", "phone": f"+1415555013{len(name)}", "message": "Slow drain"}
        )
    _post(ana, live, _WAITING)
    yield "my-offer", _opened(ana, f"{live.url}/my")
    yield "whole-my", ana
    yield "whole-me", _opened(ana, f"{live.url}/me")
    yield "whole-styleguide", _opened(ana, f"{live.url}/styleguide")
    olivia = _signed_in(browser, live, theme, "Olivia")
    for screen in ("people", "outbox", "board"):
        yield f"phone-{screen}", _opened(olivia, f"{live.url}/{screen}")
    mia = _signed_in(browser, live, theme, "Mia", DESK, scale=1)
    yield "board", _opened(mia, f"{live.url}/board")


def _phone(browser: Browser, live: Live, theme: str, size: dict[str, int] = PHONE, scale: int = 2) -> BrowserContext:
    scheme = "dark" if theme == "dark" else "light"
    context = browser.new_context(viewport=size, device_scale_factor=scale, has_touch=True, color_scheme=scheme)
    context.add_cookies([{"name": "theme", "value": theme, "url": live.url}])
    return context


def _signed_in(
    browser: Browser, live: Live, theme: str, first_name: str, size: dict[str, int] = PHONE, scale: int = 2
) -> Page:
    page = _phone(browser, live, theme, size, scale).new_page()
    page.goto(live.sign_in_link(first_name))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def _opened(page: Page, url: str) -> Page:
    page.goto(url)
    return page


def _post(page: Page, live: Live, lead: dict[str, str]) -> str:
    answer = page.request.post(
        f"{live.url}/api/v1/leads", data=lead, headers={"Authorization": f"Bearer {live.api_key}"}
    )
    return str(answer.json()["id"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
