"""Finds any of many phrases in plain words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from leadapp.routing.notation import Pattern


class Level(StrEnum):
    """What a phrase means. A danger to life counts even when the customer says that it can wait."""

    DANGER = "danger"
    DAMAGE = "damage"
    PLEA = "plea"


class Trade(StrEnum):
    """Whose phrases they are. What is `general` concerns every business, and its dangers always count."""

    GENERAL = "general"
    PLUMBING = "plumbing"
    HEATING_AND_COOLING = "heating_and_cooling"
    ELECTRICAL = "electrical"
    ROOFING = "roofing"
    LOCKS = "locks"
    WATER_DAMAGE = "water_damage"
    PESTS = "pests"


@dataclass(frozen=True)
class Phrase:
    """One phrase and the pattern that finds it. Two with the same id are the same phrase."""

    id: str
    text: str = field(compare=False)
    pattern: Pattern = field(compare=False, repr=False)
    trade: Trade = field(default=Trade.GENERAL, compare=False)
    level: Level = field(default=Level.DAMAGE, compare=False)
    language: str | None = field(default=None, compare=False)
    shipped: bool = field(default=True, compare=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Made when a text first has a word with which the phrase begins: most never are."""
        return re.compile(self.pattern.regex)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that stands in words[start:end]."""

    phrase: Phrase
    start: int
    end: int


class Phrases:
    """Phrases filed under the words with which they can begin, so that at most words of a text none is tried."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_first: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for word in phrase.pattern.first_words:
                by_first[word].append(phrase)
        self._by_first = dict(by_first)

    def found_in(self, words: Sequence[str]) -> Iterator[Found]:
        """At each word with which a phrase begins the longest, from left to right; they may overlap."""
        hits = [(place, word) for place, word in enumerate(words) if word in self._by_first]
        if not hits:
            return
        text = " ".join(words) + " "
        for place, word in hits:
            start = sum(map(len, words[:place])) + place
            if found := self._longest(self._by_first[word], text, start):
                phrase, end = found
                yield Found(phrase, place, place + text.count(" ", start, end))

    def _longest(self, phrases: Iterable[Phrase], text: str, start: int) -> tuple[Phrase, int] | None:
        longest: tuple[Phrase, int] | None = None
        for phrase in phrases:
            match = phrase.regex.match(text, start)
            if match and (longest is None or match.end() > longest[1]):
                longest = phrase, match.end()
        return longest
