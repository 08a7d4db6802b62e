"""A sentence is English to whoever passes it on, and can be said in another language by whoever has its words."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.explain import duration
from leadapp.routing.said import as_json, from_json, ours, restored, said, spoken, strung

SPANISH = {
    "{name} accepted it.": "{name} lo aceptó.",
    "Offered to {name} for {duration}.": "Ofrecido durante {duration} a {name}.",
    "{count} minutes": "{count} minutos",
    "1 hour": "1 hora",
    "{who} is out": "{nobody} está fuera",
    "{who} is in": "{who está",
    "{who} is up": "{who.age} arriba",
    "Closed.": "Cerrado.",
}
words = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
#: Everything that can be said: templates of ours, filled with data, numbers and other things said.
sentences = st.recursive(
    words.map(lambda name: said("{name} accepted it.", name=name)) | st.just(said("Closed.")),
    lambda inner: st.one_of(
        st.tuples(inner | words, st.integers(0)).map(lambda two: said("{a} has {b} {{leads}}", a=two[0], b=two[1])),
        st.lists(inner | words, min_size=1, max_size=4).map(lambda several: strung("; ", several, end=".")),
    ),
    max_leaves=8,
)


def in_spanish(text):
    return spoken(text, lambda english: SPANISH.get(english, english))


def test_it_is_its_english():
    text = said("{name} accepted it.", name="Ana")

    assert text == "Ana accepted it."
    assert json.loads(json.dumps({"text": text})) == {"text": "Ana accepted it."}
    assert f"{text} Twice." == "Ana accepted it. Twice."


def test_it_is_said_in_another_language_with_all_that_is_said_in_it():
    text = said("Offered to {name} for {duration}.", name="Ana", duration=duration(3600 + 5 * 60))

    assert text == "Offered to Ana for 1 hour 5 minutes."
    assert in_spanish(text) == "Ofrecido durante 1 hora 5 minutos a Ana."


def test_what_is_not_translated_stays_english():
    assert in_spanish(said("{name} passed.", name=said("Closed."))) == "Cerrado. passed."


@pytest.mark.parametrize(
    "typed", ["{name}", "{0}", "{", "%(name)s", "Closed.", "{name} accepted it.", "{name.__class__}"]
)
def test_what_somebody_typed_is_never_taken_for_words_of_ours(typed):
    text = said("{name} accepted it.", name=typed)

    assert text == f"{typed} accepted it."
    assert in_spanish(text) == f"{typed} lo aceptó."
    assert in_spanish(from_json(json.loads(json.dumps(as_json(text))))) == f"{typed} lo aceptó."
    assert in_spanish(typed) == typed


@pytest.mark.parametrize("english", ["{who} is out", "{who} is in", "{who} is up"])
def test_a_translation_that_cannot_be_filled_is_not_used(english):
    text = said(english, who="Ana")

    assert in_spanish(text) == str(text)


def test_a_row_has_no_words_of_its_own():
    asked = []
    spoken(strung("", []), lambda english: asked.append(english) or english)

    assert in_spanish(strung(", ", [said("Closed."), "Ana", said("Closed.")], end="!")) == "Cerrado., Ana, Cerrado.!"
    assert asked == []


def test_other_letters_are_those_of_the_english_alone():
    plain = said("{name} accepted it.", name="José").in_letters("Jose accepted it.")

    assert plain == "Jose accepted it."
    assert in_spanish(plain) == "José lo aceptó."


def test_of_words_that_are_not_ours_nothing_is_kept():
    assert as_json("Ana accepted it.") is None
    assert restored(None, "Ana accepted it.") == "Ana accepted it."
    assert in_spanish(restored(as_json(said("Closed.")), "Closed.")) == "Cerrado."


def test_a_sentence_that_was_kept_as_it_is_can_be_said():
    assert in_spanish(ours("Closed.")) == "Cerrado."
    assert in_spanish(ours("It said {nothing}.")) == "It said {nothing}."


@given(sentences)
def test_what_was_kept_says_the_same(text):
    kept = from_json(json.loads(json.dumps(as_json(text))))

    assert kept == text
    assert in_spanish(kept) == in_spanish(text)
    assert spoken(kept, lambda english: english) == str(text)


@given(sentences)
def test_a_copy_can_be_said_too(text):
    assert in_spanish(copy.deepcopy(text)) == in_spanish(pickle.loads(pickle.dumps(text))) == in_spanish(text)
