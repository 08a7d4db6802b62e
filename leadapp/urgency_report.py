"""`leadapp urgency-report`: how well the list of urgent phrases does on texts, beside a bare list of keywords."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadapp.capture.table import open_table
from leadapp.routing.urgency import UrgentWords

#: What most people would begin with. Found anywhere in the text, whatever stands around it.
KEYWORDS = (
    "burst", "leak", "flood", "gas", "no heat", "sewage", "fire", "spark", "smoke", "carbon monoxide", "no water",
    "no power", "emergency", "urgent",
)  # fmt: skip
_MOST_GROUPS = 40


class WrongColumn(Exception):
    """A column that the file does not have."""


@dataclass(frozen=True)
class Columns:
    """Which columns hold the text (joined when they are several), the label and the group, and which labels say that
    it is urgent. `across` is the group by which phrases are tried on rows that did not confirm them."""

    text: Sequence[str] = ("text",)
    label: str | None = None
    urgent: Collection[str] = ("1", "true", "yes", "urgent", "emergency")
    by: str | None = None
    across: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A row: whether it is urgent (None when nobody says), the phrases that decided, and whether a keyword is in it."""

    group: str
    across: str
    is_urgent: bool | None
    phrases: tuple[str, ...]
    trades: frozenset[str]
    has_keyword: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How many were rightly found, wrongly found, and missed."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.false + self.missed)

    def __str__(self) -> str:
        return f"{self.precision:9.3f} {self.recall:6.3f} {self.f1:6.3f} {self.right:6} {self.false:6} {self.missed:6}"


def report(path: Path, columns: Columns, urgent_words: UrgentWords) -> Iterator[str]:
    """The lines to print about one file. Raises WrongColumn, UnreadableTable."""
    rows = list(_judged(path, columns, urgent_words))
    labelled = [row for row in rows if row.is_urgent is not None]
    yield f"{path.name}: {len(rows)} texts, {sum(bool(row.is_urgent) for row in rows)} labelled urgent"
    if not labelled:
        yield from _without_labels(rows)
        return
    yield f"  {'':34}precision recall     F1  right  false missed"
    yield f"  {'the list of phrases':34}{_of_phrases(labelled)}"
    yield f"  {'bare keywords':34}{score((row.is_urgent, row.has_keyword) for row in labelled)}"
    if columns.across:
        yield f"  {'phrases that others bear out':34}{_across(labelled)}"
    yield from _by_trade(labelled)
    if columns.by:
        for group, of_group in _grouped(labelled):
            yield f"    {group[:31]:32}{_of_phrases(of_group)}"


def score(pairs: Iterator[tuple[bool | None, bool]]) -> Score:
    """Of (is urgent, is found)."""
    counted = Counter(pairs)
    return Score(counted[True, True], counted[False, True], counted[True, False])


def _judged(path: Path, columns: Columns, urgent_words: UrgentWords) -> Iterator[Judged]:
    with open_table(path) as table:
        named = (*columns.text, columns.label, columns.by, columns.across)
        for column in filter(None, named):
            if column not in table.columns:
                raise WrongColumn(f"There is no column {column!r} in {path.name}: it has {', '.join(table.columns)}.")
        for cells in table:
            text = " - ".join(filter(None, (cells[column] for column in columns.text)))
            found = urgent_words.deciding(text)
            yield Judged(
                group=cells[columns.by] if columns.by else "",
                across=cells[columns.across] if columns.across else "",
                is_urgent=_label(cells, columns),
                phrases=tuple(one.phrase.id for one in found),
                trades=frozenset(one.phrase.trade.value for one in found),
                has_keyword=any(keyword in text.lower() for keyword in KEYWORDS),
            )


def _label(cells: Mapping[str, str], columns: Columns) -> bool | None:
    return cells[columns.label].strip().lower() in columns.urgent if columns.label else None


def _without_labels(rows: Sequence[Judged]) -> Iterator[str]:
    for name, found in (
        ("the list of phrases", sum(bool(row.phrases) for row in rows)),
        ("bare keywords", sum(row.has_keyword for row in rows)),
    ):
        yield f"  {name:34}finds {found} ({_share(found, len(rows)):.1%})"


def _of_phrases(rows: Sequence[Judged]) -> Score:
    return score((row.is_urgent, bool(row.phrases)) for row in rows)


def _across(rows: Sequence[Judged]) -> Score:
    """Of each group, only by phrases that decided an urgent row of another group: what carries over to new wording."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.is_urgent:
            for phrase in row.phrases:
                groups[phrase].add(row.across)
    return score((row.is_urgent, any(groups[phrase] - {row.across} for phrase in row.phrases)) for row in rows)


def _by_trade(rows: Sequence[Judged]) -> Iterator[str]:
    """What a trade's phrases found; which trade a text that nothing found belongs to, nobody says."""
    for trade in sorted({trade for row in rows for trade in row.trades}):
        counted = Counter(row.is_urgent for row in rows if trade in row.trades)
        precision = _share(counted[True], counted.total())
        yield f"    found by {trade:23}{precision:9.3f} {'':13} {counted[True]:6} {counted[False]:6}"


def _grouped(rows: Sequence[Judged]) -> list[tuple[str, list[Judged]]]:
    """The largest groups."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:_MOST_GROUPS]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
