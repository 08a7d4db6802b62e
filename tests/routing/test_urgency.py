"""Words that make a lead urgent, and words that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.urgency import urgent_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My basement is FLOODING!!", ("flooding",)),
        ("There's a burst pipe in the kitchen", ("burst",)),
        ("Our water heater is leaking all over the garage", ("water heater is leaking",)),
        ("No heat, and we have a newborn", ("no heat",)),
        ("Furnace won't start", ("furnace wont start",)),
        ("the toilet won't stop overflowing", ("overflowing",)),
        ("can't stop the leak under the house", ("cant stop the leak",)),
        ("Sewage coming up in the tub", ("sewage",)),
        ("We smell gas. Sparks at the outlet too", ("smell gas", "sparks")),
        ("Power is out in half the house", ("power is out",)),
        ("I'm locked out", ("locked out",)),
        ("Water is coming through the ceiling", ("water is coming through",)),
        ("EMERGENCY please call", ("emergency",)),
        ("Tengo una inundación en el sótano", ("inundacion",)),
        ("Se reventó un tubo", ("revento",)),
        ("Huele a gas en la casa", ("huele a gas",)),
        ("No hay agua ni luz", ("no hay agua",)),
        ("Es urgente, por favor", ("urgente",)),
    ],
)
def test_emergencies_are_heard(text, words):
    assert urgent_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "A quote for a new bathroom",
        "Not an emergency, just a leaky faucet",
        "No leak, just low water pressure",
        "A slow leak under the sink, no rush",
        "We had no flooding",
        "Partial loss of heating",
        "Install a water heater and flood lights",
        "Price for a fire pit gas line",
        "Non-emergency: toilet running",
        "Flushing toilet problem",
        "no hot water",
        "Heating tune-up before winter",
        "Can't wait to see the new kitchen!",
        "No es urgente, quiero cambiar una llave",
        "No hay fuga, solo quiero presupuesto",
        "Gotea la llave, sin prisa",
    ],
)
def test_everyday_work_is_not_an_emergency(text):
    assert urgent_words(text) == ()


def test_a_customer_may_say_that_it_can_wait():
    assert urgent_words("The boiler is leaking") == ("boiler is leaking",)
    assert urgent_words("The boiler is leaking but it is not urgent") == ()


def test_danger_to_life_counts_even_then():
    assert urgent_words("Not urgent, but I smell gas") == ("smell gas",)


def test_a_denial_ends_with_its_clause():
    assert urgent_words("No leak here. Basement flooded") == ("flooded",)


def test_a_phrase_is_named_once():
    assert urgent_words("Flooding! Flooding! FLOODING!") == ("flooding",)


@given(st.text(max_size=500))
def test_no_text_is_too_odd(text):
    assert all(isinstance(words, str) for words in urgent_words(text))
