"""What customers read keeps to the letters that texts are made of, and says days as people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp import answer_wording, customer_wording, wording
from leadapp.texts import Encoding, Segments, segments
from leadapp.wording import day_and_time

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # a Sunday
ONE = Segments(Encoding.GSM7, 1)
BUSINESSES = [  # as the owner wrote it, and as a text says it
    ("Plomería y Calefacción Íñigo Núñez e Hijo", "Plomeria y Calefaccion Iñigo Nuñez e Hijo"),
    ("“Joe’s” Heating – A/C™ 🔧 & Sons", '"Joe\'s" Heating - A/C(TM) & Sons'),
    ("W" * 40, "W" * 40),
]
LINK = "https://leads.the-longest-plumbing-name.example.com".ljust(60, "/")
SERVICE = wording.service_of("Instalación de calefacción – “emergencia” " * 2, "")
PLACE = wording.place_of(postcode="04510", city="San José de los Olivos y Ángeles – " * 2)
NAME = "Maximiliano-Sebastián Íñiguez"
LONG = 59 * 60 + 59  # "59 minutes 59 seconds"
#: The title and the body of every alert, at their longest.
ALERTS = {
    wording.offer_title(service=SERVICE, urgent=True): wording.offer_body(
        place=PLACE, seconds=LONG, until=NOW, time_zone="UTC"
    ),
    wording.queue_title(service=SERVICE, urgent=True): wording.queue_body(place=PLACE, waiting_seconds=LONG),
    wording.queue_of_many_title(count=999, urgent=True): wording.queue_of_many_body(longest_waiting_seconds=LONG),
    wording.unanswered_title(count=999, urgent=True): wording.unanswered_body(fallback=NAME, waiting_seconds=LONG),
    wording.absent_owner_title(service=SERVICE): wording.absent_owner_body(place=PLACE, keeper=NAME),
    wording.overdue_title(service=SERVICE): wording.overdue_body(owner=NAME, waiting_seconds=LONG),
    wording.assigned_title(service=SERVICE, urgent=True): wording.assigned_body(place=PLACE, by=NAME),
    wording.again_title(service=SERVICE): wording.again_body(place=PLACE),
}


@pytest.mark.parametrize(
    ("after", "english", "spanish"),
    [
        (timedelta(hours=3), "today at 1:00 PM", "hoy a la 1:00 PM"),
        (timedelta(hours=22), "tomorrow at 8:00 AM", "mañana a las 8:00 AM"),
        (timedelta(days=3), "Wednesday at 10:00 AM", "el miércoles a las 10:00 AM"),
        (timedelta(days=6), "Saturday at 10:00 AM", "el sabado a las 10:00 AM"),
        (timedelta(days=43), "January 4 at 10:00 AM", "el 4 de enero a las 10:00 AM"),
    ],
)
def test_a_day_is_said_as_people_say_it(after, english, spanish):
    assert day_and_time(NOW + after, "UTC", now=NOW) == english
    assert day_and_time(NOW + after, "UTC", now=NOW, language="es-MX") == spanish


def test_the_day_is_that_of_the_zone():
    assert day_and_time(NOW + timedelta(hours=15), "America/New_York", now=NOW) == "today at 8:00 PM"


@pytest.mark.parametrize("language", ["en", "es"])
def test_texts_to_customers_are_one_segment_of_gsm_7(language):
    for text in texts_to_customers("Harbor Plumbing", "Mia", language):
        assert segments(text) == ONE, text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("who", ["Íñigo", "Maximiliano-Sebastián"])
@pytest.mark.parametrize(("business", "plain"), BUSINESSES)
def test_also_at_their_longest_they_are_two_say_who_writes_and_how_to_stop(business, plain, who, language):
    for text in texts_to_customers(business, who, language):
        counted = segments(text)

        assert (counted.encoding, counted.count <= 2) == ("gsm7", True), text
        assert plain in text
        assert "STOP" in text


@pytest.mark.parametrize(("business", "plain"), BUSINESSES)
def test_a_sign_in_text_is_one_segment_and_says_whose_it_is(business, plain):
    text = wording.sign_in_text("012345", business)

    assert segments(text) == ONE
    assert plain in text


@pytest.mark.parametrize("title", ALERTS)
def test_alerts_as_texts_are_gsm_7_and_two_segments_at_their_longest(title):
    counted = segments(wording.offer_text(title, ALERTS[title], LINK))

    assert (counted.encoding, counted.count <= 2) == ("gsm7", True)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answer", [answer_wording.opted_out, answer_wording.opted_in, answer_wording.help_text])
@pytest.mark.parametrize(("business", "plain"), BUSINESSES)
def test_an_answer_to_a_keyword_is_one_segment_and_says_who_writes(answer, business, plain, language):
    text = answer(business, language)

    assert segments(text) == ONE, text
    assert plain in text


def test_what_a_rep_is_answered_is_one_segment():
    for text in (
        answer_wording.yours(name=NAME, phone="+14155550142", call_by="10:45 AM"),
        answer_wording.too_late(NAME),
        answer_wording.not_understood(link=LINK, waits=True),
        answer_wording.not_understood(link=LINK, waits=False),
        answer_wording.PASSED,
        answer_wording.OVER,
        answer_wording.CANNOT_BE_PASSED,
    ):
        assert segments(text) == ONE, text


def test_a_usual_offer_with_its_digits_and_its_link_is_two_segments_at_most():
    body = wording.offer_body(place="94107 San Francisco", seconds=300, until=NOW, time_zone="UTC")
    title = wording.offer_title(service="Water heater installation", urgent=True)
    text = wording.offer_text(title, body, f"{wording.how_to_answer(1, 2)}\n{LINK}/a/{'x' * 32}")

    assert segments(text).count <= 2


def test_a_name_that_has_no_plain_letters_can_still_be_read():
    [text, *_] = texts_to_customers("王记水管", "José", "en")

    assert "王记水管" in text
    assert "José" in text


def test_whatever_words_a_text_makes_it_plain_and_is_tried_here():
    words = vars(wording) | vars(customer_wording)
    plain = {name for name, function in words.items() if hasattr(function, "__wrapped__")}

    texts = {"customer_text", "customer_text_while_closed", "customer_text_after_call", "promise_text"}
    assert plain == texts | {"sign_in_text", "offer_text"}
    assert {name for name in words if "_text" in name} <= plain


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("Slow drain", "Slow drain"),
        ("  Joe’s A–C,\n heat & so", "Joe's A-C, heat & so"),
        ("Instalación", "Instalacion"),
    ],
)
def test_a_customer_is_told_what_they_asked(about, said):
    for language, words in (("en", f" got your request about {said}. "), ("es", f" su solicitud sobre {said}. ")):
        for text in instant_texts(about, language, "Harbor"):
            assert words in text
            assert segments(text) == ONE, text


@pytest.mark.parametrize(
    "about",
    [
        None, "", "-", "Drains. Call now", "Win at evil.example", "https://evil.example", "me@evil.example",
        "415 555 0123", "④①⑤ ⑤⑤⑤ ⓪①②③", "Drain (kitchen)", "Slow drain 🔧!", "下水道", "x" * 41,
    ],
)  # fmt: skip
def test_what_they_asked_is_left_out_when_it_is_not_a_few_plain_words(about):
    for language in ("en", "es"):
        assert list(instant_texts(about, language)) == list(instant_texts(None, language))


def test_what_they_asked_is_left_out_when_it_would_cost_a_second_segment():
    for language in ("en", "es"):
        assert list(instant_texts("x" * 40, language, "W" * 40)) == list(instant_texts(None, language, "W" * 40))


@given(st.text(max_size=45))
def test_whatever_they_asked_costs_nothing_and_brings_neither_digit_nor_link(about):
    for with_it, without in zip(instant_texts(about, "en"), instant_texts(None, "en"), strict=True):
        assert segments(with_it) == segments(without)
        for mark in "0123456789.:/@":
            assert with_it.count(mark) == without.count(mark)


def instant_texts(about, language, business="Harbor Plumbing"):
    """What somebody who asked about this is answered, while it is open and while it is closed."""
    said = {"business": business, "who": "Mia", "language": language, "about": about}
    opens = day_and_time(NOW, "UTC", now=NOW, language=language)
    yield customer_wording.customer_text(call_by=NOW, time_zone="UTC", **said)
    yield customer_wording.customer_text_while_closed(opens=opens, **said)


def texts_to_customers(business, who, language):
    """Every text a customer may get in the course of a year."""
    said = {"business": business, "who": who, "language": language}
    for days in range(366):
        later = NOW + timedelta(days=days)
        opens = day_and_time(later, "UTC", now=NOW, language=language)
        yield customer_wording.customer_text_while_closed(opens=opens, **said)
        yield customer_wording.customer_text(call_by=later, time_zone="UTC", **said)
        yield customer_wording.customer_text_after_call(call_by=later, time_zone="UTC", **said)
        yield customer_wording.promise_text(call_by=later, time_zone="UTC", **said)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("Drain cleaning", "Drain cleaning"),
        ("50 gallon water heater, 2nd floor", "50 gallon water heater, 2nd floor"),
        ("Call Maria (415) 555-2671", "Plumbing"),
        ("maria@example.com", "Plumbing"),
        (None, "Plumbing"),
    ],
)
def test_a_service_by_which_the_customer_could_be_reached_is_not_said_on_a_lock_screen(service, said):
    assert wording.service_of(service, "Plumbing") == said


@pytest.mark.parametrize(
    ("city", "postcode", "said"),
    [
        ("Austin", "78704-1234", "Austin 78704-1234"),
        ("12 Elm Street, Austin", "78704", "78704"),
        ("Austin", "12 Elm Street, 78704", "Austin"),
        ("12 Elm Street", None, "Place not given"),
    ],
)
def test_no_street_is_said_as_a_place(city, postcode, said):
    assert wording.place_of(city=city, postcode=postcode) == said
