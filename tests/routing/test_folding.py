"""How routing compares what people typed, and reads their numbers."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.folding import fold, is_blank
from leadapp.routing.quantities import NO_NUMBER, quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Señor O'Neil-Smith! ", "senor oneil smith"),
        ("BOILER\tRepair\n", "boiler repair"),
        ("50+", "50+"),
        ("Straße", "strasse"),
        ("水道 修理", "水道 修理"),
        ("🚰 tap", "🚰 tap"),
        ("\x00\u200b", ""),
    ],
)
def test_folding(text, expected):
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", [None, "", " ", "Select", "select...", "N/A", "n.a.", "-", "--", "unknown", "NULL"])
def test_fillers_are_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["?", "...", "=", "++", "Select an option", "Not Selected", "undefined", "NaN", "Seleccione…", "N/D", "TBD"]
)
def test_what_stands_for_nothing_is_blank(text):
    assert is_blank(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_like_all_others(text):
    assert fold(text + "é") == (fold(text + "e"))


@pytest.mark.parametrize("text", ["0", "no", "🚰", "nancy", "selected", "Other", "other", "test", "+1", "$5", "C+"])
def test_answers_are_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", (7, 7)),
        ("1,000", (1000, 1000)),
        ("1 000 000", (1_000_000, 1_000_000)),
        ("about 2.5 acres", (2.5, 2.5)),
        ("50+", (50, inf)),
        ("50 or more", (50, inf)),
        ("more than 50", (50, inf)),
        ("11-50", (11, 50)),
        ("11 to 50 people", (11, 50)),
        ("$1-2k", (1000, 2000)),
        ("1.000.000", (1_000_000, 1_000_000)),
        ("1.000,50", (1000.5, 1000.5)),
        ("2,5 ha", (2.5, 2.5)),
        ("1.125", (1.125, 1.125)),
        ("+50", (50, inf)),
        ("under 10", (-inf, 10)),
        ("<10", (-inf, 10)),
    ],
)
def test_quantities(text, expected):
    assert quantity(text) == expected


def test_where_only_whole_numbers_are_meant_a_point_groups_digits():
    assert quantity("1.000-5.000 empleados", whole=True) == (1000, 5000)
    assert quantity("11-50", whole=True) == (11, 50)


@pytest.mark.parametrize("text", ["", "many", "1 2 3", "2026-11-22", "3 beds, 2 baths"])
def test_other_texts_are_no_quantity(text):
    assert quantity(text) is NO_NUMBER
