"""The languages that people read Leadapp in. English stands in the code; others are catalogs in translations/."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from leadapp.routing.said import spoken

TRANSLATIONS = Path(__file__).parent / "translations"


class Language(StrEnum):
    """What a person reads: screens, pushes, texts and calls to them. What they speak with customers is another matter
    (`Rep.languages`)."""

    ENGLISH = "en"
    SPANISH = "es"


@cache
def catalog(language: Language) -> gettext.NullTranslations:
    """What is said in English, in this language; read once a process."""
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def in_language(language: Language | None, english: str) -> str:
    """The sentence in the language of whoever reads it, in English for those who have not chosen one. What it has to be
    filled with stays open."""
    return catalog(language or Language.ENGLISH).gettext(english)


def spoken_in(language: Language | None, text: str, tell: Callable[[datetime], str] | None = None) -> str:
    """What is said to somebody, in his language; words that are not ours are left as they are. `tell` says moments by
    his clock."""
    if tell is None and language in (None, Language.ENGLISH):
        return str(text)
    return spoken(text, catalog(language or Language.ENGLISH).gettext, tell)
