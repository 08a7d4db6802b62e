"""Finds any of many phrases in plain words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
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
        """Made when a text first has a word with which the phrase begins."""
        return re.compile(self.pattern.regex)

    def make_ready(self) -> None:
        """Makes the regex now, so that no text waits for it."""
        _ = self.regex


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that stands at the words from `start` to before `end`."""

    phrase: Phrase
    start: int
    end: int


class Phrases:
    """Phrases filed under the letters of the words with which they can begin, so that most words try none."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_first: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            for letter in phrase.pattern.first_letters:
                by_first[letter].append(phrase)
        self._by_first = dict(by_first)

    def found_in(self, clause: str) -> Iterator[Found]:
        """In the letters of a clause, at each word with which a phrase begins the longest; they may overlap."""
        for start, letter in enumerate(clause):
            if letter in self._by_first and (longest := _longest(self._by_first[letter], clause, start)):
                yield longest


def _longest(phrases: Iterable[Phrase], clause: str, start: int) -> Found | None:
    longest: Found | None = None
    for phrase in phrases:
        match = phrase.regex.match(clause, start)
        if match and (longest is None or match.end() > longest.end):
            longest = Found(phrase, start, match.end())
    return longest
