"""Text as plain words: lower case, no accents, no apostrophes, so that "won't" is wont and "inundación" inundacion."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")


def folded(text: str) -> str:
    """In lower case, without accents and apostrophes."""
    plain = _APOSTROPHES.sub("", text).casefold()
    if plain.isascii():
        return plain
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(folded_text: str) -> list[str]:
    """The words of folded text, without what stands between them."""
    return _WORD.findall(folded_text)
