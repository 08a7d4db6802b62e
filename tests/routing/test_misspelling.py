"""Which word a misspelt word is meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.misspelling import Spelling

TELLING = ("emergency", "heater", "overflowing", "water", "urgente", "inundacion")
SPELLING = Spelling(TELLING, ("eating", "waiter"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("watter", "water"),
        ("urjente", "urgente"),
        ("inundazion", "inundacion"),
        ("haeter", "heater"),
        ("heeter", "heater"),
        ("heatr", "heatr"),
        ("heaterr", "heater"),
        ("emergancie", "emergency"),
        ("emrgency", "emergency"),
        ("emrgncy", "emrgncy"),
        ("mergency", "mergency"),
        ("wate", "wate"),
        ("wates", "wates"),
    ],
)
def test_a_few_slips_are_understood_and_the_more_the_longer_the_word(written, meant):
    assert SPELLING.meant(written) == meant


def test_an_ordinary_word_is_left_alone():
    assert SPELLING.meant("waiter") == "waiter"
    assert Spelling(TELLING, ()).meant("waiter") == "water"


@pytest.mark.parametrize("word", ["overblowing", "heaver", "emermency"])
def test_a_wrong_consonant_makes_another_word(word):
    assert SPELLING.meant(word) == word


@given(st.sampled_from(["heater", "overflowing", "urgente"]), st.data())
def test_two_neighbours_swapped_in_a_long_word_are_understood(word, data):
    place = data.draw(st.integers(1, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    assert SPELLING.meant(swapped) == word


@given(st.text(max_size=30))
def test_no_word_is_too_odd(word):
    assert SPELLING.meant(word) in (word, *TELLING)
