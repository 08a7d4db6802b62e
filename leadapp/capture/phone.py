"""Telephone numbers as people type them, to E.164; and where such a number may be."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    timezone,
)

_LONGEST = 250  # the library's own limit
_FEWEST_DIGITS = 8
_NORTH_AMERICAN = re.compile(r"[2-9]\d\d[2-9]\d{6}")
# Words, or a mark between two numbers. Without one a search would make a number out of the pieces of a wrong one.
_SEVERAL = re.compile(r"[^\W\d_]{2}|[,;/|]\s")
#: Kinds of number that belong to a place or a country: not a toll-free one, nor one that is not valid.
_SOMEWHERE = (PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.MOBILE)
_SEQUENCE = "01234567890123456789"


def parse_phone(raw: str | None, *countries: str) -> str | None:
    """The number in E.164 without its extension, or None when it cannot be called. National numbers are read in the
    first of the countries in which they make sense.

    Numbers the library calls valid pass. So do possible ones that look real, because ranges are allotted faster than
    metadata is updated and a call-back that might work beats one that is lost.
    """
    if not raw or len(raw) > _LONGEST:
        return None
    read = [number for country in countries if (number := _read(raw, country))]
    number = next(filter(phonenumbers.is_valid_number, read), None) or next(filter(_looks_real, read), None)
    number = number or next((found for country in countries if (found := _first_within(raw, country))), None)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def as_written(number: str, country: str) -> str:
    """An E.164 number the way people write it in the country: nationally when it is of there, else to be dialled from
    abroad. What is no such number stays as it is."""
    read = _read(number, "ZZ")
    if read is None:
        return number
    is_at_home = read.country_code == phonenumbers.country_code_for_region(country)
    return phonenumbers.format_number(
        read, PhoneNumberFormat.NATIONAL if is_at_home else PhoneNumberFormat.INTERNATIONAL
    )


def zones_of(e164: str) -> frozenset[str]:
    """The time zones that a number may be in, by its first digits: the whole country's for a mobile where those name no
    place. None for what is no valid number, or rings anywhere: a toll-free one is in forty zones."""
    number = _read(e164, "ZZ")
    if number is None or phonenumbers.number_type(number) not in _SOMEWHERE:
        return frozenset()
    return frozenset(timezone.time_zones_for_number(number)) - {timezone.UNKNOWN_TIMEZONE}


def is_region(code: str | None) -> bool:
    """True for the two-letter code of a country that has telephone numbers."""
    return code in phonenumbers.SUPPORTED_REGIONS


def _read(raw: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(raw, country)
    except NumberParseException:
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
    if not _SEVERAL.search(raw) or sum(map(str.isdigit, raw)) < _FEWEST_DIGITS:
        return None
    return next((match.number for match in phonenumbers.PhoneNumberMatcher(raw, country)), None)
