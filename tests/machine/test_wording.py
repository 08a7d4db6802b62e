"""What the last resort reads says what happened, what was kept and what to do; a text is one segment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadapp.machine import wording
from leadapp.machine.illness import CLOCK_LATE, NO_WORKER, REDIS_AWAY, Sends, Vitals, failing_sends
from leadapp.routing.values import Channel
from leadapp.texts import Encoding, Segments, segments

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LINK = "https://leads.the-longest-plumbing-name.example.com".ljust(60, "/")
ALL = [CLOCK_LATE, NO_WORKER, REDIS_AWAY, *map(failing_sends, Channel)]
WORST = Vitals(
    timedelta(days=13, hours=23, minutes=59), 0, False, dict.fromkeys(Channel, Sends(9999, 9999, "It said ‘no’."))
)


def everything(illness):
    yield wording.told(illness, WORST)
    yield wording.over(illness, NOW - timedelta(days=13, hours=23, minutes=59), NOW)


@pytest.mark.parametrize("illness", ALL)
def test_a_text_is_one_segment_of_plain_letters_at_its_longest(illness):
    for words in everything(illness):
        assert segments(wording.text_message(words, LINK)) == Segments(Encoding.GSM7, 1), words.brief


@pytest.mark.parametrize("illness", ALL)
def test_a_text_begins_with_what_it_is(illness):
    for words in everything(illness):
        assert wording.text_message(words, LINK).startswith(words.title)
        assert len(words.title) <= 40


def test_failing_sends_say_how_many_what_was_said_and_where_to_look():
    vitals = Vitals(timedelta(), 1, True, {Channel.EMAIL: Sends(6, 1, "The mail server did not answer.")})

    words = wording.told(failing_sends(Channel.EMAIL), vitals)

    assert words.text == (
        "E-mails do not leave: 6 failed and 1 went out in 10 minutes. The reason of one: The mail server did not"
        " answer. Whoever has another channel is told by that. Run leadapp doctor, and see SMTP_URL."
    )


def test_an_all_clear_says_how_long_it_was():
    words = wording.over(NO_WORKER, NOW - timedelta(minutes=23), NOW)

    assert words.text == "All clear after 23 minutes. What had waited goes out now."
