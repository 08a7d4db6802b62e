"""The forms that a word of a phrase stands for: leak, leaks, leaked, leaking; gotear, gotea, goteando, goteado."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

ENGLISH, SPANISH = "en", "es"
LANGUAGES = (ENGLISH, SPANISH)

#: A word of this many letters or fewer stands for itself alone: in, no, ac, co.
_TOO_SHORT = 2
#: Little words: an ending makes other words of them, not other forms.
_AS_THEY_ARE = frozenset(
    {"all", "and", "any", "are", "but", "can", "cant", "did", "for", "from", "had", "has", "have", "her", "his", "its"}
    | {"off", "one", "only", "not", "our", "out", "over", "that", "the", "this", "was", "were", "with", "without"}
    | {"wont", "dont", "isnt", "doesnt", "you", "your", "con", "del", "las", "los", "muy", "nos", "por", "que", "sin"}
)
_VOWELS = frozenset("aeiou")
_NEVER_DOUBLED = frozenset("aeiouwxyh")
_SPANISH_VERB = {
    "ar": "o a as an amos e es en aron aste aba aban ando ado ada ados adas ar aran ara arse andose arla arlo",
    "er": "o e es en a an emos i io ieron ia ian iendo ido ida idos idas er era eran erse iendose erla erlo",
    "ir": "o e es en a an imos i io ieron ia ian iendo ido ida idos idas ir ira iran irse iendose irla irlo",
}
_SHORTEST_SPANISH_VERB = 5


def forms(word: str, language: str | None, irregular: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """`word` and its usual endings in the language, or in any when it is None; `irregular` adds forms to words.

    English: -s, -ed, -ing, -y, with a dropped e or a doubled letter. Spanish: a verb is given in the infinitive and
    stands for its tenses, its gerund and its participles; another word for its plural, and -ado, -ido, -oso for both
    genders.
    """
    if not is_telling(word) or not word.isalpha():
        return frozenset((word, *irregular.get(word, ())))
    found = {word, *irregular.get(word, ())}
    if language != SPANISH:
        found.update(_english(word))
    if language != ENGLISH:
        found.update(_spanish(word))
    return frozenset(found)


def is_telling(word: str) -> bool:
    """Not one of the little words that stand in every message."""
    return len(word) > _TOO_SHORT and word not in _AS_THEY_ARE


def _english(word: str) -> Iterator[str]:
    stem = word
    if word.endswith("e"):
        yield word + "s"
        stem = word[:-1]
    elif word.endswith("y") and word[-2] not in _VOWELS:
        yield from (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
        return
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        yield word + "es"
    else:
        yield word + "s"
    yield from (stem + ending for ending in ("ed", "ing", "y"))
    if word[-1] not in _NEVER_DOUBLED and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        yield from (word + word[-1] + ending for ending in ("ed", "ing", "y"))


def _spanish(word: str) -> Iterator[str]:
    if word[-2:] in _SPANISH_VERB and len(word) >= _SHORTEST_SPANISH_VERB:
        yield from (word[:-2] + ending for ending in _SPANISH_VERB[word[-2:]].split())
        yield from (word + "s", word + "es")  # calentador is no verb, and has a plural
    elif word[-3:-1] in ("ad", "id", "os") and word[-1] in "ao":
        yield from (word[:-1] + ending for ending in ("o", "a", "os", "as"))
    elif word.endswith("z"):
        yield word[:-1] + "ces"
    else:
        yield word + ("s" if word[-1] in _VOWELS else "es")
