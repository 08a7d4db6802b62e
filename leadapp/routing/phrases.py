"""Finds any of many phrases in plain words: the notation of `urgency_words`, made fast."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

_WORD = re.compile(r"(?<!\w)\w")


class Phrases:
    """Phrases filed under the letters they can begin with, so that at each word of a text a few are tried, and not the
    two hundred."""

    def __init__(self, *groups: Iterable[str]) -> None:
        by_letter: dict[str, list[str]] = defaultdict(list)
        for phrase in chain.from_iterable(groups):
            regex = phrase.replace(" .. ", r"(?: \w+){0,4} ").replace("~", "(?:s|es|ed|d|ing|y)?")
            for letter in first_letters(regex):
                by_letter[letter].append(f"(?:{regex})")
        self._by_letter = {
            letter: re.compile("(?:" + "|".join(regexes) + r")(?!\w)") for letter, regexes in by_letter.items()
        }

    def found_in(self, words: str) -> Iterator[re.Match[str]]:
        """From left to right, none overlapping another; of those that begin at one word, the one listed first."""
        free_from = 0
        for word in _WORD.finditer(words):
            regex = self._by_letter.get(word[0])
            if regex and word.start() >= free_from and (match := regex.match(words, word.start())):
                free_from = match.end()
                yield match


def first_letters(regex: str) -> set[str]:
    """The letters with which a match of `regex` can begin. Raises ValueError unless each of its choices begins with a
    letter, or with choices in brackets that do."""
    choices, _rest = _choices(f"({regex})")
    return set().union(*map(_first_of_choice, choices))


def _first_of_choice(regex: str) -> set[str]:
    regex = regex.removeprefix("^")
    if regex[:1].isalnum():
        letters, rest = {regex[0]}, regex[1:]
    elif regex.startswith("(") and not regex.startswith("(?"):
        choices, rest = _choices(regex)
        letters = set().union(*map(_first_of_choice, choices))
    else:
        raise ValueError(f"A phrase must begin with a letter or with choices: {regex}")
    return letters | _first_of_choice(rest[1:]) if rest.startswith("?") else letters


def _choices(regex: str) -> tuple[list[str], str]:
    """The choices in the brackets at the beginning, and what follows: "(a|b(c|d))e" gives a and b(c|d), then e."""
    depth, choices = 0, [""]
    for place, character in enumerate(regex):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return choices, regex[place + 1 :]
        if character == "|" and depth == 1:
            choices.append("")
        elif place > 0:
            choices[-1] += character
    raise ValueError(f"A bracket is open: {regex}")
