"""Telephone numbers as people type them."""

import pytest

from leadapp.capture.phone import parse_phone, zones_of


@pytest.mark.parametrize(
    ("raw", "country", "e164"),
    [
        ("(415) 555-0123", "US", "+14155550123"),
        ("415.555.0123 ext. 7", "US", "+14155550123"),
        ("+44 20 7031 3000", "US", "+442070313000"),
        ("tel:+1-415-555-0123", "US", "+14155550123"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("（４１５）５５５ー０１２３", "US", "+14155550123"),  # full-width, as a Japanese keyboard types them
        ("call 415-555-0123 after five", "US", "+14155550123"),
        ("415-555-0123 / 415-555-0124", "US", "+14155550123"),
    ],
)
def test_reads(raw, country, e164):
    assert parse_phone(raw, country) == e164


def test_keeps_a_possible_number_of_a_range_the_library_does_not_know():
    assert parse_phone("07700 900123", "GB") == "+447700900123"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        None,
        "call me",
        "0000000000",
        "1111111",
        "9999999999",
        "1234567890",
        "0987654321",
        "555-0123",
        "12345",
        "31/8/2011",
        "(212) 123-1234",
        "9" * 300,
        "٠٠٠٠٠٠٠٠٠٠",
    ],
)
def test_refuses(raw):
    assert parse_phone(raw, "US") is None


def test_never_makes_a_number_out_of_the_pieces_of_a_wrong_one():
    assert parse_phone("+11234567890-6#", "US") is None


def test_needs_no_country_for_an_international_number():
    assert parse_phone("+14155550123", "ZZ") == "+14155550123"


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+14155550123", {"America/Los_Angeles"}),
        ("+12085550123", {"America/Boise", "America/Los_Angeles"}),
        ("+447700900123", set()),  # possible, and of no range that is known
        ("+999", set()),
        ("", set()),
    ],
)
def test_knows_the_time_zones_that_a_number_may_be_in(number, zones):
    assert zones_of(number) == zones


def test_a_toll_free_number_is_in_no_zone():
    assert zones_of("+18002255288") == set()
