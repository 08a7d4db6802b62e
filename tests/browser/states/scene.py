"""The demo business at work, and the pages of its people, for the functions that bring a page into a state."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Offer, Rep
from leadapp.workflow.ownership import assign_lead
from leadapp.workflow.people import set_presence
from tests.browser.business import PHONE, Live

T = TypeVar("T")

#: Each field is longer than any screen, and has no space where a line could break.
LONG = {
    "name": "N" * 300,
    "service": "W" * 300,
    "address": "A" * 300,
    "city": "Q" * 300,
    "message": "x" * 3000,
    "source": "S" * 300,
    "company": "C" * 300,
}
# A machine without a telephone hangs over the link: that it dials is the phone's own business.
_NO_TELEPHONE = """document.addEventListener("click", (tap) => {
  if (tap.target.closest("a[href^='tel:']")) tap.preventDefault(); })"""


class Scene:
    """Only Ana is at work, so nobody need think about whose a lead is."""

    def __init__(self, live: Live, chromium: Browser) -> None:
        self.live, self._chromium = live, chromium
        self._contexts: list[BrowserContext] = []
        self._pages: dict[str, Page] = {}
        self._numbers = count(200)
        for name in ("Ben", "Carla"):
            self.act(lambda name=name: set_presence(rep_id(name), state="out", now=clock.now()))

    def stranger(self, path: str = "/sign-in", **options: Any) -> Page:
        """A phone on which nobody is signed in."""
        page = self._new_page(options)
        page.goto(self.live.url + path)
        return page

    def person(self, first_name: str, path: str = "/my") -> Page:
        """That person's own phone; the same one each time."""
        if first_name not in self._pages:
            self._pages[first_name] = self.new_phone(first_name)
        page = self._pages[first_name]
        page.goto(self.live.url + path)
        return page

    def new_phone(self, first_name: str) -> Page:
        page = self._new_page({})
        page.goto(self.live.sign_in_link(first_name))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def post(self, **fields: Any) -> str:
        """A lead with all that can be too long, unless told otherwise."""
        number = next(self._numbers)
        known = {"phone": f"+1415555{number:04d}", "email": f"{'e' * 50}{number}@{'d' * 60}.example"}
        headers = {"Authorization": f"Bearer {self.live.api_key}"}
        answer = self.live.app.test_client().post("/api/v1/leads", json=known | LONG | fields, headers=headers)
        assert answer.status_code == 201, answer.text[:500]
        return str(answer.json["id"])

    def taken(self, **fields: Any) -> str:
        """A lead that is Ana's."""
        lead = self.post(**fields)
        self.give(lead, "Ana")
        return lead

    def offer(self, lead: str) -> str:
        """The offer of it that waits for Ana."""
        waiting = select(Offer.id).where(Offer.lead_id == lead).order_by(Offer.id.desc())
        return self.act(lambda: db.session.scalars(waiting).first())

    def give(self, lead: str, first_name: str) -> None:
        self.act(lambda: assign_lead(lead, rep_id(first_name), now=clock.now()))

    def act(self, work: Callable[[], T]) -> T:
        """Does something as the application does it, in its database."""
        with self.live.app.app_context():
            done = work()
            db.session.remove()
            return done

    def end(self) -> None:
        for context in self._contexts:
            context.close()

    def _new_page(self, options: dict[str, Any]) -> Page:
        context = self._chromium.new_context(
            viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce", **options
        )
        context.add_init_script(_NO_TELEPHONE)
        self._contexts.append(context)
        return context.new_page()


def rep_id(first_name: str) -> str:
    return db.session.scalars(select(Rep.id).where(Rep.name.startswith(first_name))).one()
