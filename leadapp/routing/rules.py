"""Routing rules: which of them decides about a lead, and which could not because a field was blank."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from leadapp.routing.conditions import LISTING_OPS, Broken, Test, items, ready
from leadapp.routing.fields import Fields, Listed, has_near_misses, key_of
from leadapp.routing.values import Blank, Condition, Lead, Reading, Rule

_REMEMBERED = 8


class Verdict(StrEnum):
    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one rule. `blanks` are the fields that were blank, if nothing else kept it from matching;
    `problem` says why the rule could not be evaluated."""

    verdict: Verdict
    blanks: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """What the rules say: the rule that names a team or rep (if any), and whether a rule marked the lead urgent.

    `skipped` are the rules that could not be followed and `blanks` those that only a blank field kept from matching, up
    to the rule that decided; `readings` are the near misses without which the rules would have said something else.
    """

    rule: Rule | None = None
    urgent: bool = False
    skipped: tuple[str, ...] = ()
    blanks: tuple[Blank, ...] = ()
    readings: tuple[Reading, ...] = ()


Exists = Callable[[Rule], bool]


def placement(rules: tuple[Rule, ...], lead: Lead, exists: Exists) -> Placement:
    """The first matching rule, in the order given. A rule that only marks urgent does so, and the search goes on.

    A rule that is broken, or that matches while its team and rep are gone (`exists` is False), is skipped and recorded.
    """
    book = rulebook(rules)
    found = book.placement(lead, exists)
    readings = book.readings(lead)
    if not readings:
        return found

    def counts(reading: Reading) -> bool:
        others = {key: listed for key, listed in lead.read_as.items() if key != reading.field}
        without = book.placement(replace(lead, read_as=others), exists)
        return (without.rule, without.urgent) != (found.rule, found.urgent)

    return replace(found, readings=tuple(filter(counts, readings)))


def matching(rule: Rule, lead: Lead) -> Match:
    """Whether all conditions of `rule` hold.

    Case, accents, spacing, punctuation and common synonyms do not count. A blank value ("", "Select", "n/a", "unknown")
    holds for `blank` and for nothing else, not even `is_not`. `at_least` and `at_most` read "1,000", "50+" and "11-50";
    a range holds only if all of it does. Never raises: a rule that makes no sense is BROKEN.
    """
    return Rulebook((rule,)).match(lead)


def problem_of(rule: Rule) -> str | None:
    """Why the rule can be evaluated on no lead, in words; None if it can."""
    return Rulebook((rule,)).match(Lead("", _NEVER)).problem


def rulebook(rules: tuple[Rule, ...]) -> Rulebook:
    """The rules made ready. The tuples seen last are remembered by who they are: to compare a thousand rules would take
    longer than to try them."""
    known = _books.get(id(rules))
    if known and known[0] is rules:
        return known[1]
    book = Rulebook(rules)
    if len(_books) >= _REMEMBERED:
        _books.clear()
    _books[id(rules)] = (rules, book)
    return book


class _Check(NamedTuple):
    number: int  # of the field among the keys of the book
    test: Test
    wants_blank: bool
    blank: Blank  # what is told when it is this that keeps the rule from matching


class _Ready(NamedTuple):
    rule: Rule
    checks: tuple[_Check, ...]
    problem: str | None
    places: bool


class Rulebook:
    """Rules made ready to be tried: what can be worked out without a lead is worked out once. `listed` are the values
    that the rules name, by the key of the field."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._numbers: dict[str, int] = {}
        self._listed: dict[str, Listed] = {}
        self._rules = [self._made_ready(rule) for rule in rules]
        self._keys = tuple(self._numbers)

    @property
    def listed(self) -> Mapping[str, Listed]:
        return self._listed

    def placement(self, lead: Lead, exists: Exists) -> Placement:
        """As the function of this name, but for the readings."""
        fields, urgent = self._fields(lead), False
        skipped, blanks = list[str](), list[Blank]()
        for rule, checks, problem, places in self._rules:
            if problem:
                skipped.append(rule.id)
                continue
            missing = _missing(checks, fields)
            if missing is None:
                continue
            if missing:
                blanks += missing
            elif places and not exists(rule):
                skipped.append(rule.id)
            else:
                if rule.urgent and not urgent:
                    urgent = True
                    fields.mark_urgent()
                if places:
                    return Placement(rule, urgent, tuple(skipped), tuple(blanks))
        return Placement(None, urgent, tuple(skipped), tuple(blanks))

    def readings(self, lead: Lead) -> tuple[Reading, ...]:
        """The near misses that the lead came with, and that are none of a value which is listed as it stands."""
        fields = self._fields(lead) if lead.read_as else None
        if fields is None:
            return ()
        told = ((key, fields.read(self._numbers[key])) for key in lead.read_as if key in self._numbers)
        return tuple(Reading(key, answer.text, lead.read_as[key]) for key, answer in told if answer.reading)

    def match(self, lead: Lead) -> Match:
        """What becomes of the first rule."""
        first = self._rules[0]
        if first.problem:
            return Match(Verdict.BROKEN, problem=first.problem)
        missing = _missing(first.checks, self._fields(lead))
        if missing is None:
            return Match(Verdict.NOT_MATCHED)
        return Match(Verdict.NOT_MATCHED if missing else Verdict.MATCHED, tuple(blank.field for blank in missing))

    def _fields(self, lead: Lead) -> Fields:
        return Fields(lead, self._keys, self._listed)

    def _made_ready(self, rule: Rule) -> _Ready:
        places = rule.team_id is not None or rule.rep_id is not None
        for condition in rule.when:  # also of a broken rule: what it lists is a value that somebody knows
            self._list(condition)
        try:
            checks = tuple(self._check(condition, rule) for condition in rule.when)
        except Broken as problem:
            return _Ready(rule, (), problem.args[0], places)
        return _Ready(rule, checks, None, places)

    def _check(self, condition: Condition, rule: Rule) -> _Check:
        test = ready(condition)
        number = self._numbers.setdefault(key_of(condition.field), len(self._numbers))
        return _Check(number, test, condition.op == "blank", Blank(rule.id, condition.field))

    def _list(self, condition: Condition) -> None:
        key = key_of(str(condition.field))
        if condition.op in LISTING_OPS and has_near_misses(key):
            listed = self._listed.setdefault(key, Listed(key))
            for item in items(condition.value):
                listed.add(str(item))


def _missing(checks: tuple[_Check, ...], fields: Fields) -> Sequence[Blank] | None:
    """The blank fields that keep the checks from holding; None when one fails for good."""
    answers, missing = fields.answers, _NOTHING
    for number, test, wants_blank, blank in checks:
        answer = answers[number] or fields.read(number)
        if not answer.is_blank:
            if not test(answer):
                return None
        elif not wants_blank:
            missing = (*missing, blank)
    return missing


_NOTHING: tuple[Blank, ...] = ()
_books: dict[int, tuple[tuple[Rule, ...], Rulebook]] = {}
_NEVER = datetime.min.replace(tzinfo=UTC)
