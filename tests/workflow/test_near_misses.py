"""Which listed value somebody meant who misspelt it."""

import pytest

from leadapp.routing.values import Condition, Rule
from leadapp.workflow.near_misses import nearest, read_as


def rules(field, *values, op="one_of"):
    return (Rule("r", "r", (Condition(field, op, values),), team_id="plumbing"),)


CITIES = ("Philadelphia", "Pittsburgh", "Oakland", "Reno", "San José")
TRADES = ("Plumbing", "AC repair", "Water heater")


@pytest.mark.parametrize(
    ("field", "listed", "said", "meant"),
    [
        ("city", CITIES, "Philadelfia", "Philadelphia"),
        ("city", CITIES, "PHILADELHPIA, PA", "Philadelphia"),
        ("city", CITIES, "pitsburgh", "Pittsburgh"),
        ("city", CITIES, "Oaklnad", "Oakland"),
        ("city", CITIES, "San Joze", "San José"),
        ("service", TRADES, "Pluming", "Plumbing"),
        ("service", TRADES, "Air conditionning repairs", "AC repair"),
        ("region", ("PA", "NJ"), "Pensylvania", "PA"),
        ("country", ("US",), "Untied States", "US"),
        ("language", ("es",), "Spansh", "es"),
        ("Specialization", ("Finance Management",), "Finanse Managment", "Finance Management"),
    ],
)
def test_a_misspelt_value_is_read_as_the_listed_one(field, listed, said, meant):
    [read] = read_as({field: said}, rules(field, *listed)).values()

    assert read == meant


@pytest.mark.parametrize(
    ("field", "listed", "said"),
    [
        ("city", CITIES, "Philadelphia"),  # as it stands
        ("city", CITIES, "Philly"),  # a synonym
        ("city", CITIES, "Renoo"),  # too short a name
        ("city", CITIES, "Jakland"),  # another first letter
        ("city", CITIES, "Phoenix"),
        ("city", CITIES, "Select"),
        ("city", CITIES, ""),
        ("city", CITIES, "Oakland 2"),
        ("city", CITIES, "Philadelphia " * 10),
        ("city", ("Milford", "Milfort"), "Milfors"),  # two are equally near
        ("country", ("Australia",), "Austria"),  # a country of its own
        ("region", ("AR",), "Kansas"),
        ("postcode", ("19103",), "19130"),
        ("company_size", ("11-50",), "11-51"),
        ("name", ("Jonathan",), "Johnathan"),
        ("message", ("emergency",), "emergancy"),
        ("company", ("Johnson Controls",), "Jonson Controls"),
    ],
)
def test_what_may_be_something_else_is_left_as_it_is(field, listed, said):
    assert read_as({field: said}, rules(field, *listed)) == {}


def test_values_of_starts_with_and_contains_are_no_whole_values():
    assert read_as({"city": "Philadelfia"}, rules("city", "Philadelphia", op="starts_with")) == {}


def test_a_field_is_known_by_its_other_names():
    assert read_as({"region": "Pensylvania"}, rules("State", "PA")) == {"state": "PA"}
    assert read_as({"Home town": "Philadelfia"}, rules("home_town", "Philadelphia")) == {"hometown": "Philadelphia"}


def test_the_same_value_is_looked_for_once():
    known = rules("city", *CITIES)
    read_as({"city": "Oaklend"}, known)
    before = nearest.cache_info().misses

    read_as({"city": "Oaklend"}, known)

    assert nearest.cache_info().misses == before
