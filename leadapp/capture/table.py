"""Files of rows as spreadsheets and other programs write them: any usual encoding, any usual delimiter, row by row."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from leadapp.capture.text import clean, unused

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GUESSES = ("utf-8", "cp1252")
_ANY_BYTES = "latin-1"
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_LONGEST_HEADER = 1 << 16
#: The csv module refuses cells above 128 KiB unless told otherwise; a quote that nobody closed must end somewhere.
_LONGEST_CELL = 1 << 24


class UnreadableTable(Exception):
    """The file has no rows that can be told apart; the text says where it broke."""


class Table:
    """The rows under the header, each as {column: cell}; `bytes_read` tells how far reading has come."""

    def __init__(self, binary: BinaryIO, text: io.TextIOBase) -> None:
        self._binary = binary
        header = _next_line(text)
        delimiter = _announced(header)
        text.seek(0)
        csv.field_size_limit(_LONGEST_CELL)
        self._reader = csv.reader(text, delimiter=delimiter or _delimiter(header))
        if delimiter:
            self._next_cells()
        self.columns = _unique(self._next_cells() or [])
        if not self.columns:
            raise UnreadableTable("The file is empty: its first line must name the columns.")

    @property
    def bytes_read(self) -> int:
        return self._binary.tell()

    @property
    def line(self) -> int:
        """The line of the file at which the last row ended."""
        return self._reader.line_num

    def __iter__(self) -> Iterator[dict[str, str]]:
        while (cells := self._next_cells()) is not None:
            columns = self.columns if len(cells) <= len(self.columns) else _unique(list(self.columns), len(cells))
            yield dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True))

    def _next_cells(self) -> list[str] | None:
        """The next line that is not empty; None at the end."""
        try:
            return next((cells for cells in self._reader if cells), None)
        except csv.Error as problem:
            raise UnreadableTable(f"Line {self.line} cannot be read: {problem}.") from problem


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The table in the file, read as it is asked for. Raises UnreadableTable."""
    with open_text(path) as (binary, text):
        yield Table(binary, text)


@contextmanager
def open_text(path: Path) -> Iterator[tuple[BinaryIO, io.TextIOWrapper]]:
    """The file as bytes and as text, in the first encoding that fits all of it."""
    encoding = encoding_of(path)
    with path.open("rb") as binary, io.TextIOWrapper(binary, encoding, errors="replace", newline="") as text:
        yield binary, text


def encoding_of(path: Path) -> str:
    """By its byte order mark, else UTF-8 when all of it is, else what Windows writes, else bytes as they are."""
    with path.open("rb") as file:
        start = file.read(3)
    marked = next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None)
    return marked or next((guess for guess in _GUESSES if _fits(path, guess)), _ANY_BYTES)


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _next_line(text: io.TextIOBase) -> str:
    lines = iter(lambda: text.readline(_LONGEST_HEADER), "")
    return next((line for line in lines if line.strip()), "")


def _announced(first_line: str) -> str | None:
    """Excel may begin a file with "sep=;"."""
    line = first_line.strip("\ufeff\r\n")
    return line[4] if line.lower().startswith("sep=") and len(line) == 5 else None


def _delimiter(header: str) -> str:
    # The header alone: in whole rows the sniffer takes an apostrophe for a quote and a free text for columns.
    try:
        return csv.Sniffer().sniff(header, _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=header.count)


def _unique(names: list[str], count: int = 0) -> tuple[str, ...]:
    """Names for that many columns; those without a name are numbered, and so are those named alike."""
    kept: dict[str, None] = {}
    seen: dict[str, int] = {}
    for place in range(max(len(names), count)):
        name = clean(names[place]) if place < len(names) else None
        kept[unused(name or f"column {place + 1}", kept, seen)] = None
    return tuple(kept)
