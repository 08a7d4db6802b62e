"""The notation in which phrases are written down, read into patterns over plain words.

burst pipe                      these words, each with its usual endings (`forms` in inflection.py)
=fire                           this word without endings
(pipe|water line) .. burst      a choice; up to four words may stand between
(the)? roof                     may be left out
flood !(light|insurance)        must not follow
{loss} heat                     a choice that has a name
"fire"                          nothing else stands in the clause
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from leadapp.routing.inflection import is_telling
from leadapp.routing.plain_words import folded, words

Forms = Callable[[str], Iterable[str]]

_TOKEN = re.compile(r"\s*(\.\.|!\(|\(|\)\??|\||\{\w+\}|=?\w+)")
_PLAIN = re.compile(r"(?:[^\W_]|[ '’,-]|(?<= )\.\.(?= ))+")
_MOST_WORDS = 8
_GAP = ".{0,4}"
_FIRST_LETTER = 0x100
_NO_LETTER = "\0"


class WrongNotation(ValueError):
    """The phrase cannot be read; the text says why."""


class Letters:
    """A letter for each word that stands in a phrase, so that a clause is a short string, a word of a phrase with its
    forms is a set of letters, and a pattern of whole words is fast. Letters are given out as words come, for good."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}
        self._sets: dict[frozenset[str], str] = {}
        self._codes = count(_FIRST_LETTER)

    def give(self, words: frozenset[str]) -> str:
        """The letters of words of a phrase; those of the forms of one word are neighbours, which makes a quick set."""
        if words not in self._sets:
            self._sets[words] = "".join(sorted(self._letter(word) for word in sorted(words)))
        return self._sets[words]

    def _letter(self, word: str) -> str:
        return self._letters.get(word) or self._letters.setdefault(word, chr(next(self._codes)))

    def spell(self, words: Sequence[str]) -> str:
        """A clause: each word's letter at its place; one that stands in no phrase has a letter that nothing matches."""
        return "".join([self._letters.get(word, _NO_LETTER) for word in words])


@dataclass(frozen=True, slots=True)
class Pattern:
    """`regex` matches the phrase in the letters of a clause; a match begins with one of `first_letters`, and `words`
    are all that stand in the phrase."""

    regex: str
    first_letters: frozenset[str]
    words: frozenset[str]


def plain(text: str) -> str:
    """What somebody wrote in plain words, in this notation; ".." stays. Raises WrongNotation with what to write
    instead, when it is no phrase or so little that it would be found everywhere."""
    if not _PLAIN.fullmatch(text):
        raise WrongNotation('Write plain words, such as "burst pipe"; only .. may stand between, for up to four words.')
    parts = [words(part) for part in folded(text).split("..")]
    if not all(parts):
        raise WrongNotation("Write words before and after each ..")
    found = [word for part in parts for word in part]
    if len(found) > _MOST_WORDS:
        raise WrongNotation(f"Write {_MOST_WORDS} words or fewer; customers rarely say more of them in a row.")
    if not any(is_telling(word) for word in found):
        raise WrongNotation("These words are in too many messages; write one that only an emergency has.")
    return " .. ".join(" ".join(part) for part in parts)


def read(text: str, forms: Forms, groups: Mapping[str, str], letters: Letters) -> Pattern:
    """The pattern of one phrase. Raises WrongNotation."""
    whole = len(text) > 1 and text[0] == text[-1] == '"'
    reader = _Reader(text.strip('"') if whole else text, forms, groups, letters)
    found = reader.choice()
    if reader.rest:
        raise WrongNotation(f"A bracket is closed that was not opened: {text}")
    if found.may_be_nothing:
        raise WrongNotation(f"All of it may be left out: {text}")
    regex = f"^{found.regex}$" if whole else found.regex
    return Pattern(regex, found.first_letters, frozenset(reader.words))


@dataclass(frozen=True, slots=True)
class _Part:
    regex: str
    first_letters: frozenset[str] = frozenset()
    may_be_nothing: bool = True


class _Reader:
    def __init__(self, text: str, forms: Forms, groups: Mapping[str, str], letters: Letters) -> None:
        self.words: set[str] = set()
        self.rest = _tokens(text)
        self._text, self._forms, self._groups, self._letters = text, forms, groups, letters

    def choice(self) -> _Part:
        """Up to a closing bracket or the end."""
        choices = [self._sequence()]
        while self.rest and self.rest[0] == "|":
            self.rest.pop(0)
            choices.append(self._sequence())
        if len(choices) == 1:
            return choices[0]
        return _Part(
            "(?:" + "|".join(choice.regex for choice in choices) + ")",
            frozenset().union(*(choice.first_letters for choice in choices)),
            any(choice.may_be_nothing for choice in choices),
        )

    def _sequence(self) -> _Part:
        found = _Part("")
        while self.rest and self.rest[0] not in ("|", ")", ")?"):
            if self.rest[0] == ".." and found.may_be_nothing:
                raise WrongNotation(f"A phrase cannot begin with ..: {self._text}")
            found = _followed(found, self._element())
        return found

    def _element(self) -> _Part:
        token = self.rest.pop(0)
        if token == "..":
            return _Part(_GAP)
        if token == "!(":
            return _Part(f"(?!{self._bracketed()[0].regex})")
        if token == "(":
            inner, closing = self._bracketed()
            return _Part(f"(?:{inner.regex})?", inner.first_letters) if closing == ")?" else inner
        if token.startswith("{"):
            return self._group(token[1:-1])
        return self._word(token)

    def _bracketed(self) -> tuple[_Part, str]:
        inner = self.choice()
        if not self.rest:
            raise WrongNotation(f"A bracket is not closed: {self._text}")
        return inner, self.rest.pop(0)

    def _group(self, name: str) -> _Part:
        if name not in self._groups:
            raise WrongNotation(f"There is no group {{{name}}}: {self._text}")
        reader = _Reader(f"({self._groups[name]})", self._forms, self._groups, self._letters)
        found = reader.choice()
        self.words |= reader.words
        return found

    def _word(self, token: str) -> _Part:
        forms = frozenset((token[1:],)) if token.startswith("=") else frozenset(self._forms(token))
        self.words |= forms
        letters = self._letters.give(forms)
        return _Part(f"[{letters}]", frozenset(letters), may_be_nothing=False)


def _followed(part: _Part, after: _Part) -> _Part:
    firsts = part.first_letters | after.first_letters if part.may_be_nothing else part.first_letters
    return _Part(part.regex + after.regex, firsts, part.may_be_nothing and after.may_be_nothing)


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise WrongNotation(f"This cannot be read from {text[place:]!r} on: {text}")
        tokens.append(match[1])
        place = match.end()
    return tokens
