"""Any JSON value as text that every database and every encoding can hold."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from html import unescape

DEEPEST = 20
_LONGEST_INT_BITS = 1000

# Characters that put nothing on the screen: blanks, NUL, soft hyphen, fillers, joiners, direction marks, tags.
_INVISIBLE = re.compile(
    "[\\s\0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
# PostgreSQL cannot hold NUL, and UTF-8 cannot hold half of a surrogate pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# Sorting marks takes time by the square of their number (a minute for 160,000 of them), and no script needs thirty.
_MOST_MARKS = 30
_SHORT = 1000
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1[^<>]*>?|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_EDGES = " \t\r\n\f\v\u00a0\u3000\u200b\ufeff"


def is_blank(text: str) -> bool:
    """True when nothing of the text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def clean(value: object) -> str | None:
    """The value as storable text, or None when blank. Numbers become digits, lists are joined, the rest is JSON."""
    if value is None:
        return None
    text = value if isinstance(value, str) else _as_text(value)
    if text.isascii():  # nearly every field: nothing to normalise, NUL is the only trap
        text = text.strip(_EDGES)
        if "\0" not in text:
            return text if text and not text.isspace() else None
    if is_blank(text):
        return None
    return _normal(_UNSTORABLE.sub("\ufffd", text)).strip(_EDGES) or None


def storable(value: object, depth: int = 0) -> object:
    """The JSON value with every text and key cleaned; what lies deeper than 20 levels is kept as JSON text."""
    if isinstance(value, str):
        return clean(value) or ""
    if isinstance(value, Mapping | list | tuple):
        if depth >= DEEPEST:
            return json_text(value)
        if isinstance(value, Mapping):
            return _storable_mapping(value, depth)
        return [storable(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    # JSON has no NaN, and readers of JSON stumble over numbers of thousands of digits.
    if isinstance(value, int) and value.bit_length() <= _LONGEST_INT_BITS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return _as_text(value)


def text_of_html(html: str) -> str | None:
    """What a reader of the page would see. Patterns that cannot backtrack: a parser takes minutes over broken tags."""
    shown = _TAG.sub("", _LINE_END.sub("\n", _UNSEEN.sub("", html)))
    return clean(unescape(shown))


def unused(name: str, kept: Mapping[str, object], seen: dict[str, int]) -> str:
    """The name, with a number behind it when `kept` has it already. `seen` makes ten thousand alike cheap."""
    while name in kept:
        seen[name] = seen.get(name, 1) + 1
        name = f"{name} {seen[name]}"
    return name


def json_text(value: object) -> str:
    """The value as ASCII JSON text; never fails."""
    try:
        return json.dumps(value, default=str)
    except (RecursionError, ValueError, TypeError):
        return json.dumps(_cut(value, 0), default=str)


def _normal(text: str) -> str:
    marks = 0
    for character in text if len(text) > _SHORT else "":
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            return text
    return unicodedata.normalize("NFC", text)


def _storable_mapping(value: Mapping[object, object], depth: int) -> dict[str, object]:
    kept: dict[str, object] = {}
    seen: dict[str, int] = {}
    for key, item in value.items():
        kept[unused(clean(key) or "_", kept, seen)] = storable(item, depth + 1)
    return kept


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Spreadsheets and automation tools send phone numbers and postcodes as 4155550123.0.
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else str(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _LONGEST_INT_BITS else hex(value)
    if isinstance(value, list | tuple) and not any(isinstance(item, Mapping | list | tuple) for item in value):
        return ", ".join(text for text in map(clean, value) if text)
    if isinstance(value, Mapping | list | tuple):
        return _readable_json(storable(value)) if value else ""
    return str(value)


def _readable_json(value: object) -> str:
    try:
        return json.dumps(value, default=str, ensure_ascii=False)
    except (RecursionError, ValueError, TypeError):
        return json_text(value)


def _cut(value: object, depth: int) -> object:
    """The value without what lies deeper than 20 levels, and without numbers that Python refuses to print."""
    if isinstance(value, Mapping | list | tuple) and depth >= DEEPEST:
        return "(nested too deep to keep)"
    if isinstance(value, Mapping):
        return {str(key): _cut(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(item, depth + 1) for item in value]
    return _as_text(value) if isinstance(value, int) and not isinstance(value, bool) else value
