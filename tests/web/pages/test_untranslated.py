"""Whoever reads Spanish meets no English: not on any page, in the answer to any form, or in any message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from leadapp.extensions import db
from leadapp.languages import Language
from leadapp.models import Message, Rep
from leadapp.workflow.access import make_login_link
from tests.marked import mark_what_is_said, unmarked, words_of
from tests.web.pages.busy_office import BusyOffice, open_busy_office
from tests.web.pages.conftest import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_NOT_PRESSED = {"/sign-out", "/me/language"}
#: Of these the manifest is looked at by itself; the style guide is in English, for those who work on the screens.
_FOR_PROGRAMS = ("/api/", "/static", "/assets/", "/push/", "/healthz", "/readyz", "/metrics", "/session", "/sw.js",
                 "/manifest.webmanifest", "/styleguide")  # fmt: skip


@pytest.fixture
def office(app, clock, monkeypatch) -> BusyOffice:
    mark_what_is_said(monkeypatch)
    return open_busy_office(clock)


class Press(NamedTuple):
    """A form, with one of its buttons."""

    url: str
    values: tuple[tuple[str, str], ...]


class Reader:
    """Somebody who opens all that there is and presses every button, and notes what is not in Spanish."""

    def __init__(self, visitor: Visitor, not_ours: Iterable[str]) -> None:
        self._visitor = visitor
        visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
        self._not_ours = {text.strip() for text in not_ours}
        self._read = set[int]()
        self.english: dict[str, tuple[str, str]] = {}
        self.links: dict[str, None] = {}
        self.forms: dict[Press, None] = {}

    def open(self, url: str) -> None:
        self._note(url, self._visitor.open(url))

    def press(self, press: Press, *, htmx: bool, typed: str | None = None) -> None:
        values = dict(press.values) if typed is None else {name: typed for name, _value in press.values}
        answer = self._visitor.press(press.url, htmx=htmx, **values)
        self._note(f"{press.url} {values}", answer)
        if on := answer.headers.get("HX-Redirect") or (answer.status_code == 303 and answer.location):
            self.open(urlsplit(on).path)

    @property
    def pages_read(self) -> int:
        return len(self._read)

    def _note(self, url: str, answer: TestResponse) -> None:
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400 or hash(answer.text) in self._read:
            return
        self._read.add(hash(answer.text))
        for piece in words_of(answer.text):
            if piece not in self._not_ours and (words := unmarked(piece)):
                self.english.setdefault(" ".join(words), (url, piece))
        found = _Found()
        found.feed(answer.text)
        self.links |= dict.fromkeys(link for link in found.links if not link.startswith(_FOR_PROGRAMS))
        self.forms |= dict.fromkeys(press for press in found.presses() if press.url not in _NOT_PRESSED)


def addresses(app: Flask, office: BusyOffice) -> Iterator[str]:
    """Everything that can be opened and is not for programs."""
    given = {
        "lead_id": [*office.leads.values(), "none"],
        "receipt": [message.receipt for message in db.session.query(Message) if message.data.get("answers")] + ["none"],
        "key": [office.form.key, "none"],
        "token": ["none"],
        "rep_id": [office.anna.id],
        "page": ["missed", "won", "sources"],
        "table": ["clock", "none"],
    }
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.rule.startswith(_FOR_PROGRAMS) and len(rule.arguments) < 2:
            names = [*rule.arguments]
            yield from (
                [re.sub(rf"<[^<>]*\b{names[0]}>", value, rule.rule) for value in given[names[0]]]
                if names
                else [rule.rule]
            )


def to_others() -> Iterator[str]:
    """What was written to customers and to those who read English."""
    written = db.session.query(Message.body).outerjoin(Rep, Rep.id == Message.rep_id)
    return (body for (body,) in written.filter(Rep.language.is_(None)))


@pytest.mark.parametrize("who", ["anna", "olga", "nobody"])
def test_no_english_is_read_on_any_page_or_in_the_answer_to_any_form(app, office, visit, clock, who):
    reader = Reader(visit(getattr(office, who, None)), to_others())
    for url in addresses(app, office):
        reader.open(url)
    for link in list(reader.links):
        reader.open(link)
    for page in ("invite", "sign-in/link"):
        reader.open(f"/{page}/{make_login_link(office.anna.id, clock.now())}")

    for press in list(reader.forms):
        reader.press(press, htmx=False, typed="Ω")
    for press in reversed(list(reader.forms)):
        reader.press(press, htmx=True)

    sent_meanwhile = {body.strip() for body in to_others()}
    assert {url: piece for url, piece in reader.english.values() if piece not in sent_meanwhile} == {}
    assert reader.pages_read > 50


def test_no_english_is_in_a_message_to_whoever_reads_spanish(office):
    written = (
        db.session.query(Message).join(Rep, Rep.id == Message.rep_id).filter(Rep.language == Language.SPANISH).all()
    )

    english = {text: words for message in written for text in said_in(message) if (words := unmarked(text))}

    assert {message.cause.split(":")[0] for message in written} >= {"offer", "queue", "overdue", "assigned", "digest"}
    assert english == {}


def test_no_english_is_in_what_a_phone_shows_of_the_app(office, visit):
    for rep in (office.anna, None):
        client = visit(rep).client
        known = client.get("/manifest.webmanifest", headers={"Accept-Language": "es"}).json
        shown = [known["name"], known["description"], *(shortcut["name"] for shortcut in known["shortcuts"])]

        assert [text for text in shown if unmarked(text)] == []


def said_in(message: Message) -> list[str]:
    """What is read or heard of it."""
    return [message.body, str(message.data.get("title", ""))]


class _Found(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self._forms: list[tuple[str, dict[str, str], list[dict[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name"), given.get("value", "")
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form" and given.get("method") == "post" and given.get("action"):
            self._forms.append((given["action"], {}, []))
        elif self._forms and name and tag == "button":
            self._forms[-1][2].append({name: value})
        elif self._forms and name and tag in ("input", "textarea", "select") and given.get("type") != "radio":
            self._forms[-1][1][name] = value

    def presses(self) -> Iterator[Press]:
        for url, values, buttons in self._forms:
            values.pop("csrf_token", None)
            for button in buttons or [{}]:
                yield Press(url, tuple((values | button).items()))
