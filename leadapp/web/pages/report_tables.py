"""The tables of the reports: what each is called, what its columns are, and which rows it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadapp.reporting.facts import Field
from leadapp.reporting.report import SPEEDS, Report, Table
from leadapp.routing.said import Said, said
from leadapp.web.languages import _
from leadapp.web.pages import report_cells as cells
from leadapp.web.pages.formats import spoken
from leadapp.web.pages.report_cells import Cell, Groups
from leadapp.web.pages.report_words import BLANKS, ENDS, RowNames, percent
from leadapp.web.spreadsheet import Value

_LONGEST_NAME = 32
SHOWN = 25  # rows on the page, of those that have no end


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is of the value in a spreadsheet; a share stands there with the number of leads that it is made of."""

    words: Said
    unit: str = ""
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is made. `charted` says what the chart above it shows of each row, 0 to 1."""

    title: Said
    about: Said
    head: Said
    columns: Sequence[Column]
    cells: Callable[[Groups, str, int], Sequence[Cell]]
    charted: Said
    share: Callable[[Groups, str, int], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    cells: Sequence[Cell]
    share: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A table with its rows; so many `more` stand in its file alone."""

    table: Table
    form: Form
    rows: Sequence[Row]
    more: int = 0

    def runs(self) -> list[list[tuple[int, float]]]:
        """Places and shares of rows, as lines that break where there is none."""
        runs: list[list[tuple[int, float]]] = [[]]
        for place, row in enumerate(self.rows):
            if row.share is not None:
                runs[-1].append((place, row.share))
            elif runs[-1]:
                runs.append([])
        return runs

    def chart_words(self) -> str:
        """What the chart shows, for who does not see it."""
        what = spoken(self.form.charted)
        charted = sorted((row.share, row.name[:_LONGEST_NAME]) for row in self.rows if row.share is not None)
        if not charted:
            return _("%(what)s: nothing to show yet.", what=what)
        low, high = (f"{percent(part)} ({name})" for part, name in (charted[0], charted[-1]))
        if len(charted) == 1:
            return _("%(what)s: %(low)s. The table has every figure.", what=what, low=low)
        return _("%(what)s: from %(low)s to %(high)s. The table has every figure.", what=what, low=low, high=high)


def shown(report: Report, table: Table, days: Iterable[str], *, whole: bool = False) -> Shown:
    """The table. Days, hours and the like all have their row, also those without leads; of anything else those with
    most leads come first, and `whole` has all of them, for a file."""
    form, groups, names, everybody = FORMS[table], report.rows(table), RowNames(), len(report.counted)
    keys = _fixed_rows(table, groups, days)
    more = 0
    if keys is None:
        keys = sorted(_leading(table, groups), key=lambda key: (-len(groups[key]), key))
        more = 0 if whole else max(0, len(keys) - SHOWN)
        keys = keys[: len(keys) - more]
    rows = [
        Row(key, names.of(table, key), form.cells(groups, key, everybody), form.share(groups, key, everybody))
        for key in keys
    ]
    return Shown(table, form, rows, more)


def csv_rows(found: Shown) -> list[list[Value]]:
    """The table for a spreadsheet: times in seconds, shares in percent with the number of leads beside each."""
    head: list[Value] = [spoken(found.form.head)]
    for column in found.form.columns:
        words = spoken(column.words)
        head.append(f"{words} ({column.unit})" if column.unit else words)
        if column.is_part:
            head.append(_("%(column)s (leads)", column=words))
    is_day = found.table is Table.DAY
    return [head, *([row.key if is_day else row.name, *_values(found.form, row)] for row in found.rows)]


def _values(form: Form, row: Row) -> Iterable[Value]:
    for column, cell in zip(form.columns, row.cells, strict=True):
        yield cell.value
        if column.is_part:
            yield cell.count


