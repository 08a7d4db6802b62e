"""One measured figure, what it must reach, and the one table that shows figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

_HEAD = ("what", "measured", "limit", "floor", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit` is the most it may be, or the least when `wanted` is "at least"; without one it is there to be read.

    `floor` is what the bare view reached in the same run, in the same unit unless `floor_unit` names its own.
    """

    what: str
    measured: float
    unit: str = ""
    limit: float | None = None
    wanted: Literal["under", "at least"] = "under"
    floor: float | None = None
    floor_unit: str = ""

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        reached = self.measured >= self.limit if self.wanted == "at least" else self.measured < self.limit
        return "ok" if reached else "over" if self.wanted == "under" else "below"

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Figure:
        return cls(**data)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of all samples: a value that was really measured."""
    return sorted(samples)[max(0, math.ceil(len(samples) * percent / 100) - 1)]


def milliseconds(seconds: Iterable[float]) -> list[float]:
    return [each * 1000 for each in seconds]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table that can also be read in a terminal."""
    rows = [_HEAD, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    limit = "" if figure.limit is None else f"{figure.wanted} {_number(figure.limit)} {figure.unit}".rstrip()
    floor = "" if figure.floor is None else f"{_number(figure.floor)} {figure.floor_unit or figure.unit}".rstrip()
    return figure.what, f"{_number(figure.measured)} {figure.unit}".rstrip(), limit, floor, figure.verdict


def _number(value: float) -> str:
    """Three digits that mean something; counts whole."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
