"""`leadapp import-contacts`: a file of people, as another program exported it, in batches."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from leadapp.capture.answers import Answer
from leadapp.capture.email import parse_email
from leadapp.capture.matching import Matches
from leadapp.capture.phone import parse_phone
from leadapp.capture.synonyms import SYNONYMS, fold, forms
from leadapp.capture.table import open_table
from leadapp.capture.text import clean
from leadapp.workflow.configuration.lookup import business
from leadapp.workflow.contact_import import ContactRow, Outcome, import_contacts, owner_named, owners_by_way

BATCH = 200
_MOST_TOLD = 10
_OWNER = re.compile(
    r"(contact|account|lead|record)?(owner|assignedto|assignee|salesrep|salesperson|representative|rep|agent)"
    r"(name|email|emailaddress|phone)?"
)
_PHONE = re.compile(r"phone|mobile|telefon")
_EMAIL = re.compile(r"email|correo")
# "Phone 1 - Type" and "E-mail 1 - Label" stand beside the values.
_BESIDE = re.compile(r"(type|label|extension|ext|fax|optin|optout|status)$")
# Google joins several values in one cell with ":::".
_SEVERAL = re.compile(r"\s*(?::::|[;\n\r])\s*")
_NAMES = ("name", "first_name", "last_name", "company")


@dataclass
class Tally:
    """What became of the rows, and what was left out of those that were imported."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    set_aside: int = 0
    unread: int = 0
    unknown_owners: Counter[str] = field(default_factory=Counter)

    def lines(self, aside: Path) -> list[str]:
        """What to tell; the counts come last."""
        owners = ", ".join(f"{name} ({count})" for name, count in self.unknown_owners.most_common(_MOST_TOLD))
        return [
            *([f"Left out: {self.unread} phones or e-mails that cannot be used."] if self.unread else []),
            *([f"Taken without an owner, because no active rep is called that: {owners}."] if owners else []),
            *([f"Set aside, with the reason in the last column: {aside}"] if self.set_aside else []),
            f"taken {self.outcomes[Outcome.TAKEN]}, merged {self.outcomes[Outcome.MERGED]}, set aside {self.set_aside}",
        ]


def set_aside_path(path: Path) -> Path:
    return path.with_suffix(".set-aside.csv")


def import_contacts_file(path: Path, *, now: datetime, progress: Callable[[int], object] = lambda _: None) -> Tally:
    """Imports every row, a batch in memory at a time; `progress` is told how many bytes more have been dealt with.

    Rows that cannot be contacts go to `set_aside_path`, with a last column that says why. Raises UnreadableTable, and
    Conflict before there is a business. What came before a broken line stays imported; importing again merges it.
    """
    with open_table(path) as table, _SetAside(set_aside_path(path), table.columns) as aside:
        people = _People(table.columns, now)
        rows, reported = iter(table), 0
        while batch := list(islice(rows, BATCH)):
            found = [people.read(cells) for cells in batch]
            for cells, person in zip(batch, found, strict=True):
                if not isinstance(person, ContactRow):
                    aside.write(cells, person)
            imported = import_contacts([person for person in found if isinstance(person, ContactRow)], now=now)
            people.tally.outcomes.update(imported)
            progress(table.bytes_read - reported)
            reported = table.bytes_read
        people.tally.set_aside = aside.count
        return people.tally


class _People:
    """Reads people out of rows; what each column is for is decided once, by its name."""

    def __init__(self, columns: tuple[str, ...], now: datetime) -> None:
        self.tally = Tally()
        self._now = now
        self._country = business().country
        self._rep_ids = owners_by_way()
        self._owner = [column for column in columns if _OWNER.fullmatch(fold(column))]
        rest = [column for column in columns if column not in self._owner and not _BESIDE.search(_bare(column))]
        self._phones = [column for column in rest if _PHONE.search(_bare(column)) or _is(column, "phone")]
        self._emails = [column for column in rest if _EMAIL.search(_bare(column)) or _is(column, "email")]
        self._names = [column for column in rest if any(_is(column, part) for part in _NAMES)]

    def read(self, cells: Mapping[str, str]) -> ContactRow | str:
        """The person in the row, or why there is none."""
        phones = _points(cells, self._phones, lambda text: parse_phone(text, self._country))
        emails = _points(cells, self._emails, parse_email)
        found_phones, found_emails = tuple(filter(None, phones.values())), tuple(filter(None, emails.values()))
        if found_phones or found_emails:
            self.tally.unread += [*phones.values(), *emails.values()].count(None)
            return ContactRow(self._name(cells), _once(found_phones), _once(found_emails), self._owner_id(cells))
        if said := [*phones, *emails]:
            return f"No phone or e-mail that can be used: {', '.join(said)}"
        return "No phone and no e-mail." if any(map(clean, cells.values())) else "Nothing in it."

    def _name(self, cells: Mapping[str, str]) -> str | None:
        answers = [
            Answer((column,), (column,), cells[column], text)
            for column in self._names
            if (text := clean(cells[column]))
        ]
        fields = Matches(answers, self._country, self._now).fields
        return clean(fields.get("name") or fields.get("company"))

    def _owner_id(self, cells: Mapping[str, str]) -> str | None:
        said = [text for column in self._owner if (text := clean(cells[column]))]
        found = next(filter(None, (owner_named(text, self._rep_ids, self._country) for text in said)), None)
        if said and not found:
            self.tally.unknown_owners[said[0]] += 1
        return found


class _SetAside:
    """The file of rows that were not imported, made when there is the first."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.count = 0
        self._path, self._columns = path, columns
        self._files = ExitStack()

    def __enter__(self) -> _SetAside:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._files.close()

    def write(self, cells: Mapping[str, str], reason: str) -> None:
        if not self.count:
            # With a byte order mark, without which Excel reads UTF-8 as something else.
            file = self._files.enter_context(self._path.open("w", encoding="utf-8-sig", newline=""))
            self._writer = csv.writer(file)
            self._writer.writerow([*self._columns, "reason"])
        self.count += 1
        named = [cells[column] for column in self._columns]
        beyond = [text for column, text in cells.items() if column not in self._columns]
        self._writer.writerow([*named, reason, *beyond])


def _points(cells: Mapping[str, str], columns: list[str], parse: Callable[[str], str | None]) -> dict[str, str | None]:
    """What the columns say, and what each of it is read as."""
    said = (text for column in columns for text in _SEVERAL.split(cells[column]))
    return {text: parse(text) for text in map(clean, said) if text}


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _bare(column: str) -> str:
    return fold(column).translate(dict.fromkeys(map(ord, "0123456789")))


def _is(column: str, wanted: str) -> bool:
    return not set(forms(column)).isdisjoint(SYNONYMS[wanted])
