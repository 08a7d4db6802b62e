"""Whoever reads Spanish reads all of it: a sentence without a translation fails here."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from leadapp.languages import TRANSLATIONS, Language

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in Language if language is not Language.ENGLISH]
_GAPS = re.compile(r"\{\w+\}|%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> Catalog:
    """Everything that is said, as `make messages` finds it."""
    found = tmp_path_factory.mktemp("said") / "messages.pot"
    words = re.search(r"pybabel -q extract (.*) -o messages\.pot", (ROOT / "Makefile").read_text())[1].split()
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *words, "-o", str(found), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    return read_po(BytesIO(found.read_bytes()))


@cache
def catalog(language: Language) -> Catalog:
    return read_po(BytesIO((TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").read_bytes()))


def texts(message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_is_said_is_translated(said, language):
    known = {texts(message)[0] for message in catalog(language) if message.id and all(words_of(message))}

    missing = [texts(message)[0] for message in said if message.id and texts(message)[0] not in known]

    assert missing == [], "run `make messages`, and say these in the translation beside it"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_gaps_of_what_it_translates(language):
    for message in catalog(language):
        if not message.id:
            continue
        wanted = set(_GAPS.findall(texts(message)[-1]))
        for words in words_of(message):
            assert set(_GAPS.findall(words)) <= wanted, message.id
        assert set(_GAPS.findall(words_of(message)[-1])) == wanted, message.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_is_written(language):
    folder = TRANSLATIONS / language / "LC_MESSAGES"
    compiled = read_mo(BytesIO((folder / "messages.mo").read_bytes()))

    for message in catalog(language):
        if message.id:
            assert words_of(compiled[texts(message)[0]]) == words_of(message), "run `make messages`"
    assert gettext.translation("messages", TRANSLATIONS, [language]).gettext("Accept") != "Accept"


def words_of(message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)
