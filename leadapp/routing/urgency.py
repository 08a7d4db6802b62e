"""Is it an emergency? The customer's words that say so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from leadapp.routing.phrases import Phrases
from leadapp.routing.urgency_words import CAN_WAIT, DAMAGE, DANGER, NEGATIONS, PLEA, STILL_BAD, WEAKENERS

#: An emergency is named before the five thousandth character; what is longer is pasted.
_LONGEST = 5_000
_NEGATION_REACHES = 3
_WEAKENER_REACHES = 2
_CLAUSE_ENDS = re.compile(r"[.,;:!?¡¿()\[\]{}\n\r\"|•]+|(?: - | -- )|–|—|\b(?:and|but|y|pero|aunque|plus|because)\b")
_NO_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")


def urgent_words(text: str | None) -> tuple[str, ...]:
    """The phrases of `text` that make it urgent, folded, in the order they stand; empty when it is not.

    A phrase does not count when its clause denies it ("no leak") or makes it small ("a slow leak"), nor, unless it is a
    danger to life, when the customer says that it can wait.
    """
    if not text:
        return ()
    clauses = list(_clauses(text))
    can_wait = any(next(_CAN_WAIT.found_in(clause), None) for clause in clauses)
    phrases = _DANGER if can_wait else _ANY
    found = chain.from_iterable(_standing(clause, phrases) for clause in clauses)
    return tuple(dict.fromkeys(found))


def _clauses(text: str) -> Iterator[str]:
    """The clauses as plain words with single spaces between: "It's burst!" -> "its burst"."""
    plain = _APOSTROPHES.sub("", text[:_LONGEST]).casefold()
    folded = plain if plain.isascii() else _without_accents(plain)
    for clause in _CLAUSE_ENDS.split(folded):
        words = _NO_WORD.sub(" ", clause).strip()
        if words:
            yield words


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _standing(clause: str, phrases: Phrases) -> Iterator[str]:
    for match in phrases.found_in(clause):
        before = clause[: match.start()].split()
        if not _is_denied(before, match[0]) and WEAKENERS.isdisjoint(before[-_WEAKENER_REACHES:]):
            yield match[0]


def _is_denied(before: list[str], phrase: str) -> bool:
    near = before[-_NEGATION_REACHES:]
    return not NEGATIONS.isdisjoint(near) and STILL_BAD.isdisjoint([*near, *phrase.split()])


_DANGER = Phrases(DANGER)
_ANY = Phrases(DANGER, DAMAGE, PLEA)
_CAN_WAIT = Phrases(CAN_WAIT)
