"""Different words for the same thing: countries, regions, languages, cities and trades, in English and Spanish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

from leadapp.routing.folding import fold, join
from leadapp.routing.place_names import CITIES, COUNTRIES, PARTS, REGIONS
from leadapp.routing.trade_names import TRADES


class Kind(StrEnum):
    """How what stands in a field is understood."""

    PLAIN = "plain"
    TRADE = "trade"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    LANGUAGE = "language"
    POSTCODE = "postcode"
    SIZE = "size"
    URGENT = "urgent"


Meanings = frozenset[str]

_LANGUAGES = """
en: eng, english, ingles, anglais
es: spa, spanish, espanol, espanola, castellano, castilian, espagnol
fr: fra, fre, french, francais, frances
pt: por, portuguese, portugues, brazilian portuguese
zh: chi, zho, chinese, mandarin, chino, 中文, 普通话, 汉语
vi: vie, vietnamese, vietnamita, tieng viet
ko: kor, korean, coreano, 한국어
tl: fil, tgl, tagalog, filipino
ar: ara, arabic, arabe, العربية
ru: rus, russian, ruso, русский
de: deu, ger, german, deutsch, aleman
it: ita, italian, italiano
pl: pol, polish, polski, polaco
ja: jpn, japanese, japones, 日本語
hi: hin, hindi, हिन्दी
ht: hat, haitian creole, kreyol, criollo haitiano
uk: ukr, ukrainian, ucraniano
fa: fas, per, persian, farsi
nl: dut, nld, dutch, nederlands
asl: american sign language, sign language
"""
_ABBREVIATED = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_JOINING = frozenset({"and", "y", "+"})
_LITTLE = frozenset({"de", "del", "of", "the"})
_CODED = frozenset({Kind.COUNTRY, Kind.REGION, Kind.LANGUAGE})  # their meanings are codes, not words
_LONGEST_PHRASE = 4
_LONGEST = 200  # what is longer is no name of anything


@lru_cache(maxsize=4096)
def trade(text: str) -> str:
    """The kind of work that the text stands for: "A/C" and "Aire acondicionado" are one."""
    return join(trade_words(text)) or join(fold(text))


@lru_cache(maxsize=8192)
def meanings(kind: Kind, text: str, country: str = "") -> Meanings:
    """Everything the text can stand for; two texts mean the same when they share one. `country`, an ISO code, says
    which Washington "WA" is not."""
    folded = fold(text)
    match kind:
        case Kind.TRADE:
            return frozenset({trade(text)})
        case Kind.CITY:
            return _city(text, folded)
        case Kind.REGION:
            found = _REGIONS.get(join(folded), frozenset({join(folded)}))
            return frozenset(one for one in found if one.startswith(f"{country}:")) or found
        case Kind.COUNTRY:
            return _COUNTRIES.get(join(folded), frozenset({join(folded)})) | _part_of(folded)
        case Kind.LANGUAGE:
            return _LANGUAGE_CODES.get(join(folded)) or _language_of(folded)
        case _:
            return frozenset({join(folded)})


def wanted(kind: Kind, item: str) -> Meanings:
    """What a value listed in a rule takes: England is in the United Kingdom, but takes only England."""
    return meanings(kind, item) - _part_of(fold(item)) if kind is Kind.COUNTRY else meanings(kind, item)


def spellings(kind: Kind, text: str) -> frozenset[str]:
    """The ways of writing what the text stands for, joined: what a near miss may have been meant to be."""
    meant = meanings(kind, text)
    others = (_SPELLINGS.get(kind, {}).get(meaning, frozenset()) for meaning in meant)
    return (frozenset() if kind in _CODED else meant).union({join(fold(text))}, *others)


def is_known(kind: Kind, text: str) -> bool:
    """Whether the text is a word of this kind in its own right: "Austria" is no misspelt Australia."""
    known = _KNOWN.get(kind)
    return known is not None and (join(fold(text)) in known or not meanings(kind, text).isdisjoint(known))


def country_code(text: str) -> str:
    """The ISO code of a country as it is written in a form, in small letters; "" when that cannot be told."""
    found = [code for code in meanings(Kind.COUNTRY, text) if len(code) == 2]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=4096)
def trade_words(text: str) -> str:
    """A service in the words that this file prefers, folded: "A/C repairs" is "airconditioning repair"."""
    words = [_singular(word) for word in fold(text[:_LONGEST]).split() if word not in _JOINING]
    preferred, start = list[str](), 0
    while start < len(words):
        for end in range(min(start + _LONGEST_PHRASE, len(words)), start, -1):
            if found := _TRADE_PHRASES.get(" ".join(words[start:end])):
                break
        else:
            end, found = start + 1, "" if words[start] in _LITTLE else words[start]
        preferred.append(found)
        start = end
    return " ".join(filter(None, preferred))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _city(text: str, folded: str) -> Meanings:
    """ "Philadelphia, PA" is Philadelphia; "St. Louis" is Saint Louis."""
    alone = fold(text.partition(",")[0]) if "," in text else folded
    return frozenset(_CITY_NAMES.get(name, name) for name in (_whole_city(alone or folded), _whole_city(folded)))


def _whole_city(folded: str) -> str:
    words = folded.split()
    return join(" ".join([_ABBREVIATED.get(word, word) for word in words[:-1]] + words[-1:]))


def _part_of(folded: str) -> Meanings:
    return frozenset({PARTS[folded]}) if folded in PARTS else frozenset()


def _language_of(folded: str) -> Meanings:
    """ "es-MX" is Spanish."""
    first, _, place = folded.partition(" ")
    is_locale = len(first) in (2, 3) and 0 < len(place) <= 4
    return (_LANGUAGE_CODES.get(first) if is_locale else None) or frozenset({join(folded)})


def _lines(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        name, _, others = line.partition(": ")
        yield name, [name, *(fold(other) for other in others.split(","))]


def _countries() -> Iterator[tuple[str, list[str]]]:
    for entry in COUNTRIES.replace("\n", " ").split(";"):
        code, alpha_3, names = entry.strip().split(" ", 2)
        yield code, [code, alpha_3, *map(fold, names.split("|"))]


def _regions() -> Iterator[tuple[str, list[str]]]:
    for country, table in REGIONS.items():
        for entry in table.replace("\n", " ").split(";"):
            code, names = entry.strip().split(" ", 1)
            yield f"{country}:{code}", [code, f"{country} {code}", *map(fold, names.split("|"))]


def _by_name(groups: Iterable[tuple[str, list[str]]]) -> Mapping[str, Meanings]:
    found: dict[str, Meanings] = {}
    for meaning, names in groups:
        for name in names:
            found[join(name)] = found.get(join(name), frozenset()) | {meaning}
    return found


def _by_meaning(names: Mapping[str, Meanings]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, meant in names.items():
        for meaning in meant:
            found.setdefault(meaning, set()).add(name)
    return {meaning: frozenset(its_names) for meaning, its_names in found.items()}


_COUNTRIES = _by_name(_countries())
_REGIONS = _by_name(_regions())
_LANGUAGE_CODES = _by_name(_lines(_LANGUAGES))
_CITY_NAMES = {join(name): join(city) for city, names in _lines(CITIES) for name in names}
_TRADE_PHRASES = {
    " ".join(map(_singular, name.split())): join(trade) for trade, names in _lines(TRADES) for name in names
}
_TRADE_NAMES = {join(name): frozenset({join(trade)}) for trade, names in _lines(TRADES) for name in names}
_SPELLINGS: Mapping[Kind, Mapping[str, frozenset[str]]] = {
    Kind.COUNTRY: _by_meaning(_COUNTRIES),
    Kind.REGION: _by_meaning(_REGIONS),
    Kind.LANGUAGE: _by_meaning(_LANGUAGE_CODES),
    Kind.CITY: _by_meaning({name: frozenset({city}) for name, city in _CITY_NAMES.items()}),
    Kind.TRADE: _by_meaning(_TRADE_NAMES),
}
_KNOWN: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(by_meaning).union(*by_meaning.values()) for kind, by_meaning in _SPELLINGS.items()
}
