"""What customers read keeps to the letters that texts are made of, and says days as people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadapp.wording import customer_text, customer_text_while_closed, day_and_time

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # a Sunday
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


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
    said = {"business": "Harbor Plumbing", "who": "Mia", "language": language}
    for days in range(366):
        opens = day_and_time(NOW + timedelta(days=days), "UTC", now=NOW, language=language)
        closed = customer_text_while_closed(opens=opens, **said)
        usual = customer_text(call_by=NOW + timedelta(days=days), time_zone="UTC", **said)

        assert set(closed + usual) <= GSM_7
        assert max(len(closed), len(usual)) <= 160, closed
