"""Text messages as carriers count them, and the plain letters that keep one from costing twice. Pure.

GSM 03.38: in its alphabet a segment holds 160 characters, and one character outside of it leaves 70 for all. Longer
texts travel in parts, each of which gives seven characters (three) to its place in the row. National shift tables are
left out: no carrier of the United States sends them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, wraps
from typing import ParamSpec

from leadapp.routing.said import Said

P = ParamSpec("P")

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # each behind an escape: two septets
_GSM_7 = _BASIC | _EXTENSION
_FIRST_BEYOND_16_BITS = "\U00010000"  # from here on a character is a pair of surrogates

_LEFT_OUT = "\0"  # stands where a pictogram was, until the gap is closed
_PICTOGRAMS = range(0x1F000, 0x1FB00)  # also those younger than Python's table of characters
_PLAIN_FORMS = {
    "'": "‘’‚‛′‵`´ʹʻʼʽ‹›",
    '"': "“”„‟″‶«»〝〞",
    "-": "‐‒–—―−⁃·•‧∙",
    "/": "⁄∕÷",
    "\n": "\v\x85\u2028\u2029",
    " ": "\t",
    " deg": "°",
    "x": "×✕",
    "+/-": "±",
    "<=": "≤",
    ">=": "≥",
    "->": "→",
    "c": "¢",
    "|": "¦",
    "(c)": "©",
    "(R)": "®",
    "(TM)": "™",
    "^2": "²",
    "^3": "³",
    "u": "µ",
    "l": "ł",
    "L": "Ł",
    "d": "đð",
    "D": "ĐÐ",
    "th": "þ",
    "Th": "Þ",
    "oe": "œ",
    "OE": "Œ",
    "SS": "ẞ",
    "i": "ı",
    "h": "ħ",
    "H": "Ħ",
    "t": "ŧ",
    "T": "Ŧ",
    "n": "ŋ",
    "N": "Ŋ",
    "e": "ə",
    "E": "Ə",
}
_PLAIN = {character: plain for plain, characters in _PLAIN_FORMS.items() for character in characters}


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text is sent as, and how many times it is paid for."""

    encoding: Encoding
    count: int


def segments(text: str) -> Segments:
    """Counts as carriers do: an escape and its character, or two surrogates, always travel in one segment."""
    if is_gsm7(text):
        return Segments(Encoding.GSM7, _count([2 if c in _EXTENSION else 1 for c in text], alone=160, joined=153))
    return Segments(Encoding.UCS2, _count([2 if c >= _FIRST_BEYOND_16_BITS else 1 for c in text], alone=70, joined=67))


def is_gsm7(text: str) -> bool:
    return _GSM_7.issuperset(text)


def to_gsm7(text: str) -> str:
    """The text in GSM-7, if everything in it has a plain form there; else the text as it is, for a name in Chinese must
    stay readable. For texts of ours, not for what people write to each other: pictograms are left out.

    It never costs more segments than before, never empties a text and never changes a link.
    """
    if is_gsm7(text) or any("://" in word and not is_gsm7(word) for word in text.split()):
        return text
    folded = _fold(unicodedata.normalize("NFC", text))
    return folded if folded and segments(folded).count <= segments(text).count else text


def sms(write: Callable[P, str]) -> Callable[P, str]:
    """Marks a function that words a text message. What it says goes out in GSM-7 wherever that can be; in another
    language than English it is made so where it is spoken."""

    @wraps(write)
    def write_plainly(*args: P.args, **kwargs: P.kwargs) -> str:
        text = write(*args, **kwargs)
        return text.in_letters(to_gsm7(text)) if isinstance(text, Said) else to_gsm7(text)

    return write_plainly


def _count(costs: list[int], *, alone: int, joined: int) -> int:
    if sum(costs) <= alone:
        return min(1, len(costs))
    count = room = 0
    for cost in costs:
        if cost > room:
            count, room = count + 1, joined
        room -= cost
    return count


def _fold(text: str) -> str:
    """Empty if something has no plain form, or nothing but pictograms is there."""
    folded: list[str] = []
    for character in text:
        plain = _plain(character)
        if plain is None:
            return ""
        if plain[:1].isdecimal() and not character.isdecimal() and folded and folded[-1].isdecimal():
            plain = f" {plain}"  # 2½ is 2 1/2
        folded.append(plain)
    return _close_gaps("".join(folded))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str | None:
    """Its form in GSM-7, empty for what is not seen; None if it has none."""
    if character in _GSM_7:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in ("Mn", "Me", "Cc", "Cf", "Cs"):  # accents, and what joins or directs
        return ""
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        forms = [_plain(part) for part in parts]
        return None if None in forms else "".join(filter(None, forms))
    return _LEFT_OUT if category in ("So", "Sk", "Co") or ord(character) in _PICTOGRAMS else None


def _close_gaps(text: str) -> str:
    """One space where a pictogram stood between words; none at the edge of a line or before a comma."""
    folded, *parts = text.split(_LEFT_OUT)
    for part in parts:
        before, after = folded.rstrip(" "), part.lstrip(" ")
        had_space = len(before) + len(after) < len(folded) + len(part)
        is_edge = before == "" or before.endswith("\n") or after.startswith(("\n", ".", ",", ":", ";", "!", "?", ")"))
        folded = before + (" " if had_space and not is_edge else "") + after
    return folded.rstrip(" ") if parts and not parts[-1].strip(" ") else folded
