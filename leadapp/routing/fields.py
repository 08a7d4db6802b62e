"""A lead's fields as rules ask for them: each is read once, as what it is: a postcode, a trade, a number, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from leadapp.routing.folding import fold, is_blank
from leadapp.routing.postcodes import NO_CODE, Code, read_code
from leadapp.routing.synonyms import Kind, Meanings, country_code, is_known, meanings, spellings
from leadapp.routing.values import Lead

YES = frozenset({"yes", "y", "true", "1", "on", "si", "urgent", "urgente", "emergency", "emergencia"})
NO = frozenset({"no", "n", "false", "0", "off", "not urgent", "no urgente", "routine"})
#: Words of a person's own, in which nearly the same is something else.
_OF_THEIR_OWN = frozenset({"name", "phone", "email", "message", "address", "consent", "company"})
_KINDS: Mapping[str, Kind] = {
    "service": Kind.TRADE,
    "industry": Kind.TRADE,
    "trade": Kind.TRADE,
    "city": Kind.CITY,
    "region": Kind.REGION,
    "country": Kind.COUNTRY,
    "language": Kind.LANGUAGE,
    "postcode": Kind.POSTCODE,
    "companysize": Kind.SIZE,
    "urgent": Kind.URGENT,
}
#: What else people call the fields of a lead; used when the lead has nothing of that name itself.
_ALSO = {
    "zip": "postcode", "zipcode": "postcode", "postalcode": "postcode", "state": "region", "province": "region",
    "town": "city", "employees": "companysize", "size": "companysize", "urgency": "urgent", "isurgent": "urgent",
}  # fmt: skip


def key_of(field: str) -> str:
    """The name by which a rule's field and a lead's are the same: "Company Size" and "company_size"."""
    return fold(field).replace(" ", "")


def standard_key(key: str) -> str:
    """What the product calls the field: "zip" is its postcode."""
    return _ALSO.get(key, key)


def kind_of(key: str) -> Kind:
    """How the field of this key is understood."""
    return _KINDS.get(standard_key(key), Kind.PLAIN)


def has_near_misses(key: str) -> bool:
    """Whether a near miss of a listed value can be meant: not of a number, a postcode, or somebody's own words."""
    return kind_of(key) not in (Kind.POSTCODE, Kind.SIZE, Kind.URGENT) and key not in _OF_THEIR_OWN


class Listed:
    """The values that rules list for one field."""

    def __init__(self, key: str) -> None:
        self.kind = kind_of(key)
        self._values: dict[str, str] = {}
        self._meanings: set[str] = set()

    def add(self, item: str) -> None:
        self._meanings |= meanings(self.kind, item)
        for spelling in spellings(self.kind, item):
            self._values.setdefault(spelling, item)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Every way of writing one of them, joined."""
        return tuple(self._values)

    def value_of(self, spelling: str) -> str:
        return self._values[spelling]

    def can_be_missed_by(self, text: str) -> bool:
        """Whether the text stands for none of them, and for nothing else that is known."""
        return self._meanings.isdisjoint(meanings(self.kind, text)) and not is_known(self.kind, text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a lead says in one field. `meanings` are what it can stand for, with `reading` among them: what it was
    taken for because it is a near miss."""

    text: str
    is_blank: bool
    meanings: Meanings = frozenset()
    reading: Meanings = frozenset()
    code: Code = NO_CODE

    @property
    def folded(self) -> str:
        return fold(self.text)


class Fields:
    """The fields of one lead, by their number among the `keys` that the rules ask for."""

    def __init__(self, lead: Lead, keys: Sequence[str], listed: Mapping[str, Listed]) -> None:
        self.lead, self._keys, self._listed = lead, keys, listed
        self.answers: list[Answer | None] = [None] * len(keys)
        self.is_urgent = lead.urgent

    def read(self, number: int) -> Answer:
        key = self._keys[number]
        answer = self.answers[number] = self._read(key, kind_of(key))
        return answer

    def mark_urgent(self) -> None:
        """A rule has marked the lead urgent; those after it see that."""
        self.is_urgent = True
        for number, key in enumerate(self._keys):
            if kind_of(key) is Kind.URGENT:
                self.answers[number] = None

    def _read(self, key: str, kind: Kind) -> Answer:
        text = self._text(key)
        if kind is Kind.URGENT:
            is_urgent = self.is_urgent or fold(text) in YES
            return Answer(text, is_blank=False, meanings=YES if is_urgent else NO)
        if is_blank(text):
            return Answer(text, is_blank=True)
        if kind is Kind.POSTCODE:
            return Answer(text, is_blank=False, code=read_code(text, self._country))
        own, reading = meanings(kind, text, self._country), self._reading(key, kind, text)
        return Answer(text, is_blank=False, meanings=own | reading, reading=reading)

    def _reading(self, key: str, kind: Kind, text: str) -> Meanings:
        """An exact match always goes before a near miss, whoever found it."""
        read_as = self.lead.read_as.get(key)
        if not read_as or key not in self._listed or not self._listed[key].can_be_missed_by(text):
            return frozenset()
        return meanings(kind, read_as)

    def _text(self, key: str) -> str:
        text = self.lead.fields.get(key)
        if text is None:
            text = self._by_key.get(key) or self._by_key.get(standard_key(key))
        return "" if text is None else str(text)

    @cached_property
    def _by_key(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, text in self.lead.fields.items():
            found.setdefault(key_of(str(name)), text)
        return found

    @cached_property
    def _country(self) -> str:
        return country_code(str(self.lead.fields.get("country") or "")) or self.lead.home_country.casefold()
