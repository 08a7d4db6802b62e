"""What a field of a payload may hold, and what is said when it does not."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from leadapp.capture.phone import is_region
from leadapp.capture.text import is_blank

#: Between them a moment can be meant.
FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST_SECONDS = 30 * 24 * 3600
_DEEPEST_TIMETABLE = 10


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("This holds a NUL character, which cannot be stored")
    return text


def _visible(name: str) -> str:
    if is_blank(name):
        raise ValueError("Nothing of this can be seen; write a name")
    return name


def _readable(timetable: dict[str, Any]) -> dict[str, Any]:
    """What is nested without end could not even be written down again."""
    level: list[Any] = [timetable]
    for _ in range(_DEEPEST_TIMETABLE):
        level = [inner for item in level for inner in _inside(item)]
    if level:
        raise ValueError('This is nested too deep; write spans by day such as [["08:00", "17:00"]]')
    return timetable


def _inside(item: Any) -> Iterable[Any]:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _id_of(value: Any) -> Any:
    """References may come in as they went out: {"id", "name"}."""
    return value.get("id") if isinstance(value, dict) else value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError("There is no such time zone; write one such as America/Chicago")
    return name


def _country(code: str) -> str:
    if not is_region(code.upper()):
        raise ValueError("There is no such country; write two letters such as US")
    return code.upper()


def _believable(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("This is no time that can be meant")
    return moment.astimezone(UTC)


Text = Annotated[str, AfterValidator(_storable), Field(max_length=5000)]
TextToSend = Annotated[str, AfterValidator(_storable), WithJsonSchema({"type": "string", "maxLength": 1600})]
Name = Annotated[str, AfterValidator(_storable), AfterValidator(_visible), Field(min_length=1, max_length=200)]
Ref = Annotated[
    str,
    BeforeValidator(_id_of),
    AfterValidator(_storable),
    Field(min_length=1, max_length=64),
    WithJsonSchema({"type": "string", "description": "An id; {id, name} is taken too."}),
]
Seconds = Annotated[int, Field(strict=True, ge=1, le=LONGEST_SECONDS)]
Count = Annotated[int, Field(strict=True, ge=1, le=100)]
Zone = Annotated[str, AfterValidator(_time_zone)]
Moment = Annotated[AwareDatetime, AfterValidator(_believable)]
Country = Annotated[str, AfterValidator(_country)]
Phrase = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=100)]
Role = Literal["rep", "office", "owner"]
Op = Literal["is", "is_not", "one_of", "starts_with", "contains", "at_least", "at_most", "blank", "not_blank"]
Scalar = str | bool | int | float | None
Plain = Scalar | list[Scalar]
Timetable = Annotated[
    dict[str, Any],
    AfterValidator(_readable),
    WithJsonSchema(
        {
            "type": "object",
            "description": "Spans by day (mon to sun), holidays, and closures from and until a local time or day, "
            "which shut whatever is open; empty = always.",
            "examples": [
                {
                    "mon": [["08:00", "17:00"]],
                    "holidays": ["2026-12-25"],
                    "closures": [["2026-12-24T12:00", "2026-12-27T08:00"], ["2027-07-05", "2027-07-09"]],
                }
            ],
        }
    ),
]


class Payload(BaseModel):
    """Fields of other names are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def optional(**more: Any) -> Any:
    """A field that may be left out, which is not the same as null: then it stays as it is."""
    return Field(default=None, **more)
