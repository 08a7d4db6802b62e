"""How routing compares words people typed: case, accents, spacing and punctuation do not count; fillers are blank."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BLANK = frozenset(
    {"", "select", "please select", "select one", "choose", "choose one", "n a", "na", "none", "null", "nil", "nan"}
    | {"unknown", "not provided", "not specified", "not available", "not applicable", "undefined", "no answer"}
    | {"ninguno", "ninguna", "desconocido", "no especificado", "no aplica", "seleccionar", "seleccione", "elegir"}
)
_APOSTROPHES = frozenset("'’‘`´")

#: Enough for a rule or a form field; what is longer is a pasted page, and nothing in it decides after this.
_LONGEST = 20_000


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, no accents, single spaces, no punctuation: "  Señor O'Neil-Smith!" -> "senor oneil smith".

    Symbols such as + and € stay, so that "50+" is not "50".
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text[:_LONGEST]).casefold())
    return " ".join("".join(_fold_character(character) for character in folded).split())


def is_blank(text: str | None) -> bool:
    """True for nothing, and for what forms put in place of nothing: "Select", "n/a", "-", "unknown"."""
    return text is None or fold(text) in _BLANK


def _fold_character(character: str) -> str:
    if character.isalnum():
        return character
    if character in _APOSTROPHES or unicodedata.category(character)[0] == "M":
        return ""
    return character if unicodedata.category(character)[0] == "S" else " "
