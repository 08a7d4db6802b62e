"""Postcodes as people type them: ZIP and ZIP+4, Canadian and British codes, and those of four or five digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import nan

from leadapp.routing.folding import fold
from leadapp.routing.said import said

#: How many digits a country's postcodes have: spreadsheets drop the zeros that they begin with.
_DIGITS = {"us": 5, "pr": 5, "mx": 5, "es": 5, "de": 5, "fr": 5, "it": 5, "fi": 5, "my": 5, "au": 4, "nz": 4, "za": 4}
_FEWEST_DIGITS = 3
_OUTWARD = re.compile(r"([a-z]{1,2})(\d{1,2})([a-z]?)")
_BRITISH = re.compile(r"([a-z]{1,2}\d[a-z\d]?)(\d[a-z]{2})")
_CANADIAN = re.compile(r"([a-z]\d[a-z])(\d[a-z]\d)")
_SEPARATOR = re.compile(r"[,;\n]+")
_WILDCARD = re.compile(r"(\w[\w\s]*?)\s*\*+|(\d+)x+", re.IGNORECASE)  # "SW1X" is a district, "941xx" a pattern
_RANGE = re.compile(r"\s*(\w+)\s*(?:-|–|—|\.\.+|…|\bto\b|\bthrough\b|\ba\b)\s*(\w+)\s*", re.IGNORECASE)
#: British areas of one letter. "E" means E1 to E20 and not Edinburgh (EH); no area is called "C".
_ONE_LETTER_AREAS = frozenset("beglmnsw")


class NoPostcode(ValueError):
    """Says in words why a postcode, a range or a limit makes no sense."""


@dataclass(frozen=True, slots=True)
class Code:
    """A lead's postcode. `text` has no spaces; `names` are it and whatever it is a part of: "94103" of 94103-1234,
    "sw1a", "sw1" and "sw" of SW1A 1AA. `outward` and `inward` are the halves of a British code."""

    text: str
    names: frozenset[str]
    outward: str = ""
    inward: str = ""


NO_CODE = Code("", frozenset())
Test = Callable[[Code], bool]
Place = tuple[str | int, ...]


@lru_cache(maxsize=4096)
def read_code(text: str, country: str = "") -> Code:
    """The postcode in what somebody typed. `country` is an ISO code: "2139" is 02139 where codes have five digits."""
    folded = fold(text[:100])
    joined = folded.replace(" ", "")
    if joined.isdecimal():
        return _of_digits(folded, joined, country)
    if found := _BRITISH.fullmatch(joined):
        return _british(joined, *found.groups())
    if found := _CANADIAN.fullmatch(joined):
        return Code(joined, frozenset({joined, found[1]}))
    outward, _, inward = folded.partition(" ")
    if country != "ca" and _OUTWARD.fullmatch(outward) and (not inward or inward.isdecimal()):
        return _british(joined, outward, inward)
    among = [word for word in folded.split() if word.isdecimal() and len(word) == _DIGITS.get(country, 5)]
    if len(among) == 1:  # "Boston MA 02139", "D-10115"
        return _of_digits(among[0], among[0], country)
    return Code(joined, frozenset({joined}))


def listed(item: object) -> tuple[frozenset[str], tuple[Test, ...]]:
    """What one item of a rule takes: the names of codes, and tests for the rest: "19000-19099", "941*".

    An item may hold several, with commas between. Raises NoPostcode for a range that is turned round.
    """
    names, tests = set[str](), list[Test]()
    for part in _SEPARATOR.split(str(item)):
        if wildcard := _WILDCARD.fullmatch(part.strip()):
            tests.append(prefix(wildcard[1] or wildcard[2]))
        elif span := _span(part):
            tests.append(span)
        elif (code := read_code(part)).inward.isdecimal():  # a sector such as "SW1A 1"
            tests.append(prefix(part))
        elif code.text:
            names.add(code.text)
    return frozenset(names), tuple(tests)


def starts_with(several: Iterable[object]) -> Test:
    """Whether a code begins with one of these."""
    texts = [str(item).strip() for item in several]
    if all(map(str.isdecimal, texts)):
        beginnings = tuple(texts)
        return lambda code: code.text.startswith(beginnings)
    tests = tuple(map(prefix, texts))
    return lambda code: any(test(code) for test in tests)


def prefix(item: object) -> Test:
    """Whether a code begins with this. In a British code "SW1" is a district: it takes SW1A and not SW19."""
    first, _, second = fold(str(item)).partition(" ")
    joined = (first + second).replace(" ", "")
    is_area = joined.isalpha() and (len(joined) > 1 or joined in _ONE_LETTER_AREAS)
    is_outward = not second and (is_area or _OUTWARD.fullmatch(joined) is not None)

    def begins(code: Code) -> bool:
        if code.outward and is_outward:
            return joined in code.names
        if code.outward and second:
            return code.outward == first and code.inward.startswith(second)
        return code.text.startswith(joined)

    return begins


def at_least(limit: object) -> Test:
    """Whether a code is this or comes after it. Raises NoPostcode."""
    bound = _bound(limit)
    return lambda code: _compared(code, bound) >= 0


def at_most(limit: object) -> Test:
    """Whether a code is this, a part of it, or comes before it. Raises NoPostcode."""
    bound = _bound(limit)
    return lambda code: _compared(code, bound) <= 0


def is_turned_round(low: object, high: object) -> bool:
    """Whether nothing can be at least `low` and at most `high`. Raises NoPostcode."""
    first, last = _bound(low), _bound(high)
    return _kinds(first) == _kinds(last) and first > last


def _of_digits(folded: str, joined: str, country: str) -> Code:
    if country == "us" and len(joined) == 8:
        joined = joined.zfill(9)
    if len(joined) == 9 and (country in ("", "us") or " " in folded):
        return Code(joined, frozenset({joined, joined[:5]}))
    length = _DIGITS.get(country, 0)
    if not _FEWEST_DIGITS <= len(joined) <= length:
        return Code(joined, frozenset({joined}))
    whole = joined.zfill(length)
    # A rule may have lost its zeros, too.
    return Code(whole, frozenset({whole, whole.lstrip("0")}))


def _british(joined: str, outward: str, inward: str) -> Code:
    found = _OUTWARD.fullmatch(outward)
    area, number = (found[1], found[2]) if found else (outward, "")
    return Code(joined, frozenset({joined, outward, area + number, area}), outward, inward)


def _span(part: str) -> Test | None:
    """The test for a range such as "19000-19099"; None for what is no range, as 94103-1234 is none."""
    found = _RANGE.fullmatch(part)
    if found is None:
        return None
    low, high = fold(found[1]), fold(found[2])
    if low.isdecimal() and high.isdecimal():
        if len(low) > len(high):
            return None
        low = low.zfill(len(high))
    first, last = _bound_of(low), _bound_of(high)
    if _kinds(first) != _kinds(last) or not any(map(str.isdecimal, low)):
        return None
    if first > last:
        turned = f"{found[2]}-{found[1]}"
        raise NoPostcode(said("the range {range} is turned round, write {turned}", range=part.strip(), turned=turned))
    if low.isdecimal() and len(low) == 5:  # nearly every range there is, in a tenth of the time
        return lambda code: low <= code.text[:5] <= high and len(code.text) >= 5 and code.text.isdecimal()
    return lambda code: _compared(code, first) >= 0 and _compared(code, last) <= 0


def _bound(limit: object) -> Place:
    joined = fold(str(limit)).replace(" ", "")
    if isinstance(limit, bool) or not any(map(str.isdecimal, joined)):
        raise NoPostcode(said("{value} is no postcode to compare with, write one such as 19103", value=repr(limit)))
    return _bound_of(joined)


def _bound_of(joined: str) -> Place:
    """Codes of digits are compared digit by digit, others as letters and numbers in turn: SW9 comes before SW10."""
    if joined.isdecimal():
        return (joined,)
    return tuple(int(run) if run.isdecimal() else run for run in re.findall(r"\d+|[^\d]+", joined))


def _compared(code: Code, bound: Place) -> float:
    """Below zero, zero or above: the code lies before, within or after the bound. NaN when they cannot be compared."""
    place: Place
    if isinstance(bound[0], str) and bound[0].isdecimal():
        width = 5 if len(bound[0]) == 4 and len(code.text) in (5, 9) else len(bound[0])
        bound = (bound[0].zfill(width),)
        place = (code.text[:width],) if code.text.isdecimal() and len(code.text) >= width else ()
    else:
        place = _bound_of(code.outward or code.text)[: len(bound)]
    if not place or _kinds(place) != _kinds(bound)[: len(place)]:
        return nan
    return float(place > bound) - float(place < bound)


def _kinds(place: Place) -> tuple[type, ...]:
    return tuple(map(type, place))