def _fixed_rows(table: Table, groups: Groups, days: Iterable[str]) -> list[str] | None:
    match table:
        case Table.DAY:
            return [*days]
        case Table.HOUR:
            return [*map(str, range(24))]
        case Table.OPEN:
            return ["open", "closed"]
        case Table.WON:
            return [*SPEEDS]
        case Table.CLOCK:
            return [*groups]
        case _:
            return None


def _leading(table: Table, groups: Groups) -> Iterable[str]:
    """Keys that are rows; of who was asked, the others are their columns."""
    return (key for key in groups if table is not Table.ASKED or " " not in key)


_LEADS = Column(said("Leads"))
_WON, _LOST, _OPEN = (Column(words) for words in (said("Won"), said("Lost"), said("Still open")))
_SPEED = (
    _LEADS,
    Column(said("Median"), "s"),
    Column(said("9 in 10 within"), "s"),
    *(
        Column(words, "%", is_part=True)
        for words in (said("Within 1 min"), said("Within 5 min"), said("Within 15 min"), said("Not yet"))
    ),
)


def _by(title: Said, about: Said, head: Said) -> Form:
    return Form(title, about, head, _SPEED, cells.speed_cells, said("Share within 5 min"), cells.speed_share)


def _parts(words: Iterable[Said]) -> list[Column]:
    return [Column(each, "%", is_part=True) for each in words]


FORMS: Mapping[Table, Form] = {
    Table.CLOCK: _by(
        said("At a glance"),
        said("From when the customer wrote until somebody was asked, had taken it, had reached the customer."),
        said("Clock"),
    ),
    Table.DAY: _by(said("By day"), said("The day on which the customer wrote."), said("Day")),
    Table.HOUR: _by(said("By hour"), said("The hour in which the customer wrote."), said("Hour")),
    Table.OPEN: _by(
        said("In and out of hours"), said("Whether the team was open when the customer wrote."), said("Hours")
    ),
    Table.REP: _by(
        said("By rep"), said("Whose name is on the lead: who has taken it, else who is to answer for it."), said("Rep")
    ),
    Table.SOURCE: _by(said("By source"), said("As the source was called when the lead came."), said("Source")),
    Table.TEAM: _by(said("By team"), said("The team that the lead is with."), said("Team")),
    Table.MISSED: Form(
        said("Missed and moved on, by why"),
        said("Leads that had to go on to somebody else. One that was missed in several ways stands in several rows."),
        said("Why"),
        (_LEADS, *_parts([said("Of all leads")]), _WON, _LOST, _OPEN),
        cells.missed_cells,
        said("Share of all leads"),
        cells.missed_share,
    ),
    Table.ASKED: Form(
        said("Missed and moved on, by rep"),
        said("Of the leads that each was asked for, or had: those that did not stay with them."),
        said("Rep"),
        (Column(said("Asked for")), *_parts(ENDS[end] for end in cells.ENDS_OF_REPS)),
        cells.asked_cells,
        said("Share not answered in time"),
        cells.asked_share,
    ),
    Table.WON: Form(
        said("Won by speed"),
        said("How leads ended, by how quick we were. The share is of those that were decided: won or lost."),
        said("Time"),
        (_LEADS, _WON, _LOST, _OPEN, Column(said("Share won"), "%")),
        cells.won_cells,
        said("Share won"),
        cells.won_share,
    ),
    Table.JUNK: Form(
        said("Junk by source"),
        said("Of everything that came in: what was closed as spam or as a duplicate."),
        said("Source"),
        (_LEADS, Column(said("Spam")), Column(said("Duplicates")), *_parts([said("Junk")])),
        cells.junk_cells,
        said("Share of junk"),
        cells.junk_share,
    ),
    Table.BLANK: Form(
        said("Blank fields by source"),
        said("Of everything that came in: how much came without each. Unusable is a phone that nobody can call."),
        said("Source"),
        (_LEADS, *_parts(BLANKS[field] for field in Field)),
        cells.blank_cells,
        said("Share without a phone that can be called"),
        cells.blank_share,
    ),
}
