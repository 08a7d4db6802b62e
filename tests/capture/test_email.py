"""E-mail addresses as people type them."""

import pytest

from leadapp.capture.email import parse_email


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("Ann Lee <ann@example.com>", "ann@example.com"),
        ('"Lee, Ann" <ann@example.com>', "ann@example.com"),
        ("mailto:ann%2Bx@example.com?subject=Hi", "ann+x@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("(ann@example.com)", "ann@example.com"),
        ("ann@example.com, bob@example.com", "ann@example.com"),
        ("ann@firm.test", "ann@firm.test"),
        ("josé@bücher.example", "josé@bücher.example"),
    ],
)
def test_reads(raw, address):
    assert parse_email(raw) == address


@pytest.mark.parametrize("raw", [None, "", "@", "ann", "ann@", "@example.com", "ann@localhost", "a@" + "b" * 2000])
def test_refuses(raw):
    assert parse_email(raw) is None
