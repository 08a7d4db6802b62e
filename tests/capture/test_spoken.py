"""Which language a text is plainly in; what is not sure is in none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.capture.spoken import spoken


@pytest.mark.parametrize(
    "text",
    [
        "Hola, necesito un plomero",
        "Tengo una fuga de agua",
        "¿Cuánto cuesta cambiar el calentador?",
        "Mi inodoro está tapado",
        "Buenas tardes, no hay agua caliente en la casa",
        "NECESITO AYUDA URGENTE",
        "no tengo agua caliente 94110",
        "llámenme por favor",
        "No hay agua",
        "Se está inundando el sótano",
    ],
)
def test_a_request_in_spanish_is_plainly_spanish(text):
    assert spoken(text) == "es"


@pytest.mark.parametrize("text", ["My sink is blocked", "Can you call me at 5?", "No water in the house"])
def test_a_request_in_english_is_plainly_english(text):
    assert spoken(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "94110",
        "ok",
        "No",
        "Hola",
        "Need help",
        "Hola, my sink is blocked, gracias",
        "Los Angeles, La Brea and El Camino Real",
        "Sam Rivera, 12 Casa Linda, San Jose",
        "Por Favor Restaurant",
        "Casa Con Una Vista",
        "Preciso de ajuda com uma fuga de água",
        "Ho una perdita con acqua in casa",
        "Bonjour, j'ai une fuite dans la casa",
    ],
)
def test_names_mixtures_and_other_languages_are_in_none(text):
    assert spoken(text) is None


@given(st.text())
def test_any_text_has_an_answer(text):
    assert spoken(text) in ("es", "en", None)
