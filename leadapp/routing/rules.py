"""Routing rules: conditions over dirty fields, and which rule decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import isfinite

from leadapp.routing.folding import fold, is_blank
from leadapp.routing.quantities import quantity
from leadapp.routing.values import Condition, Rule


class Verdict(StrEnum):
    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one rule. `blank` is the first field that was blank, if that is why it did not match; `problem`
    says why the rule could not be evaluated."""

    verdict: Verdict
    blank: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """What the rules say: the rule that names a team or rep (if any), and whether a rule marked the lead urgent."""

    rule: Rule | None = None
    urgent: bool = False
    skipped: tuple[str, ...] = ()


class _Broken(Exception):
    """A condition that cannot be evaluated on any lead."""


def matching(rule: Rule, fields: Mapping[str, str]) -> Match:
    """Whether all conditions of `rule` hold.

    Case, accents, spacing and punctuation do not count. A blank value ("", "Select", "n/a", "unknown") holds for
    `blank` and for nothing else, not even `is_not`. `at_least` and `at_most` read "1,000", "50+" and "11-50"; a range
    holds only if all of it does. Never raises: a rule that makes no sense is BROKEN.
    """
    not_matched: Match | None = None
    for condition in rule.when:
        try:
            holds, blank = _holds(condition, fields)
        except _Broken as problem:
            return Match(Verdict.BROKEN, problem=str(problem))
        if not holds and not_matched is None:
            not_matched = Match(Verdict.NOT_MATCHED, blank=condition.field if blank else None)
    return not_matched or Match(Verdict.MATCHED)


def placement(rules: Iterable[Rule], fields: Mapping[str, str], exists: Callable[[Rule], bool]) -> Placement:
    """The first matching rule, in the order given. A rule that only marks urgent does so, and the search goes on.

    A rule that is broken, or whose team and rep are gone (`exists` is False), is skipped and recorded.
    """
    urgent, skipped = False, []
    for rule in rules:
        verdict = matching(rule, fields).verdict
        if verdict is Verdict.NOT_MATCHED:
            continue
        places = rule.team_id is not None or rule.rep_id is not None
        if verdict is Verdict.BROKEN or (places and not exists(rule)):
            skipped.append(rule.id)
            continue
        urgent = urgent or rule.urgent
        if places:
            return Placement(rule, urgent, tuple(skipped))
    return Placement(None, urgent, tuple(skipped))


def problems(condition: Condition) -> str | None:
    """Why a condition can never be evaluated, in words; None if it can."""
    try:
        _holds(condition, {condition.field: "1"})
    except _Broken as problem:
        return str(problem)
    return None


def _holds(condition: Condition, fields: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether the condition holds, and whether the field was blank."""
    test = _TESTS.get(condition.op)
    if test is None and condition.op not in ("blank", "not_blank"):
        raise _Broken(f"unknown op {condition.op!r}")
    value = _value_of(condition.field, fields)
    blank = is_blank(value)
    if test is None:
        return blank == (condition.op == "blank"), blank
    # Run it on blank values too: whether a rule is broken must not depend on the lead.
    return test(value, condition.value) and not blank, blank


def _value_of(name: str, fields: Mapping[str, str]) -> str:
    """The field's text; its name, too, may differ in case and punctuation ("Company Size", "company_size")."""
    value: object = fields.get(name)
    if value is None:
        folded = fold(str(name))
        value = next((text for key, text in fields.items() if fold(str(key)) == folded), None)
    return "" if value is None else str(value)


def _options(value: object) -> list[str]:
    """What the condition compares with, folded: one value or a list of them."""
    listed = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    options = [fold(str(item)) for item in listed if isinstance(item, (str, int, float))]
    options = [option for option in options if option]
    if not options:
        raise _Broken("there is no value to compare with")
    return options


def _is(text: str, value: object) -> bool:
    return any(_joined(fold(text)) == _joined(option) for option in _options(value))


def _is_not(text: str, value: object) -> bool:
    return not _is(text, value)


def _starts_with(text: str, value: object) -> bool:
    return any(_joined(fold(text)).startswith(_joined(option)) for option in _options(value))


def _contains(text: str, value: object) -> bool:
    return any(option in fold(text) for option in _options(value))


@lru_cache(maxsize=4096)
def _joined(folded: str) -> str:
    """Without spaces ("sw1a 1aa" is "sw1a1aa"), except bare numbers: "11 50" is not 1150."""
    return folded.replace(" ", "") if any(character.isalpha() for character in folded) else folded


def _at_least(text: str, value: object) -> bool:
    return quantity(text)[0] >= _limit(value)


def _at_most(text: str, value: object) -> bool:
    return quantity(text)[1] <= _limit(value)


def _limit(value: object) -> float:
    low, high = quantity(str(value)) if isinstance(value, (str, int, float)) else (0.0, 1.0)
    if low != high or not isfinite(low):
        raise _Broken(f"{value!r} is not a number to compare with")
    return -low if str(value).strip().startswith("-") else low


_TESTS: Mapping[str, Callable[[str, object], bool]] = {
    "is": _is,
    "is_not": _is_not,
    "one_of": _is,
    "starts_with": _starts_with,
    "contains": _contains,
    "at_least": _at_least,
    "at_most": _at_most,
}
OPS = (*_TESTS, "blank", "not_blank")
