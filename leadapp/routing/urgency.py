"""Is it an emergency? The customer's words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadapp.routing.misspelling import Spelling
from leadapp.routing.notation import Letters
from leadapp.routing.phrases import Found, Level, Phrase, Phrases
from leadapp.routing.plain_words import folded, words

#: An emergency is named before the five thousandth character; what is longer is pasted.
_LONGEST = 5_000
_DENIAL_REACHES = 3
_SMALL_REACHES = 2
_FOLLOWS_WITHIN = 4
_LOOKS_AHEAD = 10
_CLAUSE_ENDS = re.compile(
    r"[.,;:!?¡¿()\[\]{}\n\r\"|•]+|(?: - | -- )|–|—"
    r"|\b(?:and|but|y|e|pero|aunque|plus|because|however|though|porque|asi que)\b"
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """`words` are the customer's, folded; `phrase` is what they stand for."""

    words: str
    phrase: Phrase


@dataclass(frozen=True)
class Turning:
    """What turns a phrase round. `denies` before it says that it is not so, unless it is part of `no_denial`; `small`
    before it and `small_after` it make it small; `settled` after it says that it is over; `can_wait` anywhere that
    there is time."""

    denies: Phrases
    no_denial: Phrases
    small: Phrases
    small_after: Phrases
    settled: Phrases
    can_wait: Phrases


class UrgentWords:
    """A business's list of phrases, ready to be looked for in texts."""

    def __init__(self, phrases: Iterable[Phrase], turning: Turning, spelling: Spelling, letters: Letters) -> None:
        listed = tuple(phrases)
        self._any = Phrases(listed)
        self._danger = Phrases(phrase for phrase in listed if phrase.level is Level.DANGER)
        self._own_words = frozenset().union(*(phrase.pattern.words for phrase in listed if not phrase.shipped))
        self._turning = turning
        self._meant, self._letters = spelling.meant, letters

    def deciding(self, text: str | None) -> tuple[Deciding, ...]:
        """What in `text` makes it urgent, in the order in which it stands, the same words once; empty when it is not.

        Misspelt words count as what they are meant to be. A phrase does not count when its clause denies it ("no
        leak") or says that it is over ("the leak was fixed"), nor, unless it is a danger to life, when its clause makes
        it small ("a slow leak") or the customer says anywhere that it can wait. Never raises.
        """
        if not text:
            return ()
        clauses = [_Clause(said, self._letters.spell([self._read(word) for word in said])) for said in _clauses(text)]
        found = self._standing(clauses, self._any)
        if any(one.phrase.level is not Level.DANGER for one in found) and self._can_wait(clauses):
            found = self._standing(clauses, self._danger)
        return tuple({one.words: one for one in reversed(found)}.values())[::-1]

    def _read(self, word: str) -> str:
        return word if word in self._own_words else self._meant(word)

    def _can_wait(self, clauses: Iterable[_Clause]) -> bool:
        return any(True for clause in clauses for _ in self._turning.can_wait.found_in(clause.letters))

    def _standing(self, clauses: Iterable[_Clause], phrases: Phrases) -> list[Deciding]:
        return [
            Deciding(" ".join(clause.words[found.start : found.end]), found.phrase)
            for clause in clauses
            for found in _Turns(clause.letters, self._turning).left_standing(phrases.found_in(clause.letters))
        ]


@dataclass(frozen=True, slots=True)
class _Clause:
    """The customer's words, folded, and the letters of what each is meant to be."""

    words: Sequence[str]
    letters: str


class _Turns:
    """What stands around the phrases of one clause."""

    def __init__(self, letters: str, turning: Turning) -> None:
        self._letters, self._turning = letters, turning
        self._denials: dict[int, int] | None = None

    def left_standing(self, found: Iterable[Found]) -> Iterator[Found]:
        """Those that nothing turns round, none overlapping another. A "no" that belongs to one denies no other."""
        free_from = 0
        for one in found:
            if one.start >= free_from and not self._is_turned(one, free_from):
                free_from = one.end
                yield one

    def _is_turned(self, found: Found, free_from: int) -> bool:
        if found.phrase.level is not Level.DANGER and self._is_small(found):
            return True
        return self._is_denied(found, free_from) or self._is_followed_by(self._turning.settled, found)

    def _is_denied(self, found: Found, free_from: int) -> bool:
        return self._last_denials().get(found.start, -1) >= free_from

    def _last_denials(self) -> Mapping[int, int]:
        """For each place that a denial reaches, where the last of them begins."""
        if self._denials is None:
            void = {
                place for one in self._turning.no_denial.found_in(self._letters) for place in range(one.start, one.end)
            }
            self._denials = {
                place: denial.start
                for denial in self._turning.denies.found_in(self._letters)
                if void.isdisjoint(range(denial.start, denial.end))
                for place in range(denial.start + 1, denial.end + _DENIAL_REACHES)
            }
        return self._denials

    def _is_small(self, found: Found) -> bool:
        before = self._letters[max(0, found.start - _SMALL_REACHES) : found.start]
        said_before = any(True for _ in self._turning.small.found_in(before))
        return said_before or self._is_followed_by(self._turning.small_after, found)

    def _is_followed_by(self, phrases: Phrases, found: Found) -> bool:
        after = self._letters[found.end : found.end + _LOOKS_AHEAD]
        return any(one.start < _FOLLOWS_WITHIN for one in phrases.found_in(after))


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each clause: "It's burst!" -> its, burst."""
    for clause in _CLAUSE_ENDS.split(folded(text[:_LONGEST])):
        if found := words(clause):
            yield found
