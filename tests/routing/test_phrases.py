"""Phrases filed by their first letters find exactly what one long pattern of all of them would."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing import urgency_words
from leadapp.routing.phrases import Phrases, first_letters

PHRASES = (*urgency_words.DANGER, *urgency_words.DAMAGE, *urgency_words.PLEA)
FOUND = Phrases(PHRASES)
ALL = re.compile(
    r"(?<!\w)(?:"
    + "|".join(phrase.replace(" .. ", r"(?: \w+){0,4} ").replace("~", "(?:s|es|ed|d|ing|y)?") for phrase in PHRASES)
    + r")(?!\w)"
)
WORDS = sorted({word for phrase in PHRASES for word in re.findall("[a-z]+", phrase)} | {"the", "sink", "s", "ed"})


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_filing_changes_nothing_that_is_found(words):
    assert [match.span() for match in FOUND.found_in(words)] == [match.span() for match in ALL.finditer(words)]


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_can_be_filed(phrase):
    assert first_letters(phrase)


@pytest.mark.parametrize(
    ("phrase", "letters"),
    [
        ("burst", "b"),
        ("^fires?$", "f"),
        ("(lost|stolen) keys?", "ls"),
        ("(se )?(esta )?inunda", "sei"),
        ("((no|any) )?gas", "nag"),
        ("x?ray", "xr"),
        ("smoke in|out of smoke", "so"),
    ],
)
def test_a_phrase_is_filed_under_each_letter_it_can_begin_with(phrase, letters):
    assert first_letters(phrase) == set(letters)


@pytest.mark.parametrize("phrase", [r"\w+ gas", "(?!no) gas", "", "(leak"])
def test_a_phrase_that_could_begin_with_anything_is_refused(phrase):
    with pytest.raises(ValueError, match=r"phrase|bracket"):
        first_letters(phrase)


def test_a_phrase_that_begins_inside_one_already_found_is_not_found_again():
    assert [match[0] for match in Phrases(["no gas", "gas leak~"]).found_in("no gas leak no gas")] == ["no gas"] * 2
