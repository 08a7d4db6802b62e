"""One condition of a rule, made ready once and then tried on every lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from leadapp.routing import postcodes
from leadapp.routing.fields import NO, YES, Answer, key_of, kind_of
from leadapp.routing.folding import fold, is_blank, join
from leadapp.routing.quantities import quantity
from leadapp.routing.said import said
from leadapp.routing.synonyms import Kind, trade_words, wanted
from leadapp.routing.values import Condition

Test = Callable[[Answer], bool]
Item = str | int | float
LISTING_OPS = frozenset({"is", "is_not", "one_of"})


class Broken(Exception):
    """A condition that cannot be evaluated on any lead; says why in words, and what to write instead."""


def ready(condition: Condition) -> Test:
    """The test of an answer that is not blank. Raises Broken."""
    if not isinstance(condition.field, str) or not key_of(condition.field):
        raise Broken(said("a condition names no field, write one such as postcode"))
    kind = kind_of(key_of(condition.field))
    if condition.op in ("blank", "not_blank"):
        return lambda _answer: condition.op == "not_blank"  # a blank answer is looked after by whoever tries it
    make = _OPS.get(condition.op)
    if make is None:
        raise Broken(said("there is no op {op}, write one of {ops}", op=repr(condition.op), ops=", ".join(OPS)))
    if kind is Kind.URGENT and condition.op not in LISTING_OPS:
        raise Broken(said("urgent is true or false: write the op is"))
    try:
        return make(condition.value, kind)
    except postcodes.NoPostcode as problem:
        raise Broken(problem.args[0]) from None


def items(value: object) -> list[Item]:
    """What a condition compares with: one value or a list of them, without those that say nothing."""
    several = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return [item for item in several if isinstance(item, (str, int, float)) and not is_blank(str(item))]


def problems(condition: Condition) -> str | None:
    """Why a condition makes no sense, in words; None if it does. Stricter than evaluating it: a value in a list that
    counts as blank can never match, so whoever writes it means something else."""
    value = condition.value
    listed = value if isinstance(value, (list, tuple)) else [value] if isinstance(value, str) else []
    idle = ["" if item is None else item for item in listed if item is None or is_blank(str(item))]
    if idle and condition.op not in ("blank", "not_blank"):
        return said(
            "{value} counts as blank and never matches, leave it out or write the op blank", value=repr(idle[0])
        )
    try:
        ready(condition)
    except Broken as problem:
        words: str = problem.args[0]
        return words
    return None


def contradictions(conditions: Sequence[Condition]) -> dict[int, str]:
    """The conditions, by index, that no lead can meet together with an earlier one: at least 50, at most 10."""
    found: dict[int, str] = {}
    for index, one in enumerate(conditions):
        for other in conditions[:index]:
            if key_of(one.field) == key_of(other.field) and {one.op, other.op} == {"at_least", "at_most"}:
                low, high = (one, other) if one.op == "at_least" else (other, one)
                if _is_turned_round(low, high):
                    found[index] = f"no lead is at least {low.value} and at most {high.value}, turn the range round"
    return found


def _is_turned_round(low: Condition, high: Condition) -> bool:
    kind = kind_of(key_of(low.field))
    try:
        if kind is Kind.POSTCODE:
            return postcodes.is_turned_round(low.value, high.value)
        return _limit(low.value, kind) > _limit(high.value, kind)
    except (Broken, postcodes.NoPostcode):
        return False


def _items(value: object) -> list[Item]:
    found = items(value)
    if not found:
        raise Broken(said("there is no value to compare with, write one or a list of them"))
    return found


def _is(value: object, kind: Kind) -> Test:
    listed = _items(value)
    if kind is Kind.POSTCODE:
        return _is_postcode(listed)
    if kind is Kind.URGENT:
        return _is_urgent(listed)
    names = frozenset[str]().union(*(_wanted(item, kind) for item in listed))
    spans = [quantity(str(item), whole=kind is Kind.SIZE) for item in listed if kind is Kind.SIZE or _is_number(item)]
    if not spans:
        return lambda answer: not names.isdisjoint(answer.meanings)

    def holds(answer: Answer) -> bool:
        if not names.isdisjoint(answer.meanings):
            return True
        low, high = quantity(answer.text, whole=kind is Kind.SIZE)
        return any(least <= low and high <= most for least, most in spans)

    return holds


def _is_not(value: object, kind: Kind) -> Test:
    holds = _is(value, kind)
    return lambda answer: not holds(answer)


def _is_postcode(listed: Sequence[Item]) -> Test:
    found = [postcodes.listed(item) for item in listed]
    names = frozenset[str]().union(*(names for names, _tests in found))
    tests = tuple(test for _names, its_tests in found for test in its_tests)
    if not tests:
        return lambda answer: not names.isdisjoint(answer.code.names)
    if len(tests) == 1:
        test = tests[0]
        return lambda answer: test(answer.code) or not names.isdisjoint(answer.code.names)
    return lambda answer: not names.isdisjoint(answer.code.names) or any(test(answer.code) for test in tests)


def _is_urgent(listed: Sequence[Item]) -> Test:
    words = {fold(str(item)) for item in listed}
    if not words <= YES | NO:
        raise Broken(said("urgent is true or false, write one of them"))
    return lambda answer: not words.isdisjoint(answer.meanings)


def _starts_with(value: object, kind: Kind) -> Test:
    listed = _items(value)
    if kind is Kind.POSTCODE:
        begins = postcodes.starts_with(listed)
        return lambda answer: begins(answer.code)
    beginnings = tuple(join(fold(str(item))) for item in listed)
    return lambda answer: join(answer.folded).startswith(beginnings)


def _contains(value: object, kind: Kind) -> Test:
    parts = [fold(str(item)) for item in _items(value)]
    if kind is Kind.POSTCODE:
        codes = [part.replace(" ", "") for part in parts]
        return lambda answer: any(code in answer.code.text for code in codes)
    if kind is Kind.TRADE:
        trades = [trade_words(str(item)) for item in _items(value)]
        return lambda answer: (
            any(part in answer.folded for part in parts) or any(part in trade_words(answer.text) for part in trades)
        )
    return lambda answer: any(part in answer.folded for part in parts)


def _at_least(value: object, kind: Kind) -> Test:
    if kind is Kind.POSTCODE:
        after = postcodes.at_least(value)
        return lambda answer: after(answer.code)
    limit, whole = _limit(value, kind), kind is Kind.SIZE
    return lambda answer: quantity(answer.text, whole=whole)[0] >= limit


def _at_most(value: object, kind: Kind) -> Test:
    if kind is Kind.POSTCODE:
        before = postcodes.at_most(value)
        return lambda answer: before(answer.code)
    limit, whole = _limit(value, kind), kind is Kind.SIZE
    return lambda answer: quantity(answer.text, whole=whole)[1] <= limit


def _limit(value: object, kind: Kind) -> float:
    if isinstance(value, (int, float)) and _is_number(value) and isfinite(value):
        return float(value)
    low, high = quantity(value, whole=kind is Kind.SIZE) if isinstance(value, str) else (0.0, 1.0)
    if low != high or not isfinite(low):
        raise Broken(said("{value} is not a number to compare with, write one such as 50", value=repr(value)))
    return -low if str(value).strip().startswith("-") else low


def _is_number(item: object) -> bool:
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def _wanted(item: Item, kind: Kind) -> frozenset[str]:
    if isinstance(item, bool):
        return YES if item else NO
    return wanted(kind, str(item))


_OPS: Mapping[str, Callable[[object, Kind], Test]] = {
    "is": _is,
    "is_not": _is_not,
    "one_of": _is,
    "starts_with": _starts_with,
    "contains": _contains,
    "at_least": _at_least,
    "at_most": _at_most,
}
OPS = (*_OPS, "blank", "not_blank")
