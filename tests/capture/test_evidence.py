"""What a body says of the visitor who sent it, and what counts as a no."""

from __future__ import annotations

import pytest

from leadapp.capture.evidence import is_refusal, visitor_in

DISCLOSURE = (
    "I agree to be called and texted by Harbor Plumbing about my request. I understand that I do not have to consent "
    "to this to buy anything, and may reply STOP."
)


@pytest.mark.parametrize(
    "said",
    [
        {"Page URL": "https://harbor.example/drains", "IP Address": "203.0.113.9"},
        {"source_url": "https://harbor.example/drains", "user_ip": "203.0.113.9"},
        {"context": {"pageUri": "https://harbor.example/drains", "ipAddress": " 203.0.113.9 "}},
        {"url": "/drains", "referer": "https://harbor.example/drains", "ip": "unknown", "remote_addr": "203.0.113.9"},
    ],
)
def test_a_vendor_tells_of_the_page_and_the_address_in_its_own_words(said):
    assert visitor_in(said) == ("https://harbor.example/drains", "203.0.113.9")


@pytest.mark.parametrize(
    "said", [{}, {"page": 7, "ip": ["1.2.3.4"]}, {"page": "3 of 5", "ip": "300.1.1.1"}, {"ip": "fe80::1%" + "x" * 60}]
)
def test_what_is_no_page_and_no_address_is_not_taken_for_one(said):
    assert visitor_in(said) == (None, None)


def test_what_lies_deep_in_a_body_is_not_searched():
    assert visitor_in({"a": {"b": {"ip": "203.0.113.9"}}}) == (None, None)


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        " No. ",
        "NO",
        "false",
        "0",
        "off",
        "opt-out",
        "Do not contact",
        "No acepto",
        "No, do not text me",
        "no (unchecked)",
        "I do not agree",
        "I disagree",
        '{"sms": false, "call": "no"}',
        "Please don't ever text me",
    ],
)
def test_a_plain_no_is_a_refusal(answer):
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "",
        "yes",
        "true",
        "on",
        "1",
        "I agree",
        "No problem, call me",
        "Norwegian",
        "sí",
        "acepto",
        '{"sms": false, "mail": true}',
        "{}",
        "{no",
        "Do call me",
        "I do agree",
        DISCLOSURE,
    ],
)
def test_anything_else_is_none(answer):
    assert not is_refusal(answer)
