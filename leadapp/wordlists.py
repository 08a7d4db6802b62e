"""The phrases that come with Leadapp, read once from `routing/data`; with an owner's own they are a business's list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from leadapp.routing.inflection import forms
from leadapp.routing.misspelling import Spelling
from leadapp.routing.notation import Letters, Pattern, plain, read
from leadapp.routing.phrases import Level, Phrase, Phrases, Trade
from leadapp.routing.plain_words import folded
from leadapp.routing.urgency import Turning, UrgentWords

_ID_LENGTH = 16
_LISTS_KEPT = 8  # one business has one; tests and a change in the middle of a transaction have more

Section = tuple[str, str]  # what it is for, and the language


class OwnPhrase(NamedTuple):
    """A phrase that the owner added; without a language its words take the endings of each."""

    id: str
    text: str
    trade: Trade
    level: Level
    language: str | None


@cache
def shipped() -> Mapping[str, Phrase]:
    """Every phrase that comes with Leadapp, by its id, trade by trade."""
    return {phrase.id: phrase for trade in Trade for phrase in _of_trade(trade)}


@lru_cache(maxsize=_LISTS_KEPT)
def word_list(own: tuple[OwnPhrase, ...], off: frozenset[str]) -> UrgentWords:
    """The list of a business: what is shipped, without what is `off` (ids of phrases, names of trades), and its own.

    It is made once for the same content; most of it is shared between lists."""
    ours = (_own_phrase(phrase) for phrase in own if phrase.trade not in off)
    theirs = (phrase for phrase in shipped().values() if is_on(phrase, off))
    return UrgentWords((*ours, *theirs), _turning(), _spelling(), _letters())


def get_ready() -> None:
    """Makes what the first leads would otherwise wait for: most of a second."""
    word_list((), frozenset())
    for phrase in (*shipped().values(), *chain(*_turning_phrases().values())):
        phrase.make_ready()


def is_on(phrase: Phrase, off: frozenset[str]) -> bool:
    """Whether a shipped phrase counts. A general danger to life always does."""
    return always_counts(phrase) or (phrase.id not in off and phrase.trade not in off)


def always_counts(phrase: Phrase) -> bool:
    return phrase.shipped and phrase.trade is Trade.GENERAL and phrase.level is Level.DANGER


def _of_trade(trade: Trade) -> Iterator[Phrase]:
    for (level, language), lines in _sections(trade).items():
        for text in lines:
            digest = sha256("\n".join((trade, level, language, text)).encode()).hexdigest()[:_ID_LENGTH]
            yield Phrase(digest, text, _pattern(text, language), trade, Level(level), language)


@lru_cache(maxsize=1024)
def _own_phrase(own: OwnPhrase) -> Phrase:
    pattern = _pattern(plain(own.text), own.language)
    return Phrase(own.id, own.text, pattern, own.trade, own.level, own.language, shipped=False)


def _pattern(text: str, language: str | None) -> Pattern:
    return read(text, partial(_forms, language), _groups(language), _letters())


@lru_cache(maxsize=4096)
def _forms(language: str | None, word: str) -> frozenset[str]:
    return forms(word, language, _irregular(language))


@cache
def _letters() -> Letters:
    return Letters()


@cache
def _groups(language: str | None) -> Mapping[str, str]:
    lines = _sections("groups").get(("", language or ""), ())
    return dict(line.split(" = ", 1) for line in lines)


@cache
def _irregular(language: str | None) -> Mapping[str, frozenset[str]]:
    words: dict[str, set[str]] = defaultdict(set)
    for (_, of), lines in _sections("irregular").items():
        if language in (None, of):
            for word, others in (line.split(": ", 1) for line in lines):
                words[word].update(others.split())
    return {word: frozenset(others) for word, others in words.items()}


@cache
def _turning() -> Turning:
    return Turning(**{use.replace(" ", "_"): Phrases(phrases) for use, phrases in _turning_phrases().items()})


@cache
def _turning_phrases() -> Mapping[str, Iterable[Phrase]]:
    by_use: dict[str, list[Phrase]] = defaultdict(list)
    for (use, language), lines in _sections("turning").items():
        by_use[use] += [Phrase(line, line, _pattern(line, language)) for line in lines]
    return by_use


@cache
def _spelling() -> Spelling:
    """Knows the telling words, whatever is switched off. No other word of a phrase is taken for one of them."""
    telling = (
        _forms(language, word)
        for (_, language), lines in _sections("misspelt").items()
        for word in " ".join(lines).split()
    )
    phrases = chain(shipped().values(), *_turning_phrases().values())
    ordinary = frozenset().union(*(phrase.pattern.words for phrase in phrases))
    return Spelling(
        frozenset().union(*telling), ordinary.union(*map(str.split, _sections("ordinary").get(("", ""), ())))
    )


def _sections(name: str) -> Mapping[Section, Iterable[str]]:
    """The lines of a file under each [use language], folded; a line that begins with # is a comment."""
    found: dict[Section, list[str]] = defaultdict(list)
    section = ("", "")
    for line in files("leadapp.routing").joinpath("data", f"{name}.txt").read_text("utf-8").splitlines():
        text = folded(line).strip()
        if text.startswith("["):
            *use, language = text.strip("[]").split()
            section = (" ".join(use), language)
        elif text and not text.startswith("#"):
            found[section].append(text)
    return found
