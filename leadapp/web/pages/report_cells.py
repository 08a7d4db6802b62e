"""The figures of a report: how each reads, what stands for it in a spreadsheet, and which leads are behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadapp.reporting.facts import End, Field
from leadapp.reporting.sums import MEDIAN, P90, WITHIN, Group, share
from leadapp.web.pages.report_words import duration, in_percent, percent

Groups = Mapping[str, Group]

#: How a rep's asking ends without the lead staying with them.
ENDS_OF_REPS = (End.EXPIRED, End.PASSED, End.AWAY, End.HANDED_BACK)


@dataclass(frozen=True, slots=True)
class Cell:
    """`row` and `kept` say which leads are behind the figure, where there are any. `count` is how many leads a share
    is made of."""

    text: str
    value: float | None
    row: str
    kept: str = ""
    count: int | None = None


def speed_cells(groups: Groups, row: str, _everybody: int) -> Sequence[Cell]:
    of = len(groups.get(row, ()))
    times = [_time(groups, row, MEDIAN, "all"), _time(groups, row, P90, "slowest")]
    within = [_part(groups, row, kept, of) for kept in (*WITHIN, "waiting")]
    return [_count(groups, row), *times, *within]


def speed_share(groups: Groups, row: str, _everybody: int) -> float | None:
    return groups[row].share("within_5") if row in groups else None


def missed_cells(groups: Groups, row: str, everybody: int) -> Sequence[Cell]:
    outcomes = [_count(groups, row, kept) for kept in ("won", "lost", "open")]
    return [_count(groups, row), _part(groups, row, "all", everybody), *outcomes]


def missed_share(groups: Groups, row: str, everybody: int) -> float | None:
    return share(len(groups[row]), everybody)


def asked_cells(groups: Groups, row: str, _everybody: int) -> Sequence[Cell]:
    of = len(groups.get(row, ()))
    return [_count(groups, row), *(_part(groups, f"{row} {end}", "all", of) for end in ENDS_OF_REPS)]


def asked_share(groups: Groups, row: str, _everybody: int) -> float | None:
    return share(len(groups.get(f"{row} {End.EXPIRED}", ())), len(groups.get(row, ())))


def won_cells(groups: Groups, row: str, everybody: int) -> Sequence[Cell]:
    part = won_share(groups, row, everybody)
    decided = Cell(percent(part), in_percent(part), row, "decided" if part is not None else "")
    return [*(_count(groups, row, kept) for kept in ("all", "won", "lost", "open")), decided]


def won_share(groups: Groups, row: str, _everybody: int) -> float | None:
    return share(groups[row].count("won"), groups[row].count("decided")) if row in groups else None


def junk_cells(groups: Groups, row: str, _everybody: int) -> Sequence[Cell]:
    counts = [_count(groups, row, kept) for kept in ("all", "spam", "duplicate")]
    return [*counts, _part(groups, row, "junk", len(groups[row]))]


def junk_share(groups: Groups, row: str, _everybody: int) -> float | None:
    return groups[row].share("junk")


def blank_cells(groups: Groups, row: str, _everybody: int) -> Sequence[Cell]:
    of = len(groups[row])
    return [_count(groups, row), *(_part(groups, row, f"blank_{field}", of) for field in Field)]


def blank_share(groups: Groups, row: str, _everybody: int) -> float | None:
    """Of the field that matters most: without a phone that can be called, nobody is answered within minutes."""
    group = groups[row]
    return share(group.count(f"blank_{Field.PHONE}") + group.count(f"blank_{Field.UNUSABLE_PHONE}"), len(group))


def _count(groups: Groups, row: str, kept: str = "all") -> Cell:
    count = groups[row].count(kept) if row in groups else 0
    return Cell(f"{count:,}", count, row, kept if count else "")


def _part(groups: Groups, row: str, kept: str, of: int) -> Cell:
    """How many of so many."""
    count = groups[row].count(kept) if row in groups else 0
    part = share(count, of)
    return Cell(percent(part), in_percent(part), row, kept if count else "", count)


def _time(groups: Groups, row: str, quantile: int, kept: str) -> Cell:
    """Links to the leads whose time it is about: of a median to all of them, quickest first."""
    group = groups.get(row)
    seconds = group.quantile(quantile) if group else None
    return Cell(duration(seconds), seconds, row, kept if group and group.count(kept) else "")
