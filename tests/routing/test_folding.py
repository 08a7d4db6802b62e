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


@pytest.mark.parametrize("text", ["0", "no", "🚰", "nancy", "selected"])
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
        ("under 10", (-inf, 10)),
        ("<10", (-inf, 10)),
    ],
)
def test_quantities(text, expected):
    assert quantity(text) == expected


@pytest.mark.parametrize("text", ["", "many", "1 2 3", "2026-11-22", "3 beds, 2 baths"])
def test_other_texts_are_no_quantity(text):
    assert quantity(text) is NO_NUMBER
