"""Postcodes as people type them, in a lead and in a rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.conditions import contradictions, problems
from leadapp.routing.postcodes import read_code
from leadapp.routing.rules import matching, problem_of
from leadapp.routing.values import Condition, Lead, Rule
from tests.routing.facts import NOON


def takes(op, value, said, **fields):
    rule = Rule("r", "r", (Condition("postcode", op, value),), team_id="plumbing")
    return matching(rule, Lead("lead", NOON, fields={"postcode": said, **fields})).verdict == "matched"


@pytest.mark.parametrize(
    ("op", "value", "said"),
    [
        ("is", "94103", "94103"),
        ("is", "94103", "94103-1234"),
        ("is", "94103-1234", "941031234"),
        ("is", "02139", "Boston, MA 02139"),
        ("is", "19000-19099", "19050"),
        ("is", "19000 to 19099", "19099-1234"),
        ("is", "19103, 19104; 19106", "19106"),
        ("is", "941*", "94103"),
        ("is", "941xx", "94103"),
        ("one_of", ["10001", "19000-19099"], "19000"),
        ("one_of", ["M4A-M6Z"], "M5V 3L9"),
        ("one_of", ["SW1-SW5"], "SW3 4AB"),
        ("is_not", "19000-19099", "19100"),
        ("starts_with", "021", "02139"),
        ("starts_with", 941, "94103"),
        ("starts_with", "94103-1", "94103-1234"),
        ("contains", "103", "94103"),
        ("at_least", "19000", "19000"),
        ("at_most", "19099", "19099-1234"),
        ("at_most", "M6Z", "M6Z 9Z9"),
        ("at_least", "SW9", "SW10 0AA"),
        ("is", "M5V", "m5v3l9"),
        ("starts_with", "M5", "M5V 3L9"),
        ("is", "M1", "M1 1AA"),
        ("is", "SW1A 1AA", "sw1a1aa"),
        ("is", "SW1", "SW1A 1AA"),
        ("is", "SW1A 1", "SW1A 1AA"),
        ("is", "SW1X", "SW1X 7HN"),
        ("starts_with", "SW1", "SW1A 1AA"),
        ("starts_with", "SW1", "SW1"),
        ("starts_with", "SW", "SW19 1AA"),
        ("starts_with", "E", "E14 5AB"),
        ("starts_with", "SW1A 1", "SW1A1AA"),
        ("is", "1012 AB", "1012ab"),
    ],
)
def test_a_code_is_taken(op, value, said):
    assert takes(op, value, said)


@pytest.mark.parametrize(
    ("op", "value", "said"),
    [
        ("is", "94103-1234", "94103"),
        ("is", "941", "94103"),
        ("is", "19000-19099", "19100"),
        ("is", "19000-19099", "190"),
        ("starts_with", "SW1", "SW19 1AA"),
        ("starts_with", "SW1", "SW191AA"),
        ("starts_with", "SW1 9", "SW19 1AA"),
        ("starts_with", "M1", "M11 1AA"),
        ("starts_with", "E", "EH1 1AA"),
        ("is", "M1", "M11 1AA"),
        ("is", "SW1A", "SW1 1AA"),
        ("one_of", ["SW1-SW5"], "SW19 1AA"),
        ("one_of", ["M4A-M6Z"], "M7A 1A1"),
        ("at_least", "SW9", "SW1A 1AA"),
        ("at_least", "19000", "SW1A 1AA"),
        ("at_most", "19099", "94103-1234"),
        ("is_not", "19000-19099", "19050"),
    ],
)
def test_a_code_is_not_taken(op, value, said):
    assert not takes(op, value, said)


@pytest.mark.parametrize(
    ("said", "country", "value"),
    [
        ("2139", "US", "02139"),
        ("2139", "United States", "02139"),
        ("21391234", "USA", "02139-1234"),
        ("501", "us", "00501"),
        ("800", "Australia", "0800"),
        ("110", "NZ", "0110"),
        ("02139", "US", 2139),
        ("2139", "US", "02100-02199"),
    ],
)
def test_a_code_that_lost_its_zeros_is_read_where_the_country_makes_it_plain(said, country, value):
    assert takes("is", value, said, country=country)


def test_four_digits_are_no_american_code_elsewhere():
    assert not takes("is", "02139", "2139")
    assert not takes("is", "02139", "2139", country="Australia")


def test_a_lead_that_names_no_country_is_from_where_the_business_is():
    rule = Rule("r", "r", (Condition("postcode", "is", "02139"),), team_id="plumbing")

    assert matching(rule, Lead("lead", NOON, fields={"postcode": "2139"}, home_country="US")).verdict == "matched"


def test_limits_that_lost_their_zeros_are_read_like_codes_of_five_digits():
    assert takes("at_least", 2100, "02139")
    assert not takes("at_least", 2200, "02139")


@pytest.mark.parametrize(
    ("op", "value", "says"),
    [
        ("is", "19099-19000", "turned round, write 19000-19099"),
        ("one_of", ["SW9-SW1"], "turned round"),
        ("at_least", "downtown", "write one such as 19103"),
        ("at_most", True, "write one such as 19103"),
        ("at_most", None, "write one such as 19103"),
    ],
)
def test_nonsense_is_said_to_be_nonsense(op, value, says):
    condition = Condition("postcode", op, value)

    assert says in problems(condition)
    assert says in problem_of(Rule("r", "r", (condition,), team_id="plumbing"))


def test_two_limits_that_no_code_meets_contradict_each_other():
    low, high = Condition("postcode", "at_least", "19100"), Condition("postcode", "at_most", "19000")

    assert list(contradictions([low, high])) == [1]
    assert contradictions([high, Condition("postcode", "at_least", "18000")]) == {}


@given(st.from_regex(r"[0-9]{5}", fullmatch=True), st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_range_takes_what_lies_within_its_limits(one, other):
    low, high = sorted((one, other))
    between = str((int(low) + int(high)) // 2).zfill(5)

    assert all(takes("is", f"{low}-{high}", code) for code in (low, between, high))
    assert takes("at_least", low, between)
    assert takes("at_most", high, between)


@given(st.text(), st.sampled_from(["", "us", "gb", "ca", "au"]))
def test_whatever_is_typed_has_its_own_name(text, country):
    code = read_code(text, country)

    assert code.text in code.names
    assert read_code(code.text, country).text == code.text
