"""Words that make a lead urgent, and words that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.phrases import Level, Trade
from leadapp.routing.plain_words import folded, words
from leadapp.wordlists import OwnPhrase, shipped, word_list

SHIPPED = word_list((), frozenset())


def urgent_words(text, urgent=SHIPPED):
    return tuple(one.words for one in urgent.deciding(text))


def own(text, trade=Trade.GENERAL, level=Level.DAMAGE, language=None):
    return word_list((OwnPhrase("own", text, trade, level, language),), frozenset())


EMERGENCIES = {
    Trade.GENERAL: [
        ("We smell gas. Sparks at the outlet too", ("smell gas", "sparks")),
        ("The carbon monoxide alarm is beeping", ("carbon monoxide alarm is beeping",)),
        ("My toddler is locked in the bathroom", ("toddler is locked in the bathroom",)),
        ("EMERGENCY please call", ("emergency",)),
        ("Huele a gas en la casa", ("huele a gas",)),
        ("Sale humo del enchufe", ("sale humo",)),
        ("Es urgente, por favor", ("urgente",)),
    ],
    Trade.PLUMBING: [
        ("There's a burst pipe in the kitchen", ("burst pipe",)),
        ("Our water heater is leaking all over the garage", ("water heater is leaking",)),
        ("the toilet won't stop overflowing", ("toilet wont stop overflowing",)),
        ("can't stop the leak under the house", ("cant stop the leak",)),
        ("Sewage coming up in the tub", ("sewage", "coming up in the tub")),
        ("Se reventó un tubo", ("se revento un tubo",)),
        ("Salen aguas negras por la regadera", ("aguas negras por la regadera",)),
        ("No hay agua ni luz", ("no hay agua",)),
        ("No puedo cerrar la llave del agua", ("no puedo cerrar la llave del agua",)),
    ],
    Trade.HEATING_AND_COOLING: [
        ("No heat, and we have a newborn", ("no heat",)),
        ("Furnace won't start", ("furnace wont start",)),
        ("The boiler is down", ("boiler is down",)),
        ("AC is not working and it is 105 degrees inside", ("105 degrees",)),
        ("La calefacción no prende", ("calefaccion no prende",)),
        ("No tenemos calefacción", ("no tenemos calefaccion",)),
    ],
    Trade.ELECTRICAL: [
        ("Power is out in half the house", ("power is out",)),
        ("The breaker keeps tripping", ("breaker keeps",)),
        ("Se fue la luz en toda la casa", ("se fue la luz",)),
        ("Saltan los breakers a cada rato", ("saltan los breakers",)),
    ],
    Trade.ROOFING: [
        ("A tree fell on our house", ("tree fell on our house",)),
        ("Shingles blew off last night", ("shingles blew off",)),
        ("My roof is leaking into the bedroom", ("roof is leaking into",)),
        ("Un árbol cayó sobre el techo", ("arbol cayo sobre el techo",)),
        ("El viento se llevó las tejas", ("viento se llevo",)),
    ],
    Trade.LOCKS: [
        ("I'm locked out", ("locked out",)),
        ("Somebody kicked in our back door", ("kicked in",)),
        ("The front door won't lock", ("front door wont lock",)),
        ("Me quedé afuera de mi casa", ("me quede afuera",)),
        ("Perdí mis llaves", ("perdi mis llaves",)),
    ],
    Trade.WATER_DAMAGE: [
        ("My basement is FLOODING!!", ("basement is flooding",)),
        ("Water is coming through the ceiling", ("water is coming through",)),
        ("Tengo una inundación en el sótano", ("inundacion",)),
        ("Está goteando el techo", ("goteando el techo",)),
    ],
    Trade.PESTS: [
        ("A snake is in my kitchen", ("snake is in my kitchen",)),
        ("Bees are swarming around the porch", ("bees are swarming",)),
        ("Hay un enjambre de abejas en la entrada", ("enjambre de abejas en la entrada",)),
        ("Me picó un alacrán", ("me pico un alacran",)),
    ],
}


@pytest.mark.parametrize(
    ("trade", "text", "expected"), [(trade, *case) for trade, cases in EMERGENCIES.items() for case in cases]
)
def test_emergencies_of_each_trade_are_heard_in_both_languages(trade, text, expected):
    others_off = word_list((), frozenset(other for other in Trade if other is not trade))

    assert urgent_words(text, others_off) == expected
    assert urgent_words(text)


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
        "Do you offer emergency service?",
        "Install a generator for power outages",
        "New flooring in the kitchen",
        "Ants in the kitchen",
        "New locks for our new house",
        "Roof inspection before we buy",
        "No es urgente, quiero cambiar una llave",
        "No hay fuga, solo quiero presupuesto",
        "Gotea la llave, sin prisa",
        "sin fugas",
        "no huele a gas",
        "Quiero cambiar la tubería vieja",
        "No hay agua caliente",
    ],
)
def test_everyday_work_is_not_an_emergency(text):
    assert urgent_words(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "pipe leaks",
        "pipe leaked",
        "pipe leaking",
        "pipe leakage",
        "leaky pipe",
        "it floods",
        "it flooded",
        "flooding",
        "floodwater",
        "pipes froze",
        "a frozen pipe",
        "pipe is freezing",
        "broke a water main",
        "a broken water main",
        "se inunda",
        "se inundó",
        "inundado",
        "inundada",
        "inundándose",
        "inundaciones",
        "reventó el tubo",
        "el tubo se revienta",
        "tubos reventados",
        "se está reventando el tubo",
    ],
)
def test_a_phrase_stands_for_the_forms_of_its_words(text):
    assert urgent_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "emergancy",
        "emergensy",
        "urgant",
        "toilit overflow",
        "overfloing toilet",
        "basment flooded",
        "sewege",
        "burts pipe",
        "leeking pipe",
        "furnance not working",
        "boyler leaking",
        "no electricty",
        "carbon monixide",
        "celing leaking",
        "lokced out",
        "eletrical burning smell",
        "watter everywhere",
        "sparcks from the outlet",
        "emergensia",
        "urjente",
        "inundasion",
        "tuveria rota",
        "uele a gas",
        "no ay agua",
        "no hay lus",
    ],
)
def test_a_misspelt_word_is_heard(text):
    assert urgent_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "new flooring",
        "looking at pipes",
        "a folding door",
        "powder room",
        "shutter repair",
        "the burning of calories",
        "weather stripping",
        "parking garage",
        "ceiling fan",
        "leasing office",
        "puerto rico",
        "un caldero",
    ],
)
def test_an_ordinary_word_is_no_misspelling(text):
    assert urgent_words(text) == ()


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no leak in the pipe", "leak in the pipe"),
        ("there is no smell of gas", "smell of gas"),
        ("it is not flooding", "flooding"),
        ("there isn't any flooding", "flooding"),
        ("can't smell any gas", "smell gas"),
        ("instead of a burst pipe", "burst pipe"),
        ("no hay ninguna fuga de gas", "fuga de gas"),
        ("no está inundado", "inundado"),
    ],
)
def test_a_denial_turns_a_phrase_round(text, denied):
    assert urgent_words(denied)
    assert urgent_words(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "not only a water leak",
        "it's not just a leak from the pipe",
        "No heat",
        "it's not working, flooding everywhere",
        "heater not working flooding the garage",
        "not sure where the gas leak is",
        "I don't know why the boiler is leaking",
        "won't stop leaking",
        "cannot control the overflow",
        "no idea, the basement flooded",
        "no way to stop the water",
        "no sólo es una fuga de agua",
        "no sé de dónde sale el agua, se inundó",
        "no para de salir agua",
        "No hay luz",
    ],
)
def test_what_only_looks_like_a_denial_is_none(text):
    assert urgent_words(text)


def test_a_denial_ends_with_its_clause():
    assert urgent_words("No leak here. Basement flooded") == ("basement flooded",)


def test_a_no_that_belongs_to_one_phrase_denies_no_other():
    assert urgent_words("no heat smell gas") == ("no heat", "smell gas")


@pytest.mark.parametrize(
    "text", ["The water leak was fixed", "The power outage last year", "La fuga de agua ya se arregló"]
)
def test_what_is_over_is_not_urgent(text):
    assert urgent_words(text) == ()


def test_a_small_leak_is_not_urgent_and_a_small_fire_is():
    assert urgent_words("a small water leak") == ()
    assert urgent_words("the water leak is very small") == ()
    assert urgent_words("fuga de agua muy pequeña") == ()
    assert urgent_words("a small gas leak") == ("gas leak",)
    assert urgent_words("a slight electric shock") == ("electric shock",)


def test_a_customer_may_say_that_it_can_wait():
    assert urgent_words("The boiler is leaking") == ("boiler is leaking",)
    assert urgent_words("The boiler is leaking but it is not urgent") == ()
    assert urgent_words("Se descompuso la calefacción, no tengo prisa") == ()


def test_danger_to_life_counts_even_then():
    assert urgent_words("Not urgent, but I smell gas") == ("smell gas",)
    assert urgent_words("No es urgente, pero huele a gas") == ("huele a gas",)


def test_a_phrase_is_named_once():
    assert urgent_words("Flooding! Flooding! FLOODING!") == ("flooding",)


def test_an_owners_phrase_counts_with_its_endings():
    urgent = own("grease-trap .. full")

    assert urgent_words("Both grease traps are full", urgent) == ("grease traps are full",)
    assert urgent_words("Both grease traps are full") == ()


def test_an_owners_word_is_taken_as_it_is_written():
    assert urgent_words("skylight on the flor", own("flor")) == ("flor",)
    assert urgent_words("A Boyler pump", own("boyler pump")) == ("boyler pump",)


def test_a_trade_that_is_off_says_nothing_and_danger_still_does():
    roofer = word_list((), frozenset(trade for trade in Trade if trade is not Trade.ROOFING))

    assert urgent_words("Sewage in the tub", roofer) == ()
    assert urgent_words("Tree fell on the house", roofer)
    assert urgent_words("I smell gas", roofer)


def test_a_phrase_that_is_off_says_nothing():
    [sewage] = [phrase for phrase in shipped().values() if phrase.text.startswith("sewage")]

    assert urgent_words("There is sewage here", word_list((), frozenset({sewage.id}))) == ()


ANY_WORDS = st.lists(
    st.sampled_from(
        ["no", "not only", "gas", "leak", "burst", "pipe", "agua", "sin", "fuga", "it can wait", ".", "é", "!"]
    )
).map(" ".join)


@given(st.one_of(st.text(max_size=500), ANY_WORDS))
def test_no_text_is_too_odd_and_what_decides_stands_in_it(text):
    said = " ".join(words(folded(text)))

    assert all(found in said for found in urgent_words(text))


@given(ANY_WORDS)
def test_the_same_text_in_other_clothes_says_the_same(text):
    assert urgent_words(text.upper()) == urgent_words(text)
    assert urgent_words(f"  {text}  ") == urgent_words(text)
