"""STOP, START and HELP, however people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.routing.opting import Keyword, keyword


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "Stop!",
        "STOPALL",
        "Unsubscribe",
        "cancel",
        "END",
        "quit",
        "revoke",
        "opt-out",
        "Opt out",
        "please stop",
        "Stop please",
        "stop texting me",
        "Please stop sending me messages",
        "don't text me",
        "Do not text me again",
        "no more texts",
        "take me off your list",
        "remove my number",
        "ALTO",
        "ARRET",
        "ok please stop",
        "stop now please",
        "Arr\u00eat",
        "parar",
        "Basta!",
        "cancelar",
        "por favor alto",
        "no me escriban más",
        "dejen de mandarme mensajes",
        "no quiero más mensajes",
        "STOP \U0001f6d1",
    ],
)
def test_any_reasonable_way_to_want_no_texts_is_understood(text):
    assert keyword(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "The leak does not stop",
        "stop by at 5",
        "Can you stop the water?",
        "I want to cancel my appointment on Friday",
        "the end of the pipe is broken",
        "No more hot water",
        "there is no text on the display",
        "help me please, burst pipe",
        "No hay mas agua",
        "ayuda con mi fregadero",
        "Start tomorrow?",
        "",
        " ",
        "1",
        "yes",
    ],
)
def test_a_customer_who_speaks_of_something_else_is_not_cut_off(text):
    assert keyword(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("START", Keyword.START),
        ("unstop", Keyword.START),
        ("Iniciar", Keyword.START),
        ("HELP", Keyword.HELP),
        ("help!", Keyword.HELP),
        ("Ayuda", Keyword.HELP),
        ("info", Keyword.HELP),
    ],
)
def test_texts_can_be_asked_for_again_and_so_can_help(text, asked):
    assert keyword(text) is asked


@given(st.text())
def test_no_text_is_too_odd(text):
    keyword(text)
