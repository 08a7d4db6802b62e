"""Tables as CSV, for spreadsheets: nothing in a cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Response

#: What makes a spreadsheet run a cell, or takes it apart.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int | float | None


def csv_response(name: str, rows: Iterable[Iterable[Value]]) -> Response:
    """The rows as a file to download. UTF-8 with a byte order mark, without which Excel reads it as something else;
    every other program that people open such files with skips it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    response = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def cell(value: Value) -> str | int | float:
    """Numbers stay numbers. Text that a spreadsheet would run gets an apostrophe before it."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.startswith(_RUNS) else value
