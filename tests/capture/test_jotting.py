from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.capture.jotting import Jotting, pick_out


@pytest.mark.parametrize(
    ("text", "name", "phone", "message"),
    [
        ("Sam Rivera 415 555 0123 water heater leaks", "Sam Rivera", "415 555 0123", "water heater leaks"),
        (
            "sam rivera, (415) 555-0123, burst pipe in the garage",
            "sam rivera",
            "(415) 555-0123",
            "burst pipe in the garage",
        ),
        ("415-555-0123 Sam Rivera - no heat since morning", "Sam Rivera", "415-555-0123", "no heat since morning"),
        ("This is Pat, my number is +44 20 7946 0958. Boiler is broken", "Pat", "+44 20 7946 0958", "Boiler is broken"),
        ("Water heater leaks\n4155550123", None, "4155550123", "Water heater leaks"),
        ("Kim Ng needs a quote, call back at 415.555.0123", "Kim Ng", "415.555.0123", "needs a quote"),
        ("4155550123", None, "4155550123", None),
        ("María José Núñez\n415 555 0123\nFuga de agua", "María José Núñez", "415 555 0123", "Fuga de agua"),
        ("Burst pipe!!", None, None, "Burst pipe!!"),
        ("", None, None, None),
    ],
)
def test_picks_out_who_how_and_what(text, name, phone, message):
    found = pick_out(text, "US")

    assert (found.name, found.phone, found.message) == (name, phone, message)


def test_labelled_lines_say_what_they_are():
    text = (
        "Name: Sam Rivera\nPhone: (415) 555-0123\nE-mail: sam@example.com\nZip: 94607\nMessage: Tap drips\nsince Monday"
    )

    assert pick_out(text, "US") == Jotting(
        "Sam Rivera", "(415) 555-0123", "sam@example.com", "Tap drips since Monday", (("postcode", "94607"),)
    )


def test_an_address_of_mail_is_found_within_words():
    found = pick_out("Pat Lee wants a quote, mail pat.lee@example.com please", "US")

    assert (found.email, found.name) == ("pat.lee@example.com", "Pat Lee")
    assert "wants a quote" in found.message


def test_a_price_or_a_date_is_no_phone():
    assert pick_out("Quote of 1200 by 12/24/2026 please", "US").phone is None


@given(st.text(max_size=300), st.sampled_from(["US", "GB", "DE", "ZZ"]))
def test_never_fails_and_loses_no_word_that_can_be_read(text, country):
    found = pick_out(text, country)

    kept = " ".join(filter(None, (found.name, found.phone, found.email, found.message, *(v for _, v in found.others))))
    for word in text.split():
        if word.isalpha() and len(word) > 12:
            assert word in kept or word.lower() in kept.lower()
