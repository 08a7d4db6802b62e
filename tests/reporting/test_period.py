"""The days a report is about."""

from datetime import date

import pytest

from leadapp.reporting.period import LONGEST, BadPeriod, period

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ("7d", date(2026, 2, 23), TODAY),
        ("30d", date(2026, 1, 31), TODAY),
        ("90d", date(2025, 12, 2), TODAY),
        ("month", TODAY, TODAY),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_a_period_ends_today_or_with_its_month(choice, first, last):
    found = period(choice, "", "", TODAY)

    assert (found.first, found.last) == (first, last)


def test_from_and_to_are_both_in_it():
    assert [*map(str, period("dates", "2026-02-27", "2026-03-01", TODAY).days())] == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
    ]


def test_what_is_to_come_is_left_out():
    assert period("dates", "2026-02-27", "2026-12-31", TODAY).last == TODAY


@pytest.mark.parametrize(
    ("choice", "first", "last", "said"),
    [
        ("dates", "2026-02-02", "2026-02-01", "The first day is after the last one"),
        ("dates", "2026-03-02", "2026-03-09", "has not begun"),
        ("dates", "", "2026-02-01", "Give both days"),
        ("dates", "yesterday", "2026-02-01", "Give both days"),
        ("dates", "20260101", "2026-02-01", "Give both days"),
        ("dates", "2026-02-30", "2026-03-01", "Give both days"),
        ("dates", "0001-01-01", "0001-01-01", "after 1999"),
        ("dates", "2024-01-01", "2026-01-01", f"more than {LONGEST} days"),
        ("forever", "", "", "no such period"),
    ],
)
def test_what_is_no_period_is_told_in_a_sentence(choice, first, last, said):
    with pytest.raises(BadPeriod) as bad:
        period(choice, first, last, TODAY)

    assert said in bad.value.words
