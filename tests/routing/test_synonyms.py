"""Different words for the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.rules import matching
from leadapp.routing.synonyms import Kind, is_known, meanings
from leadapp.routing.values import Condition, Lead, Rule
from tests.routing.facts import NOON


def takes(field, value, said, **fields):
    rule = Rule("r", "r", (Condition(field, "is", value),), team_id="plumbing")
    return matching(rule, Lead("lead", NOON, fields={field: said, **fields})).verdict == "matched"


SAME = [
    ("country", "US", ["USA", "U.S.A.", "United States", "united states of america", "EE.UU.", "Estados Unidos"]),
    ("country", "United Kingdom", ["UK", "GB", "Great Britain", "Reino Unido", "England", "Scotland"]),
    ("region", "CA", ["California", "CALIFORNIA", "ca", "US-CA"]),
    ("region", "Ontario", ["ON", "on", "CA-ON"]),
    ("region", "nsw", ["New South Wales", "NSW"]),
    ("state", "New York", ["NY", "Nueva York"]),
    ("language", "es", ["spanish", "Español", "es-MX", "es_419", "castellano", "SPA"]),
    ("service", "AC", ["a/c", "A.C.", "air conditioning", "Air-Conditioning", "aire acondicionado", "air conditioner"]),
    ("service", "HVAC", ["Heating & Cooling", "heating and cooling", "Heating, Ventilation and Air Conditioning"]),
    ("service", "Plumbing", ["plumber", "Plumbers", "plomería", "fontanero", "plumbing services"]),
    ("service", "AC repair", ["A/C repairs", "air conditioning repair", "Air Conditioner Repair"]),
    ("service", "water heater", ["Hot water heater", "water heaters", "calentador de agua"]),
    ("industry", "Real estate", ["realty", "bienes raíces"]),
    ("city", "Philadelphia", ["Philadelphia, PA", "philly", "Filadelfia"]),
    ("city", "St. Louis", ["Saint Louis", "st louis", "Saint Louis, MO"]),
]


@pytest.mark.parametrize(("field", "value", "said"), [(f, v, word) for f, v, words in SAME for word in words])
def test_common_synonyms_are_the_same(field, value, said):
    assert takes(field, value, said)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("country", "England", "UK"),
        ("country", "England", "Scotland"),
        ("service", "water heater", "boiler"),
        ("service", "heating", "HVAC"),
        ("service", "AC repair", "AC installation"),
        ("service", "roofing", "root canal"),
        ("city", "US", "USA"),
        ("source", "AC", "air conditioning"),
        ("language", "es", "English"),
    ],
)
def test_what_is_not_truly_the_same_stays_apart(field, value, said):
    assert not takes(field, value, said)


def test_a_code_of_two_regions_is_read_by_the_country():
    assert takes("region", "WA", "Western Australia")
    assert takes("region", "Washington", "WA")
    assert takes("region", "Washington", "WA", country="US")
    assert not takes("region", "Washington", "WA", country="Australia")


def test_a_name_in_its_own_right_is_no_misspelling():
    assert is_known(Kind.COUNTRY, "Austria")
    assert is_known(Kind.REGION, "Kansas")
    assert not is_known(Kind.COUNTRY, "Untied States")
    assert not is_known(Kind.CITY, "Springfield")


@given(st.sampled_from(Kind), st.text(), st.sampled_from(["", "us", "au"]))
def test_every_text_means_something_and_at_least_what_its_capitals_mean(kind, text, country):
    assert meanings(kind, text, country)
    assert meanings(kind, text, country) == meanings(kind, f"  {text} ", country)
