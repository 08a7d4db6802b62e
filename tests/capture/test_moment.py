"""The sender's time in the many ways senders write it."""

from datetime import UTC, datetime

import pytest

from leadapp.capture.moment import parse_moment

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T08:00:00Z", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01T08:00:00+0200", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("2026-11-01T08:00:00-08:0", datetime(2026, 11, 1, 16, tzinfo=UTC)),
        ("1793520000", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("1793520000000", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 08:00:00 +0000", datetime(2026, 11, 1, 8, tzinfo=UTC)),
    ],
)
def test_reads(text, moment):
    assert parse_moment(text, NOW) == (moment, None)


@pytest.mark.parametrize("text", ["2026-11-01", "2026-11-01 00:00:00", "2026-11-01T0:00"])
def test_without_a_zone_is_utc_and_said(text):
    moment, note = parse_moment(text, NOW)

    assert moment == datetime(2026, 11, 1, tzinfo=UTC)
    assert "read as UTC" in note


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-01T00:00:00+99:99",
        "9" * 13,
        "soon",
        "٢٠٢٦-١١-٠١",
        "Sun, 01 Nov 99999 08:00:00 +0000",
    ],
)
def test_what_cannot_be_believed_is_noted(text):
    moment, note = parse_moment(text, NOW)

    assert moment is None
    assert note
