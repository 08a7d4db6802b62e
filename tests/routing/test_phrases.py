"""The notation of the phrases, and finding many of them in plain words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.inflection import forms
from leadapp.routing.notation import Letters, WrongNotation, plain, read
from leadapp.routing.phrases import Phrase, Phrases
from leadapp.wordlists import shipped, word_list

LETTERS = Letters()
GROUPS = {"loss": "no|lost|without"}


def pattern(text):
    return read(text, lambda word: forms(word, "en", {"burst": ["bust"]}), GROUPS, LETTERS)


def found(text, *phrases):
    """The words that are found."""
    words = text.split()
    listed = Phrases(Phrase(phrase, phrase, pattern(phrase)) for phrase in phrases)
    return [" ".join(words[one.start : one.end]) for one in listed.found_in(LETTERS.spell(words))]


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("leak", "it leaks here", ["leaks"]),
        ("leak", "bleak weather", []),
        ("leak", "leakproof", []),
        ("=fire", "fired him", []),
        ("=fire", "a fire", ["fire"]),
        ("burst", "it bust", ["bust"]),
        ("(pipe|water line) .. burst", "the water line in the yard has burst", ["water line in the yard has burst"]),
        ("pipe .. burst", "pipe one two three four five burst", []),
        ("(the)? roof leak", "roof leaks", ["roof leaks"]),
        ("flood !(light|insurance)", "flood lights", []),
        ("flood !(light|insurance)", "flood", ["flood"]),
        ("{loss} heat", "without heat", ["without heat"]),
        ('"fire"', "fire", ["fire"]),
        ('"fire"', "fire pit", []),
    ],
)
def test_each_sign_of_the_notation(phrase, text, words):
    assert found(text, phrase) == words


@pytest.mark.parametrize("phrase", ["(a|b", "a)", "a [b", ".. leak", "(the)?", "{gain} heat", "", "a + b"])
def test_what_cannot_be_read_is_refused(phrase):
    with pytest.raises(WrongNotation):
        pattern(phrase)


def test_of_the_phrases_that_begin_at_a_word_the_longest_is_found():
    assert found("burst pipe", "burst", "burst pipe", "pipe") == ["burst pipe", "pipe"]


@given(st.lists(st.sampled_from(["no", "gas", "leak", "the", "leaks", "smell", "pipe"]), max_size=10))
def test_filing_by_the_first_word_hides_nothing(words):
    phrases = ["gas leak", "(no)? gas", "(the)? pipe .. leak", "smell .. gas"]
    anywhere = any(re.search(pattern(phrase).regex, LETTERS.spell(words)) for phrase in phrases)

    assert bool(found(" ".join(words), *phrases)) == anywhere


@pytest.mark.parametrize("phrase", shipped().values(), ids=lambda phrase: f"{phrase.trade}: {phrase.text[:60]}")
def test_every_shipped_phrase_can_be_looked_for(phrase):
    assert phrase.regex
    assert phrase.pattern.first_letters


def test_a_list_of_the_same_content_is_made_once():
    assert word_list((), frozenset({"pests"})) is word_list((), frozenset({"pests"}))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Grease trap overflow", "grease trap overflow"),
        ("won't close", "wont close"),
        ("Inundación", "inundacion"),
        ("walk-in .. warm", "walk in .. warm"),
    ],
)
def test_an_owner_writes_plain_words(written, words):
    assert plain(written) == words


@pytest.mark.parametrize(
    "written", ["(a|b)", "leak.*", "=fire", "{loss} heat", ".. leak", "!", "", "it", "no", "a " * 9]
)
def test_an_owner_writes_no_signs_and_not_too_little_or_too_much(written):
    with pytest.raises(WrongNotation):
        plain(written)


@given(st.text(max_size=40))
def test_whatever_is_taken_from_an_owner_can_be_read(text):
    try:
        words = plain(text)
    except WrongNotation:
        return
    assert read(words, lambda word: forms(word, None, {}), {}, LETTERS).first_letters
