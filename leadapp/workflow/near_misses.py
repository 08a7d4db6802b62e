"""Misspelt values: which value listed in the rules somebody meant. Outside routing, because it takes a library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from leadapp.routing.fields import Listed, key_of, standard_key
from leadapp.routing.folding import is_blank
from leadapp.routing.rules import rulebook
from leadapp.routing.synonyms import spellings
from leadapp.routing.values import Rule

# Measured on the cities of the United States: see docs/decisions.md before changing one of these.
_SHORTEST = 5
_LONG = 8  # from here on the first letter, too, may be the wrong one
_VERY_LONG = 10  # from here on two letters may be
_LONGEST = 80  # what is longer is a sentence


def read_as(fields: Mapping[str, str], rules: tuple[Rule, ...]) -> dict[str, str]:
    """The listed values that fields of a lead are near misses of, by the key of the field.

    Nothing for a field that holds a listed value as it stands, a known word, digits, or something short; nor where two
    listed values are equally near.
    """
    listed = rulebook(rules).listed
    if not listed:
        return {}
    texts = {key_of(name): text for name, text in fields.items() if text}
    meant = ((key, nearest(texts.get(key) or texts.get(standard_key(key), ""), listed[key])) for key in listed)
    return {key: value for key, value in meant if value}


@lru_cache(maxsize=8192)
def nearest(text: str, listed: Listed) -> str | None:
    """The listed value that the text is a near miss of, if it is one of exactly one."""
    if len(text) > _LONGEST or any(map(str.isdigit, text)) or is_blank(text) or not listed.can_be_missed_by(text):
        return None
    near = [found for typed in spellings(listed.kind, text) for found in _near(typed, listed)]
    least = min((distance for distance, _value in near), default=0)
    meant = {value for distance, value in near if distance == least}
    return meant.pop() if len(meant) == 1 else None


def _near(typed: str, listed: Listed) -> Iterator[tuple[int, str]]:
    """The listed values that are near enough, and how many letters away."""
    if len(typed) < _SHORTEST:
        return
    for spelling, distance, _index in process.extract(
        typed, listed.spellings, scorer=OSA.distance, score_cutoff=2, limit=None
    ):
        if _is_near(typed, spelling, distance):
            yield distance, listed.value_of(spelling)


def _is_near(typed: str, spelling: str, distance: int) -> bool:
    if len(spelling) < _SHORTEST or any(map(str.isdigit, spelling)):
        return False
    begins_alike = typed[0] == spelling[0]
    if len(spelling) >= _VERY_LONG and begins_alike:
        return distance <= 2
    return distance <= 1 and (begins_alike or len(spelling) >= _LONG)
