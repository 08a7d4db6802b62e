"""A language of which every word of ours is marked, so that what is not said through a catalog stands out."""

from __future__ import annotations

import re
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from io import BytesIO

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from leadapp.languages import TRANSLATIONS, Language
from leadapp.web.languages import language

OPEN, CLOSE = "⟦", "⟧"
_GAPS = re.compile(r"(\{\w+\}|%\(\w+\)[sd])")
_MARKED = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
#: A name, what is the same in both languages, and what carriers understand in any.
_SAME = {"leadapp", "utc", "csv", "am", "pm", "min", "stop", "start"}
_SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder")
_EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_SILENT = {"script", "style"}


class Marked(NullTranslations):
    """Spanish, of which all that is known reads as its English in marks; what fills a sentence stays outside."""

    def gettext(self, english: str) -> str:
        return _marked(english) if english in _known() else english

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)

    ugettext, ungettext = gettext, ngettext


def mark_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever reads Spanish reads marks: on pages, in messages and in scripts."""
    monkeypatch.setattr("leadapp.languages.catalog", _catalog)
    monkeypatch.setattr("flask_babel.Domain.get_translations", lambda _domain: _catalog(language()))


def unmarked(text: str) -> list[str]:
    """The words in it that are neither marked nor an address, nor the name of a day or a month."""
    words = _WORD.findall(_NO_WORDS.sub(" ", _MARKED.sub(" ", text)))
    return [word for word in words if word.lower() not in _SAME | _days_and_months()]


def words_of(page: str) -> list[str]:
    """What a person reads or hears of a page, piece by piece."""
    reader = _Reader()
    reader.feed(page)
    return reader.pieces


class _English(NullTranslations):
    ugettext, ungettext = NullTranslations.gettext, NullTranslations.ngettext


def _catalog(language: Language) -> NullTranslations:
    return Marked() if language is Language.SPANISH else _English()


class _Reader(HTMLParser):
    """Leaves out what is in another language by intent, and what only programs read."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._within: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_left_out = tag in _SILENT or given.get("translate") == "no" or ("lang" in given and tag != "html")
        self.pieces += [given[name] or "" for name in _SPOKEN_ATTRIBUTES if name in given]
        if tag == "meta" and given.get("name") == "description":
            self.pieces.append(given["content"] or "")
        if tag not in _EMPTY:
            self._within.append((tag, is_left_out))

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(is_left_out for _tag, is_left_out in self._within):
            self.pieces.append(data.strip())


def _marked(english: str) -> str:
    return "".join(part if _GAPS.fullmatch(part) else f"{OPEN}{part}{CLOSE}" for part in _GAPS.split(english) if part)


@cache
def _known() -> frozenset[str]:
    found = read_po(BytesIO((TRANSLATIONS / "es" / "LC_MESSAGES" / "messages.po").read_bytes()))
    return frozenset(text for m in found if m.id for text in ([m.id] if isinstance(m.id, str) else m.id))


@cache
def _days_and_months() -> frozenset[str]:
    spanish = Locale("es")
    names = (table["format"]["abbreviated"].values() for table in (spanish.days, spanish.months))
    return frozenset(name.strip(".").lower() for table in names for name in table)
