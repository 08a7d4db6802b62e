"""Conditions over dirty fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.conditions import OPS, contradictions, problems
from leadapp.routing.fields import key_of
from leadapp.routing.rules import Match, Verdict, matching, placement, problem_of
from leadapp.routing.values import Blank, Condition, Lead, Reading, Rule
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


@pytest.mark.parametrize(
    ("op", "value", "said", "expected"),
    [
        ("is", "11-50", "11 to 50 employees", MATCHED),
        ("is", "11-50", "25", MATCHED),
        ("is", "11-50", "51", NOT_MATCHED),
        ("is", "11-50", "40-60", NOT_MATCHED),
        ("is", "50+", "1,000", MATCHED),
        ("is", "1,000", "1.000", MATCHED),
        ("is", "1.000-5.000", "2,500", MATCHED),
        ("is", 1000, "1k", MATCHED),
        ("one_of", ["1-10", "11-50"], "7", MATCHED),
        ("is_not", "11-50", "25", NOT_MATCHED),
        ("at_least", "1,000", "1.000", MATCHED),
        ("at_most", 999, "1.000", NOT_MATCHED),
        ("at_least", "1k", "1.500 empleados", MATCHED),
    ],
)
def test_company_sizes_are_numbers_of_people(op, value, said, expected):
    assert verdict(op, said, value, field="company_size") is expected
    assert verdict(op, said, value, field="Company Size") is expected


@pytest.mark.parametrize(("is_urgent", "value"), [(True, True), (True, "yes"), (False, "no"), (False, False)])
@pytest.mark.parametrize("field", ["urgent", "urgency", "Is urgent"])
def test_urgency_is_a_field_that_is_never_blank(field, is_urgent, value):
    assert matching(rule((field, "is", value)), lead(urgent=is_urgent)).verdict is MATCHED
    assert matching(rule((field, "is", value)), lead(urgent=not is_urgent)).verdict is NOT_MATCHED
    assert matching(rule((field, "blank")), lead()).verdict is NOT_MATCHED


def test_a_lead_that_says_so_itself_in_a_field_of_that_name_is_urgent():
    assert matching(rule(("urgent", "is", True)), lead({"Urgent": "Yes"})).verdict is MATCHED


def test_a_rule_that_marks_urgent_is_seen_by_those_after_it():
    rules = (rule(id="1", team_id=None, urgent=True), rule(("urgent", "is", True), id="2"), rule(id="3"))

    assert placement(rules, lead(), anybody).rule == rules[1]


@pytest.mark.parametrize(("value", "said"), [(True, "True"), (True, "yes"), (False, "No"), (False, "0")])
def test_a_yes_or_no_of_a_rule_is_understood_in_any_field(value, said):
    assert verdict("is", said, value) is MATCHED
    assert verdict("is", said, not value) is NOT_MATCHED


def test_a_blank_field_is_told_of_every_rule_that_it_alone_kept_from_matching():
    rules = (
        rule(("city", "is", "Oakland"), id="city"),
        rule(("city", "is", "Oakland"), ("service", "is", "roof"), id="other service"),
        rule(("city", "is", "Oakland"), ("zip", "starts_with", "946"), ("service", "is", "drains"), id="both"),
        rule(("service", "is", "drains"), id="decides"),
        rule(("city", "is", "Rome"), id="never tried"),
    )

    found = placement(rules, lead({"city": "Select", "postcode": "-", "service": "Drains"}), anybody)

    assert found.rule == rules[3]
    assert found.blanks == (Blank("city", "city"), Blank("both", "city"), Blank("both", "zip"))


PHILADELPHIA = rule(("city", "is", "Philadelphia"), id="philadelphia")
ELSEWHERE = rule(id="elsewhere")
MISSPELT = {"fields": {"city": "Philadelfia"}, "read_as": {"city": "Philadelphia"}}


def test_a_near_miss_matches_and_is_told():
    found = placement((PHILADELPHIA, ELSEWHERE), lead(**MISSPELT), anybody)

    assert found.rule == PHILADELPHIA
    assert found.readings == (Reading("city", "Philadelfia", "Philadelphia"),)


def test_a_near_miss_is_not_told_when_it_changes_nothing():
    assert placement((ELSEWHERE, PHILADELPHIA), lead(**MISSPELT), anybody).readings == ()


def test_a_near_miss_stands_for_the_value_in_is_not_too():
    rules = (rule(("city", "is_not", "Philadelphia"), id="not there"), ELSEWHERE)

    found = placement(rules, lead(**MISSPELT), anybody)

    assert found.rule == ELSEWHERE
    assert found.readings == (Reading("city", "Philadelfia", "Philadelphia"),)


def test_a_value_that_another_rule_lists_as_it_stands_is_no_near_miss():
    exact = rule(("city", "is", "Philadelfia"), id="exact")

    assert placement((PHILADELPHIA, exact), lead(**MISSPELT), anybody).rule == exact


@pytest.mark.parametrize(
    ("field", "op", "value", "says"),
    [
        ("urgent", "is", "maybe", "true or false"),
        ("urgent", "at_least", 1, "write the op is"),
        ("service", "is", "Select", "counts as blank"),
        ("service", "one_of", ["AC", None], "counts as blank"),
        ("service", "one_of", [], "write one or a list"),
        ("company_size", "at_least", "many", "write one such as 50"),
        ("company_size", "at_least", True, "write one such as 50"),
        ("  ", "is", "x", "names no field"),
        ("city", "sounds_like", "x", "write one of is, is_not"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write_instead(field, op, value, says):
    assert says in problems(Condition(field, op, value))


def test_two_limits_that_no_number_meets_contradict_each_other():
    low, high = Condition("company_size", "at_least", "1k"), Condition("Company Size", "at_most", 50)

    assert list(contradictions([low, high])) == [1]
    assert contradictions([Condition("company_size", "at_least", 10), high]) == {}
    assert contradictions([low, Condition("budget", "at_most", 50)]) == {}


def test_an_idle_value_among_others_does_not_stop_a_stored_rule():
    assert problem_of(rule(("service", "one_of", ["AC", "n/a"]))) is None


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()))


@given(st.sampled_from([*OPS, "other"]), ANYTHING, st.text())
def test_nothing_a_person_types_raises(op, value, field):
    assert verdict(op, field, value) in Verdict


CITIES = ("Oakland", "Dayton", "Salem", "")
RULES = st.lists(
    st.builds(
        rule,
        st.tuples(st.just("city"), st.sampled_from(["is", "one_of", "starts_with", "blank"]), st.sampled_from(CITIES)),
        st.tuples(st.just("service"), st.sampled_from(OPS), st.sampled_from(["AC", "7", "roof"])),
        id=st.uuids().map(str),
        urgent=st.booleans(),
    ),
    max_size=5,
).map(tuple)
LEADS = st.fixed_dictionaries(
    {"city": st.sampled_from([*CITIES, "Daytn"]), "service": st.sampled_from(["a/c", "7", "", "Roof"])}
)


@given(RULES, LEADS)
def test_the_order_of_the_rules_decides(rules, said):
    alone = [one for one in rules if placement((one,), lead(said), anybody).rule]

    assert placement(rules, lead(said), anybody).rule == (alone[0] if alone else None)


@given(RULES, LEADS)
def test_the_same_facts_give_the_same_answer(rules, said):
    again = tuple(Rule(one.id, one.name, one.when, one.team_id, one.rep_id, one.urgent) for one in rules)

    assert placement(rules, lead(said), anybody) == placement(again, lead(dict(said)), anybody)


@given(RULES, LEADS, st.sampled_from(CITIES[:3]))
def test_a_near_miss_never_takes_a_lead_from_the_rule_that_matches_it_exactly(rules, said, listed):
    exact = placement(rules, lead(said), anybody).rule
    near = placement(rules, lead(said, read_as={"city": listed}), anybody).rule

    if exact is not None:
        assert rules.index(near) <= rules.index(exact)
    followed = [one for one in rules if matching(one, lead(said)).verdict is not Verdict.BROKEN]
    named = {condition.value for one in followed for condition in one.when if condition.op in ("is", "one_of")}
    if said["city"] in named:
        assert near == exact


@given(st.sampled_from(BLANKS), st.sampled_from(OPS), st.sampled_from(["AC", 7, "19000"]))
@pytest.mark.parametrize("field", ["postcode", "company_size", "service", "city", "country", "region", "language", "x"])
def test_a_blank_of_any_kind_matches_blank_alone(field, blank, op, value):
    assert (verdict(op, blank, value, field=field) is MATCHED) == (op == "blank")


@given(st.text(), st.text())
def test_names_of_fields_are_the_same_whatever_their_case_and_spaces(one, other):
    assert key_of(f"{one} {other}") == key_of(f" {one}_{other}")
