"""The rows of a file as leads to be sent, in the order in which they came in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from leadapp import clock
from leadapp.capture.answers import Answer
from leadapp.capture.lead import FIELDS
from leadapp.capture.matching import Matches
from leadapp.capture.synonyms import SYNONYMS, fold, forms
from leadapp.capture.table import open_table, open_text
from leadapp.capture.text import clean, storable
from leadapp.replaying.moments import read_moments

Cells = Mapping[str, object]
Mapped = Mapping[str, tuple[str, ...]]

#: What exports call the fields, beside the names that senders use.
_IN_EXPORTS = {
    "complainttype": "service",
    "descriptor": "message",
    "incidentzip": "postcode",
    "incidentaddress": "address",
    "uniquekey": "external id",
    "prospectid": "external id",
    "id": "external id",
}
_TIMES = ("createddate", "createdatetime", "createddatetime", "datetimecreated", *SYNONYMS["received_at"], "time")
#: These stay what the file says, in the attributes: the leads come in now, and from the file.
_KEPT_BESIDE = ("received_at", "source")
_ANSWERED_TOGETHER = {"name": ("first_name", "last_name"), "address": ("address_2",), "message": ("html",)}
_JOINED_BY = {"message": " - ", "name": " ", "address": ", "}
_NEVER = datetime.min.replace(tzinfo=UTC)
_COUNTRY = "US"  # only to choose among several telephone columns; the server reads the number


class WrongMapping(Exception):
    """A --map that names no field or no column."""


@dataclass(frozen=True)
class Row:
    """One lead to be sent. `number` counts the rows of the file from 1; `said_at` is when it came in."""

    number: int
    payload: dict[str, object]
    said_at: datetime | None = None


@dataclass
class Rows:
    """The rows in the order of their times; `broken` are lines that hold no row, with the reason."""

    rows: list[Row] = field(default_factory=list)
    blank: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)
    time_column: str | None = None


def parse_mapping(options: Sequence[str]) -> Mapped:
    """From FIELD=COLUMN, repeated for several columns of one field. Raises WrongMapping."""
    mapped: dict[str, tuple[str, ...]] = {}
    for option in options:
        name, _, column = (part.strip() for part in option.partition("="))
        if name not in FIELDS - {"attributes"} or not column:
            fields = ", ".join(sorted(FIELDS - {"attributes"}))
            raise WrongMapping(f"{option!r} must be FIELD=COLUMN, where FIELD is one of: {fields}.")
        mapped[name] = (*mapped.get(name, ()), column)
    return mapped


def read_rows(path: Path, mapped: Mapped) -> Rows:
    """Every row of the file. Raises WrongMapping for a column that is not there, and UnreadableTable."""
    found = Rows()
    numbered = list(_json_lines(path, found) if path.suffix.lower() in (".jsonl", ".ndjson") else _table(path))
    columns = list(dict.fromkeys(column for _number, cells in numbered for column in cells))
    mapped = {name: tuple(_column(said, columns) for said in wanted) for name, wanted in mapped.items()}
    found.time_column, times = _times([cells for _number, cells in numbered], columns, mapped)
    layout = Layout(mapped, path.stem)
    for (number, cells), said_at in zip(numbered, times, strict=True):
        payload = layout.payload_of(cells)
        if payload is None:
            found.blank += 1
        else:
            found.rows.append(Row(number, payload, said_at))
    if found.time_column:
        found.rows.sort(key=lambda row: row.said_at or _NEVER)
    return found


class Layout:
    """Which column of a file is which field of the lead: partly said by --map, the rest read from its names."""

    def __init__(self, mapped: Mapped, source: str) -> None:
        self._named = {name: columns for name, columns in mapped.items() if name != "received_at"}
        self._named_columns = {column for columns in self._named.values() for column in columns}
        beside = (part for name in mapped for part in _ANSWERED_TOGETHER.get(name, ()))
        self._settled = {*mapped, *_KEPT_BESIDE, *beside}
        self._source = source
        self._labels: dict[str, tuple[str] | None] = {}

    def payload_of(self, cells: Cells) -> dict[str, object] | None:
        """The lead in a row; without phone, e-mail and message its cells are the message. None if all are blank."""
        texts = {column: text for column, value in cells.items() if (text := clean(value))}
        if not texts:
            return None
        answers = [
            Answer((column,), labels, cells[column], text)
            for column, text in texts.items()
            if (labels := self._label(column))
        ]
        matches = Matches(answers, _COUNTRY, clock.now())
        taken = self._named_columns | {answer.path[0] for answer in answers if matches.has_taken(answer)}
        fields: dict[str, object] = {"source": self._source, **matches.fields}
        fields |= {name: text for name, columns in self._named.items() if (text := _joined(name, texts, columns))}
        rest = {column: cells[column] for column in texts if column not in taken}
        if not any(fields.get(name) for name in ("phone", "email", "message")):
            fields["message"] = "\n".join(f"{column}: {texts[column]}" for column in rest or texts)
        return fields | {"attributes": storable(_flat(rest))}

    def _label(self, column: str) -> tuple[str] | None:
        """What the column is called, in the words of senders; None when it is settled what it is for."""
        if column not in self._labels:
            label = _IN_EXPORTS.get(fold(column), column)
            is_settled = column in self._named_columns or any(_is(label, name) for name in self._settled)
            self._labels[column] = None if is_settled else (label,)
        return self._labels[column]


def _flat(rest: Cells) -> dict[str, object]:
    """A lead in the form of the API may bring attributes of its own."""
    beside, own = dict(rest), rest.get("attributes")
    if isinstance(own, Mapping):
        del beside["attributes"]
        beside.update(own)
    return beside


def _joined(name: str, texts: Mapping[str, str], columns: tuple[str, ...]) -> str | None:
    found = [texts[column] for column in columns if column in texts]
    if name in _JOINED_BY:
        return _JOINED_BY[name].join(found)
    return found[0] if found else None


def _is(label: str, name: str) -> bool:
    known = SYNONYMS.get(name, ())
    return any(form in known for form in forms(label))


def _table(path: Path) -> Iterator[tuple[int, Cells]]:
    with open_table(path) as table:
        yield from enumerate(table, 1)


def _json_lines(path: Path, found: Rows) -> Iterator[tuple[int, Cells]]:
    with open_text(path) as (_binary, text):
        for number, line in enumerate(text, 1):
            if not line.strip("\ufeff\r\n\t "):
                continue
            try:
                cells = json.loads(line.lstrip("\ufeff"))
            except (ValueError, RecursionError):
                cells = None
            if isinstance(cells, dict):
                yield number, cells
            else:
                found.broken.append((number, "The line is no JSON object."))


def _column(said: str, columns: Sequence[str]) -> str:
    """The column meant, in whatever case and punctuation it was written."""
    if said in columns:
        return said
    alike = [column for column in columns if fold(column) == fold(said)]
    if len(alike) != 1:
        raise WrongMapping(f"There is no column {said!r}. The columns are: {', '.join(columns)}.")
    return alike[0]


def _times(
    rows: Sequence[Cells], columns: Sequence[str], mapped: Mapped
) -> tuple[str | None, Sequence[datetime | None]]:
    """The column that tells when most rows came in, and the times; a row without one takes that of the row before."""
    for column in mapped.get("received_at") or _by_name(columns):
        times = read_moments([clean(row.get(column)) for row in rows])
        told = [time for time in times if time]
        if len(told) * 2 > len(rows) and len(set(told)) > 1:
            before = accumulate(times, lambda last, time: time or last, initial=told[0])
            return column, list(before)[1:]
    return None, [None] * len(rows)


def _by_name(columns: Sequence[str]) -> list[str]:
    return [column for name in _TIMES for column in columns if fold(column) == name]
