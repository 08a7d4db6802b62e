"""Plain rows of several questions at once, with the attributes of their class: they cost a third of tracked objects.

On SQLite each question is a statement. On PostgreSQL all are one, because there a round trip costs more than what is
asked; the rows then travel as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Enum, Float, Row, Select, func, select
from sqlalchemy.types import TypeEngine

from leadapp.extensions import db
from leadapp.models.base import Utc, in_utc

Question = Select[*tuple[Any, ...]]
Reader = Callable[[Any], Any]


def read_rows(*questions: Question, **parameters: Any) -> list[Sequence[Any]]:
    """The rows of each question, in its order, with the types of its columns. The questions must be made once, not for
    each call: how to ask them together is remembered."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return [connection.execute(question, parameters).all() for question in questions]
    documents = connection.execute(_together(questions), parameters).one()
    return [_rows(question, document or ()) for question, document in zip(questions, documents, strict=True)]


def committed(statement: Question, parameters: dict[str, Any]) -> Row[Any] | None:
    """The first row of a read by itself, outside any transaction: what others have committed by now."""
    with db.engine.connect().execution_options(alone=True) as connection:
        return connection.execute(statement, parameters).first()


@cache
def _together(questions: tuple[Question, ...]) -> Question:
    answers = [question.subquery() for question in questions]
    return select(*(select(func.json_agg(answer.table_valued())).scalar_subquery() for answer in answers))


def _rows(question: Question, document: Iterable[Mapping[str, Any]]) -> list[Any]:
    readers = _readers(question)
    rows = [SimpleNamespace(**row) for row in document]
    for row in map(vars, rows):
        for name, read in readers:
            if row[name] is not None:
                row[name] = read(row[name])
    return rows


@cache
def _readers(question: Question) -> Sequence[tuple[str, Reader]]:
    """What makes a column's value from what JSON can hold, for those columns that need it."""
    columns = question.selected_columns
    return [(column.key, reader) for column in columns if column.key and (reader := _reader(column.type))]


def _reader(kind: TypeEngine[Any]) -> Reader | None:
    match kind:
        case Utc():
            return _moment
        case Enum():
            return kind.enum_class
        case Float():
            return float
        case _:
            return None


def _moment(text: str) -> datetime:
    return in_utc(datetime.fromisoformat(text))
