"""What POST /api/v1/leads makes of its fields."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from leadapp.capture import NothingToStore, from_fields

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def capture(country="US", **fields):
    return from_fields(fields, country=country, now=NOW)


def test_keeps_phone_and_email_normalised_beside_what_was_typed():
    lead = capture(phone="(415) 555-0123", email=" Maria.Lopez@Example.COM ")

    assert (lead.phone, lead.phone_raw) == ("+14155550123", "(415) 555-0123")
    assert (lead.email, lead.email_raw) == ("maria.lopez@example.com", "Maria.Lopez@Example.COM")


def test_keeps_a_phone_and_an_email_that_are_none():
    lead = capture(phone="call me", email="maria at example")

    assert (lead.phone, lead.phone_raw) == (None, "call me")
    assert (lead.email, lead.email_raw) == (None, "maria at example")


def test_keeps_the_payload_as_ascii_json_text():
    lead = capture(message="Añó\0🔧", extra=[1, {"a": None}])

    assert lead.raw.isascii()
    assert json.loads(lead.raw) == {"message": "Añó\0🔧", "extra": [1, {"a": None}]}


def test_unknown_fields_go_to_attributes_beside_those_given():
    lead = capture(message="x", roof_type="tile", attributes={"floors": 2})

    assert lead.attributes == {"roof_type": "tile", "floors": 2}


def test_attributes_that_are_no_object_are_kept():
    assert capture(message="x", attributes=["a", "b"]).attributes == {"attributes": ["a", "b"]}


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\0", "\u200b\u200d", "\ufeff", "\u2060 \u3164", None, [], {}])
def test_nothing_visible_is_nothing_to_store(blank):
    with pytest.raises(NothingToStore):
        capture(name="Ann", service="drains", phone=blank, email=blank, message=blank)


def test_one_visible_character_is_enough():
    assert capture(message="\u200b?\0").message == "?\ufffd"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4155550123, "4155550123"),
        (4155550123.0, "4155550123"),
        (True, "true"),
        (["a", None, 2], "a, 2"),
        ({"street": "Elm"}, '{"street": "Elm"}'),
        (float("nan"), "nan"),
    ],
)
def test_other_types_become_text(value, text):
    assert capture(message=value).message == text


def test_a_number_too_long_to_print_becomes_text():
    assert capture(message=16**5000).message == "0x1" + "0" * 5000


def test_a_list_of_phones_gives_the_first():
    assert capture(phone=["415-555-0123", "415-555-0124"]).phone == "+14155550123"


def test_reads_national_numbers_in_the_leads_own_country():
    assert capture(phone="020 7031 3000", country="US").phone is None
    lead = from_fields({"phone": "020 7031 3000", "country": "gb"}, country="US", now=NOW)
    assert lead.phone == "+442070313000"


def test_falls_back_to_the_business_country():
    lead = from_fields({"phone": "(415) 555-0123", "country": "GB"}, country="US", now=NOW)

    assert lead.phone == "+14155550123"


def test_keeps_the_senders_time_when_it_is_past():
    assert capture(message="x", received_at="2026-11-01T08:00:00+02:00").received_at == datetime(
        2026, 11, 1, 6, tzinfo=UTC
    )


def test_says_so_when_the_senders_time_is_in_the_future():
    lead = capture(message="x", received_at="2031-01-01T00:00:00Z")

    assert lead.received_at is None
    assert lead.notes == ("The sender's time 2031-01-01T00:00:00Z was in the future; the time of arrival was used.",)
    assert lead.attributes == {"received_at": "2031-01-01T00:00:00Z"}


def test_a_clock_a_little_fast_is_not_worth_a_note():
    lead = capture(message="x", received_at=(NOW + timedelta(minutes=4)).isoformat())

    assert (lead.received_at, lead.notes) == (None, ())


def test_an_unreadable_time_is_kept_and_noted():
    lead = capture(message="x", received_at="yesterday")

    assert lead.received_at is None
    assert lead.attributes == {"received_at": "yesterday"}
    assert "could not be read" in lead.notes[0]


def test_ten_thousand_characters_of_name_are_kept():
    assert len(capture(message="x", name="é" * 10_000).name) == 10_000
