"""Numbers as people type them into forms: "1,000", "50+", "11-50", "under 10", "$5k"."""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf, nan

#: What a text that is no number reads as; every comparison with it is false.
NO_NUMBER = (nan, nan)

_GROUPING = re.compile(r"(?<=\d)[,' \u00a0\u202f](?=\d{3}(?!\d))")
#: "1.000.000" and "1.000,50" can mean only one thing; "1.000" alone means a thousand where only whole numbers do.
_POINTS = re.compile(r"(?<=\d)\.(?=\d{3}(?:\.\d{3}|,\d))|(?<=\d\.\d{3})\.(?=\d{3}(?!\d))")
_WHOLE_POINTS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_CURRENCY = re.compile(r"[$€£¥]")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([km](?!\w))?")
_BETWEEN = re.compile(r"\s*(?:-|–|—|to|and|a|y)\s*")
_AND_MORE = re.compile(
    r"^\s*(?:\+|plus\b|or more|and more|and up|o mas|o más)|\b(?:over|more than|at least|mas de|más de)\s*$|>=?\s*$"
)
_AT_MOST = re.compile(
    r"\b(?:under|up to|less than|below|fewer than|menos de|hasta)\s*$|<=?\s*$|^\s*(?:or less|or fewer|o menos)"
)
_SCALES = {"k": 1_000.0, "m": 1_000_000.0}


@lru_cache(maxsize=4096)
def quantity(text: str, *, whole: bool = False) -> tuple[float, float]:
    """The lowest and the highest number the text can mean; NO_NUMBER if it is not about one number or one range.

    With `whole`, only whole numbers are meant, as of people: "1.000" is a thousand.
    """
    plain = _GROUPING.sub("", _CURRENCY.sub("", text[:200].casefold()))
    plain = (_WHOLE_POINTS if whole else _POINTS).sub("", plain)
    plain = _DECIMAL_COMMA.sub(".", plain)
    found = list(_NUMBER.finditer(plain))
    if len(found) == 2 and _BETWEEN.fullmatch(plain[found[0].end() : found[1].start()]):
        shared = found[0][2] or found[1][2]
        low, high = _value(found[0], shared), _value(found[1], found[1][2])
        return min(low, high), max(low, high)
    if len(found) != 1:
        return NO_NUMBER
    value = _value(found[0], found[0][2])
    before, after = plain[: found[0].start()], plain[found[0].end() :]
    if _AND_MORE.search(before) or _AND_MORE.search(after):
        return value, inf
    if _AT_MOST.search(before) or _AT_MOST.search(after):
        return -inf, value
    return value, value


def _value(number: re.Match[str], scale: str | None) -> float:
    return float(number[1]) * _SCALES.get(scale or "", 1.0)
