"""Conditions over dirty fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.conditions import OPS, problems
from leadapp.routing.rules import Match, Verdict, matching, placement
from leadapp.routing.values import Condition, Lead, Rule
from tests.routing.facts import NOON

MATCHED, NOT_MATCHED, BROKEN = Verdict.MATCHED, Verdict.NOT_MATCHED, Verdict.BROKEN


def rule(*conditions, id="r", team_id="plumbing", **facts):
    return Rule(id=id, name=id, when=tuple(Condition(*one) for one in conditions), team_id=team_id, **facts)


def lead(fields=None, **facts):
    return Lead("lead", NOON, fields=fields or {}, **facts)


def verdict(op, said, value, field="x", **facts):
    return matching(rule((field, op, value)), lead({field: said}, **facts)).verdict


def anybody(_rule):
    return True


@pytest.mark.parametrize(
    ("op", "value", "field", "expected"),
    [
        ("is", "Boiler repair", "  boiler   REPAIR!", MATCHED),
        ("is", "José", "JOSE", MATCHED),
        ("is", "boiler", "boiler repair", NOT_MATCHED),
        ("is", "SW1A 1AA", "sw1a1aa", MATCHED),
        ("is", "11-50", "1150", NOT_MATCHED),
        ("is", 7, "7", MATCHED),
        ("is", ["drains", "boiler"], "Boiler", MATCHED),
        ("is_not", "boiler", "drains", MATCHED),
        ("is_not", "boiler", "BOILER ", NOT_MATCHED),
        ("one_of", ["drains", "boiler"], "Boiler", MATCHED),
        ("one_of", ["drains", "boiler"], "roof", NOT_MATCHED),
        ("starts_with", "941", "94103-1234", MATCHED),
        ("starts_with", "SW1", "sw1a 1aa", MATCHED),
        ("starts_with", "941", "19410", NOT_MATCHED),
        ("starts_with", ["941", "946"], "94601", MATCHED),
        ("contains", "leak", "It is LEAKING", MATCHED),
        ("contains", "leak", "no heat", NOT_MATCHED),
        ("at_least", 50, "50", MATCHED),
        ("at_least", "1,000", "1,500", MATCHED),
        ("at_least", 50, "50+", MATCHED),
        ("at_least", 60, "50+", NOT_MATCHED),
        ("at_least", 11, "11-50", MATCHED),
        ("at_least", 20, "11-50", NOT_MATCHED),
        ("at_least", 5000, "$5k", MATCHED),
        ("at_least", 10, "many", NOT_MATCHED),
        ("at_most", 50, "11 - 50 employees", MATCHED),
        ("at_most", 40, "11-50", NOT_MATCHED),
        ("at_most", 1000, "50+", NOT_MATCHED),
        ("at_most", 10, "under 10", MATCHED),
        ("blank", None, "", MATCHED),
        ("blank", None, "boiler", NOT_MATCHED),
        ("not_blank", None, "boiler", MATCHED),
        ("not_blank", None, "Select", NOT_MATCHED),
    ],
)
def test_each_op(op, value, field, expected):
    assert verdict(op, field, value) is expected


BLANKS = ["", "   ", "Select", "SELECT...", "n/a", "N.A.", "-", "--", "unknown", "None", "null", "Not provided", "—"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("op", OPS)
def test_a_blank_value_matches_blank_alone(op, blank):
    value = 1 if op in ("at_least", "at_most") else "boiler"

    assert verdict(op, blank, value) is (MATCHED if op == "blank" else NOT_MATCHED)


def test_a_missing_field_is_blank_and_named():
    assert matching(rule(("city", "is", "Oakland")), lead()) == Match(NOT_MATCHED, blanks=("city",))


def test_a_field_is_found_whatever_its_spelling():
    assert matching(rule(("company_size", "is", "11-50")), lead({"Company Size": "11-50"})).verdict is MATCHED


def test_all_conditions_must_hold():
    both = rule(("city", "is", "Oakland"), ("service", "is", "drains"))

    assert matching(both, lead({"city": "Oakland", "service": "Drains"})).verdict is MATCHED
    assert matching(both, lead({"city": "Oakland", "service": "roof"})).verdict is NOT_MATCHED


def test_a_rule_without_conditions_matches_every_lead():
    assert matching(rule(), lead()).verdict is MATCHED


NONSENSE = [("sounds_like", "x"), ("is", None), ("is", []), ("one_of", {}), ("at_least", "many"), ("at_most", "1-5")]


@pytest.mark.parametrize(("op", "value"), NONSENSE)
def test_nonsense_is_broken_on_every_lead_and_said_so(op, value):
    assert verdict(op, "drains", value) is BROKEN
    assert verdict(op, "", value) is BROKEN
    assert problems(Condition("x", op, value))


def test_sense_has_no_problems():
    assert problems(Condition("x", "at_least", "1,000")) is None
    assert problems(Condition("x", "blank")) is None


def test_the_first_match_wins():
    rules = [rule(("city", "is", "Rome"), id="1"), rule(id="2"), rule(id="3")]

    assert placement(tuple(rules), lead({"city": "Oslo"}), anybody).rule == rules[1]


def test_a_rule_that_only_marks_urgent_lets_the_search_go_on():
    rules = [rule(id="1", team_id=None, urgent=True), rule(id="2")]

    found = placement(tuple(rules), lead({}), anybody)

    assert (found.rule, found.urgent) == (rules[1], True)


def test_broken_rules_and_rules_to_nowhere_are_skipped_and_recorded():
    rules = [rule(("x", "is", None), id="broken"), rule(id="gone", team_id="gone", urgent=True), rule(id="good")]

    found = placement(tuple(rules), lead(), lambda one: one.team_id == "plumbing")

    assert (found.rule, found.skipped, found.urgent) == (rules[2], ("broken", "gone"), False)


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()))


@given(st.sampled_from([*OPS, "other"]), ANYTHING, st.text())
def test_nothing_a_person_types_raises(op, value, field):
    assert verdict(op, field, value) in Verdict
