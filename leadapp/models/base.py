"""What every table shares: naming, UTC moments, enums as checked text, JSON, ids."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from leadapp.ids import ID_LENGTH, new_id


def in_utc(moment: datetime) -> datetime:
    """The moment as it is stored. Raises ValueError when it has no time zone: nobody could say when it was."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone was about to be stored")
    return moment.astimezone(UTC)


class Utc(TypeDecorator[datetime]):
    """An aware UTC datetime on every database. SQLite keeps no zone: it is taken off going in, put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = in_utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_JSON = JSON(none_as_null=True)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Utc,
        dict[str, Any]: _JSON,
        list[Any]: _JSON,
        list[str]: _JSON,
    }


def choice(enum: type[StrEnum], name: str) -> Enum:
    """A column that holds one of the enum's values, kept so by a check constraint called `name`."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=name,
        values_callable=lambda e: [m.value for m in e],
    )


def reference(target: str, **options: Any) -> Any:
    """A foreign key to an id column such as "reps.id"."""
    return mapped_column(String(ID_LENGTH), ForeignKey(target), **options)


Id = Annotated[str, mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)]
