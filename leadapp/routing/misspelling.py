"""Which word of the phrases a misspelt word is meant to be: emergancy, leeking, overfloing, inundasion."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

_SHORTEST = 5
_ONE_SLIP_FROM = 6
_TWO_SLIPS_FROM = 9
_VOWELS = frozenset("aeiou")
_DOUBLED = re.compile(r"([^aeiou])\1+")
_SOUNDS = (
    (re.compile(r"ph"), "f"), (re.compile(r"ck|q(?=u)|c(?![eihy])"), "k"), (re.compile(r"c(?!h)|z"), "s"),
    (re.compile(r"g"), "j"), (re.compile(r"v"), "b"), (re.compile(r"y"), "i"),
)  # fmt: skip
_VOWEL = re.compile("[aeiou]")


class Spelling:
    """Knows the words of the phrases, and the ordinary words that are never a misspelling of one.

    A word of five letters or more that sounds like one of them is taken for it (a doubled consonant, ck and k, v and b,
    c and s and z, g and j). So is one of six letters or more with one slip, of nine or more with two: a letter left out
    or added, two neighbours swapped, a wrong vowel. A wrong consonant is another word: flooring is not flooding.
    """

    def __init__(self, words: Iterable[str], ordinary: Iterable[str]) -> None:
        known = sorted(word for word in words if len(word) >= _SHORTEST)
        self._left_alone = frozenset(known) | frozenset(ordinary)
        self._sounds: dict[str, str] = {}
        for word in known:
            self._sounds.setdefault(_sound(word), word)
        self._near: dict[str, list[str]] = defaultdict(list)
        for sound in self._sounds:
            for trace in set(_traces(sound)):
                self._near[trace].append(sound)
        self.meant = lru_cache(maxsize=20_000)(self._meant)

    def _meant(self, word: str) -> str:
        """The word it stands for, or itself."""
        if len(word) < _SHORTEST or word in self._left_alone or not word.isalpha():
            return word
        sound = _sound(word)
        if sound in self._sounds:
            return self._sounds[sound]
        slips = 0 if len(word) < _ONE_SLIP_FROM else 1 if len(word) < _TWO_SLIPS_FROM else 2
        return self._nearest(sound, slips) or word

    def _nearest(self, sound: str, most: int) -> str | None:
        """The known word with the fewest slips; of several the first in the alphabet."""
        if not most:
            return None
        candidates = {near for trace in _traces(sound) for near in self._near.get(trace, ())}
        alike = [near for near in candidates if not _has_another_consonant(sound, near)]
        found = [(count, near) for near in alike if (count := _slips(sound, near, most)) <= most]
        return self._sounds[min(found)[1]] if found else None


def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return _DOUBLED.sub(r"\1", word)


def _traces(sound: str) -> Iterator[str]:
    """What one slip leaves in common: the consonants, and the consonants with one left out."""
    consonants = _VOWEL.sub("", sound)
    yield consonants
    if len(consonants) > 2:
        yield from (consonants[:place] + consonants[place + 1 :] for place in range(len(consonants)))


def _has_another_consonant(one: str, other: str) -> bool:
    ours, theirs = Counter(_VOWEL.sub("", one)), Counter(_VOWEL.sub("", other))
    return bool(ours - theirs and theirs - ours)


def _slips(one: str, other: str, most: int) -> int:
    """How many slips lead from one to the other; more than `most` when too many, or when they begin otherwise."""
    begins_alike = one[:1] == other[:1] or (one[0] in _VOWELS and other[0] in _VOWELS)
    if not begins_alike or abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + _replacing(letter, wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _replacing(letter: str, wanted: str) -> int:
    if letter == wanted:
        return 0
    return 1 if letter in _VOWELS and wanted in _VOWELS else 2
