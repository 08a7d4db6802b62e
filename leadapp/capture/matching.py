"""Which answer is which field of the lead, by the name it came under."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from leadapp.capture.answers import Answer
from leadapp.capture.email import parse_email
from leadapp.capture.moment import parse_moment
from leadapp.capture.phone import parse_phone
from leadapp.capture.synonyms import SYNONYMS, fold, forms, is_someone_elses
from leadapp.capture.text import text_of_html

# Names that a website may give to an appointment just as well: taken only when they tell a time that has passed.
_DOUBTFUL_TIMES = frozenset({"timestamp", "datetime", "date"})
_TAKEN_WITH_CARE = frozenset({"name", "first_name", "last_name", "phone", "email", "received_at", "html"})
_MOST_TRIED = 20
_MAIL_DATE = re.compile(r"[A-Z][a-z]{2}, \d")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DIALLED = re.compile(r"\+?[\d\s().-]{10,20}")
_OUR_END = re.compile(r"(?:from|caller)(city|state|zip|country|)")
_THEIR_END = re.compile(r"(?:to|called)(city|state|zip|country|)")
#: The fields that go by a name, each with the place of the name among those of the field.
_FIELDS_CALLED: dict[str, list[tuple[str, int]]] = {}
for _field, _names_of_field in SYNONYMS.items():
    for _place, _name in enumerate(_names_of_field):
        _FIELDS_CALLED.setdefault(_name, []).append((_field, _place))


class Matches:
    """The fields found among the answers, as `fields`; each answer is taken at most once."""

    def __init__(self, answers: list[Answer], country: str, now: datetime) -> None:
        self.fields: dict[str, object] = {}
        self._taken: set[int] = set()
        self._known = _index(answers)
        self._names = _names_by_field(self._known)
        self._answers = answers
        self._take_name()
        self._take_best("phone", lambda text: parse_phone(text, country))
        self._take_best("email", parse_email)
        self._take_received_at(now)
        for field in SYNONYMS:
            if field not in _TAKEN_WITH_CARE:
                self._take_first(field)
        self._take_second_line()
        self._take_html()
        self._take_record_id()
        self._take_by_value(country)

    def has_taken(self, answer: Answer) -> bool:
        """True when a field holds this answer."""
        return id(answer) in self._taken

    def _candidates(self, field: str) -> Iterator[tuple[str, Answer]]:
        for _place, name in self._names.get(field, ()):
            for answer in self._known[name]:
                if id(answer) not in self._taken:
                    yield name, answer

    def _take(self, field: str, answer: Answer) -> None:
        self._taken.add(id(answer))
        self.fields[field] = answer.text

    def _take_first(self, field: str) -> None:
        if found := next(self._candidates(field), None):
            self._take(field, found[1])

    def _take_best(self, field: str, parse: Callable[[str], str | None]) -> None:
        """The first that can be read, else the first. One alone is taken unread: it is read when the lead is made."""
        found = [answer for _, answer in islice(self._candidates(field), _MOST_TRIED)]
        if len(found) > 1:
            found = [next((answer for answer in found if parse(answer.text)), found[0])]
        for answer in found:
            self._take(field, answer)

    def _take_name(self) -> None:
        for field in ("name", "first_name", "last_name"):
            self._take_first(field)
        first, last = self.fields.pop("first_name", None), self.fields.pop("last_name", None)
        whole = self.fields.get("name")
        if not whole:
            whole = " ".join(str(part) for part in (first, last) if part)
        elif last and str(last).casefold() not in str(whole).casefold():
            whole = f"{whole} {last}"
        if whole:
            self.fields["name"] = whole

    def _take_received_at(self, now: datetime) -> None:
        unread = None
        for name, answer in self._candidates("received_at"):
            if name == "date" and not _MAIL_DATE.match(answer.text):
                continue
            if parse_moment(answer.text, now)[0]:
                self._take("received_at", answer)
                return
            if name not in _DOUBTFUL_TIMES:
                unread = unread or answer
        if unread:
            self._take("received_at", unread)

    def _take_second_line(self) -> None:
        if second := self.fields.pop("address_2", None):
            first = self.fields.get("address")
            self.fields["address"] = f"{first}, {second}" if first else second

    def _take_html(self) -> None:
        found = next(self._candidates("html"), None)
        if found:
            self._taken.add(id(found[1]))  # the same as the text, or read as text here
            if "message" not in self.fields and (text := text_of_html(found[1].text)):
                self.fields["message"] = text

    def _take_record_id(self) -> None:
        """A bare "id" names the lead only beside a time of making; in a website's form it may be the form's own."""
        if "external_id" in self.fields or "received_at" not in self.fields:
            return
        for answer in self._answers:
            if not answer.asked and fold(answer.path[-1] if answer.path else "") == "id" and len(answer.path) <= 2:
                if not is_someone_elses(answer.path):
                    self._take("external_id", answer)
                return

    def _take_by_value(self, country: str) -> None:
        """An answer that is an e-mail address or a telephone number through and through, whatever was asked.

        Only answers: the other numbers of a call or a text are our own.
        """
        for answer in self._answers:
            if id(answer) in self._taken or not answer.asked or is_someone_elses(answer.path):
                continue
            if "email" not in self.fields and _ADDRESS.fullmatch(answer.text) and parse_email(answer.text):
                self._take("email", answer)
            elif "phone" not in self.fields and _DIALLED.fullmatch(answer.text) and parse_phone(answer.text, country):
                self._take("phone", answer)


def _index(answers: list[Answer]) -> dict[str, list[Answer]]:
    """Answers by every folded name they go by; under each name the exact ones come before the derived."""
    ranked: dict[str, list[tuple[int, int, Answer]]] = {}
    outbound = any(fold(a.labels[0]) == "direction" and a.text.startswith("outbound") for a in answers if a.labels)
    for order, answer in enumerate(answers):
        for rank, name in enumerate(_names(answer, outbound)):
            ranked.setdefault(name, []).append((rank, order, answer))
    return {name: [answer for *_, answer in sorted(found, key=lambda f: f[:2])] for name, found in ranked.items()}


def _names_by_field(known: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """For each field those of its names that are there, the surest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in known:
        for field, place in _FIELDS_CALLED.get(name, ()):
            insort(found.setdefault(field, []), (place, name))
    return found


def _names(answer: Answer, outbound: bool) -> Iterator[str]:
    keys = [part for part in answer.path if not part.isdigit()]
    if not answer.asked and len(keys) > 1 and not _below_others(answer.path):
        yield fold(keys[-2]) + fold(keys[-1])
    if is_someone_elses(answer.path):
        return
    for label in answer.labels:
        for name in forms(label):
            yield _end_of_line(_sender(name, answer.text), outbound)


def _below_others(path: tuple[str, ...]) -> bool:
    return is_someone_elses((*path[:-1], "-"))


def _sender(name: str, text: str) -> str:
    """ "From" is an address in an e-mail and a number in a text."""
    if name in ("from", "sender", "replyto"):
        return ("from" if name == "from" else "sender") + ("email" if "@" in text else "phone")
    if name in ("contact", "contacto", "emailorphone", "phoneoremail"):
        return "contactemail" if "@" in text else "contactphone"
    return name


def _end_of_line(name: str, outbound: bool) -> str:
    """On a call we made, the customer is who was called."""
    if outbound and (ours := _OUR_END.fullmatch(name.replace("fromphone", "from"))):
        return "our" + ours[1]
    if outbound and (theirs := _THEIR_END.fullmatch(name)):
        return "from" + (theirs[1] or "phone")
    return name
