"""What somebody jots down or pastes while a customer is on the phone: who, how to reach them, what they want."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from leadapp.capture.email import parse_email
from leadapp.capture.phone import parse_phone
from leadapp.capture.synonyms import SYNONYMS, fold

LONGEST = 10_000
_EMAIL = re.compile(r"(?:mailto:)?[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\(?\d[\d\s().\u2010-\u2015/-]{5,}\d")
_LABELLED = re.compile(r"^\s*([^\W\d_][\w '/-]{0,30}?)\s*[:=]\s*(\S.*)$")
_BREAKS = re.compile(r"[\n\r,;|]+|\s[-\u2013\u2014]\s|\t|\.\s")
_LEAD_IN = re.compile(
    r"^\W*(?:(?:this is|my name is|name is|name's|it's|i am|i'm|call(?:er)? (?:is|from)|from|mr\.?|mrs\.?|ms\.?"
    r"|hi|hello|hey)\b[\s,:]*)+",
    re.IGNORECASE,
)
_REACH_WORDS = re.compile(
    r"\b(?:my |his |her |their )?(?:phone|tel|cell|mobile|call(?: back)?|number|e-?mail|mail|at|on)"
    r"(?: is| at| on)?[\s:.#]*$",
    re.IGNORECASE,
)
_MOST_NAME_WORDS = 4
#: Words with which a job begins, and no name: they stand where a name could.
_JOB_WORDS = frozenset(
    """
    needs need wants want has have leak leaking leaks burst broken no water heat heater pipe drain roof toilet
    sink tap quote estimate emergency urgent asap please repair install installation replace clogged blocked
    boiler furnace ac the a an my our their his her is are was not with for in and
    """.split()  # noqa: SIM905 - a list that can be read
)
_BY_LABEL = {name: field for field, names in SYNONYMS.items() for name in names}
_TAKEN = ("name", "phone", "email", "message", "service", "address", "city", "postcode")


@dataclass(frozen=True, slots=True)
class Jotting:
    """What was picked out; `message` is everything else, as it was written."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    message: str | None = None
    others: tuple[tuple[str, str], ...] = ()

    def fields(self) -> dict[str, str]:
        """As a lead's fields."""
        own = {"name": self.name, "phone": self.phone, "email": self.email, "message": self.message}
        return dict(self.others) | {field: value for field, value in own.items() if value}


def pick_out(text: str, country: str) -> Jotting:
    """Reads "Sam Rivera 415 555 0123 water heater leaks" and whatever else people write, labelled lines ("Phone: ...")
    included. Never fails: what is not understood is the message. National numbers are read in `country`."""
    labelled, rest = _labelled(text[:LONGEST])
    email, rest = _cut_email(rest)
    phone, rest = _cut_phone(rest, country)
    name, rest = _cut_name(rest) if "name" not in labelled else (None, rest)
    message = " ".join(filter(None, (labelled.pop("message", None), _tidy(rest)))) or None
    own = {"name": name, "phone": phone, "email": email}
    found = {field: labelled.pop(field, None) or value for field, value in own.items()}
    return Jotting(**found, message=message, others=tuple(sorted(labelled.items())))


def _labelled(text: str) -> tuple[dict[str, str], str]:
    """Lines such as "Name: Sam", by the field they name, and what is left."""
    found: dict[str, str] = {}
    rest = []
    for line in text.splitlines():
        match = _LABELLED.match(line)
        field = _BY_LABEL.get(fold(match[1])) if match else None
        if match and field in _TAKEN and field not in found:
            found[field] = match[2].strip()
        else:
            rest.append(line)
    return found, "\n".join(rest)


def _cut_email(text: str) -> tuple[str | None, str]:
    for match in _EMAIL.finditer(text):
        if email := parse_email(match[0]):
            return email, _without(text, match.start(), match.end())
    return None, text


def _cut_phone(text: str, country: str) -> tuple[str | None, str]:
    """As it was written, so that what is kept raw is what the customer said."""
    for found in phonenumbers.PhoneNumberMatcher(text, country):
        return found.raw_string, _without(text, found.start, found.end)
    for match in _DIGITS.finditer(text):
        if parse_phone(match[0], country):
            return match[0].strip(), _without(text, match.start(), match.end())
    return None, text


def _without(text: str, start: int, end: int) -> str:
    """A break stays where it was, for what stood on its two sides belongs to two things."""
    return f"{_REACH_WORDS.sub('', text[:start].rstrip())}\n{text[end:].lstrip(' ,;.')}"


def _cut_name(text: str) -> tuple[str | None, str]:
    """The first piece that reads like a name; failing that, capitals at the start of the first piece."""
    pieces = [piece for piece in _BREAKS.split(text) if piece.strip()]
    for piece in pieces[:3]:
        bare = _LEAD_IN.sub("", piece).strip(" .,:;-")
        if _reads_like_a_name(bare):
            return bare, text.replace(piece, "\n", 1)
    first = _LEAD_IN.sub("", pieces[0]).strip() if pieces else ""
    capitals = _capitals(first)
    return (capitals, text.replace(pieces[0], first[len(capitals) :], 1)) if capitals else (None, text)


def _reads_like_a_name(piece: str) -> bool:
    words = piece.split()
    if not 1 <= len(words) <= _MOST_NAME_WORDS or any(character.isdigit() for character in piece):
        return False
    return all(word.lower() not in _JOB_WORDS and word[0].isalpha() for word in words) and (
        len(words) > 1 or words[0][0].isupper()
    )


def _capitals(piece: str) -> str:
    """ "Sam Rivera" of "Sam Rivera needs a plumber"; nothing of "Water heater leaks"."""
    words = piece.split()
    names = []
    for word in words[:3]:
        if not (word[0].isupper() and word[1:].islower()) or word.lower() in _JOB_WORDS:
            break
        names.append(word)
    is_followed = len(words) > len(names) and words[len(names)].lower() in _JOB_WORDS
    return " ".join(names) if names and (len(names) == 2 or is_followed) else ""


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t]+", " ", line).strip(" ,;|-\u2013\u2014") for line in text.splitlines())
    return "\n".join(line for line in lines if line)
