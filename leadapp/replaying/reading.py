"""The rows of a file as leads to be sent, in the order in which they came in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
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
    for (number, cells), said_at in zip(numbered, times, strict=True):
        payload = payload_of(cells, mapped, path.stem)
        if payload is None:
            found.blank += 1
        else:
            found.rows.append(Row(number, payload, said_at))
    if found.time_column:
        found.rows.sort(key=lambda row: row.said_at or _NEVER)
    return found


def payload_of(cells: Cells, mapped: Mapped, source: str) -> dict[str, object] | None:
    """The lead in a row; its message is made of its cells when it brings no phone, e-mail or message. None if blank."""
    cells = {column: value for column, value in cells.items() if clean(value)}
    if not cells:
        return None
    named = {name: columns for name, columns in mapped.items() if name != "received_at"}
    taken = {column for columns in named.values() for column in columns}
    settled = {*mapped, *_KEPT_BESIDE, *(part for name in mapped for part in _ANSWERED_TOGETHER.get(name, ()))}
    answers = [
        Answer((column,), (_IN_EXPORTS.get(fold(column), column),), value, clean(value) or "")
        for column, value in cells.items()
        if column not in taken and not any(_is(column, name) for name in settled)
    ]
    matches = Matches(answers, _COUNTRY, clock.now())
    taken |= {answer.path[0] for answer in answers if matches.has_taken(answer)}
    fields: dict[str, object] = {"source": source, **matches.fields}
    fields |= {name: text for name, columns in named.items() if (text := _joined(name, cells, columns))}
    rest = {column: value for column, value in cells.items() if column not in taken}
    if not any(fields.get(name) for name in ("phone", "email", "message")):
        fields["message"] = "\n".join(f"{column}: {clean(value)}" for column, value in (rest or cells).items())
    return fields | {"attributes": storable(_flat(rest))}


def _flat(rest: Cells) -> dict[str, object]:
    """A lead in the form of the API may bring attributes of its own."""
    beside, own = dict(rest), rest.get("attributes")
    if isinstance(own, Mapping):
        del beside["attributes"]
        beside.update(own)
    return beside


def _joined(name: str, cells: Cells, columns: tuple[str, ...]) -> str | None:
    texts = [text for column in columns if (text := clean(cells.get(column)))]
    if name in _JOINED_BY:
        return _JOINED_BY[name].join(texts)
    return texts[0] if texts else None


@lru_cache(maxsize=65536)
def _is(column: str, name: str) -> bool:
    known = SYNONYMS.get(name, ())
    return any(form in known for form in forms(_IN_EXPORTS.get(fold(column), column)))


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
