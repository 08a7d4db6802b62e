"""Telephone numbers as people type them, to E.164."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

_LONGEST = 250  # the library's own limit
_FEWEST_DIGITS = 8
_NORTH_AMERICAN = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_SEQUENCE = "01234567890123456789"


def parse_phone(raw: str | None, country: str) -> str | None:
    """The number in E.164 without its extension, or None when it cannot be called.

    Numbers the library calls valid pass. So do possible ones that look real, because ranges are allotted faster than
    metadata is updated and a call-back that might work beats one that is lost.
    """
    if not raw or len(raw) > _LONGEST:
        return None
    number = _parsed(raw, country) or _first_within(raw, country)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def is_region(code: str | None) -> bool:
    """True for the two-letter code of a country that has telephone numbers."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _parsed(raw: str, country: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(raw, country)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number) or _looks_real(number):
        return number
    return None


def _looks_real(number: PhoneNumber) -> bool:
    digits = phonenumbers.national_significant_number(number)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return False
    if len(digits) < _FEWEST_DIGITS or len(set(digits)) < 3 or digits in _SEQUENCE or digits[::-1] in _SEQUENCE:
        return False
    return number.country_code != 1 or _NORTH_AMERICAN.fullmatch(digits) is not None


def _first_within(raw: str, country: str) -> PhoneNumber | None:
    """The first valid number inside a sentence such as "415 555 0123 after five, or 415 555 0124"."""
    if sum(map(str.isdigit, raw)) < _FEWEST_DIGITS:
        return None
    return next((match.number for match in phonenumbers.PhoneNumberMatcher(raw, country)), None)
