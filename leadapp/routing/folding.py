"""How routing compares words people typed: case, accents, spacing and punctuation do not count; fillers are blank."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: "other" and "no" are answers: somebody chose them.
_BLANK = frozenset(
    {"", "select", "please select", "select one", "select an option", "please select one", "choose", "choose one"}
    | {"please choose", "choose an option", "pick one", "n a", "na", "none", "null", "nil", "nan", "none selected"}
    | {"unknown", "unspecified", "undefined", "not provided", "not specified", "not available", "not applicable"}
    | {"not given", "not set", "not known", "no answer", "no value", "not selected", "empty", "blank", "tbd", "xxx"}
    | {"ninguno", "ninguna", "desconocido", "desconocida", "sin especificar", "no especificado", "no aplica", "n d"}
    | {"seleccionar", "seleccione", "selecciona", "seleccione una opcion", "selecciona una opcion", "elegir", "elija"}
)
#: Symbols that fold keeps, typed in place of an answer: "=", "++", "~".
_FILLER_SYMBOLS = frozenset("+=~^|<>$")
_APOSTROPHES = frozenset("'’‘`´")

#: Enough for a rule or a form field; what is longer is a pasted page, and nothing in it decides after this.
_LONGEST = 20_000


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, no accents, single spaces, no punctuation: "  Señor O'Neil-Smith!" -> "senor oneil smith".

    Symbols such as + and € stay, so that "50+" is not "50".
    """
    text = text[:_LONGEST]
    if text.isascii():  # nearly every field: a tenth of the time
        return " ".join(text.lower().translate(_ASCII).split())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(_fold_character(character) for character in folded).split())


def is_blank(text: str | None) -> bool:
    """True for nothing, and for what forms put in place of nothing: "Select", "n/a", "-", "unknown"."""
    if text is None:
        return True
    folded = fold(text)
    return folded in _BLANK or (folded[0] in _FILLER_SYMBOLS and _FILLER_SYMBOLS.issuperset(folded.replace(" ", "")))


def join(folded: str) -> str:
    """Without spaces ("sw1a 1aa" is "sw1a1aa"), except bare numbers: "11 50" is not 1150."""
    return folded.replace(" ", "") if any(character.isalpha() for character in folded) else folded


def _fold_character(character: str) -> str:
    if character.isalnum():
        return character
    if character in _APOSTROPHES or unicodedata.category(character)[0] == "M":
        return ""
    return character if unicodedata.category(character)[0] == "S" else " "


_ASCII = {code: _fold_character(chr(code)) for code in range(128)}
