"""The leads behind one figure of a report, and how long each took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import abort, request, url_for

from leadapp.queries.reports import ListedLead, listed
from leadapp.reporting.report import Report, Table
from leadapp.reporting.sums import KEPT, Group
from leadapp.routing.said import Said, said
from leadapp.routing.values import LeadOutcome
from leadapp.web.languages import _
from leadapp.web.pages.formats import iso, spoken, there
from leadapp.web.pages.report_questions import Question
from leadapp.web.pages.report_tables import FORMS
from leadapp.web.pages.report_words import BLANKS, CLOCKS, RowNames, duration
from leadapp.web.spreadsheet import Value

ON_A_PAGE = 50
_KEPT: dict[str, Said] = {
    "within_1": said("within 1 min"),
    "within_5": said("within 5 min"),
    "within_15": said("within 15 min"),
    "waiting": said("not yet"),
    "slowest": said("the slowest tenth"),
    "won": said("won"),
    "lost": said("lost"),
    "decided": said("won or lost"),
    "open": said("still open"),
    "spam": said("spam"),
    "duplicate": said("duplicates"),
    "junk": said("spam and duplicates"),
}
_OF_ASKS = frozenset({Table.MISSED, Table.ASKED})


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead, and what put it where it is: when it came, where it is worked on, how long it took."""

    lead: ListedLead
    received_at: datetime
    received: str
    source: str
    team: str
    rep: str
    seconds: int | None
    took: str
    outcome: str


class LeadList:
    """The very leads that a figure counts, a page at a time."""

    def __init__(self, report: Report, table: Table, asked: Question) -> None:
        self._report, self._table, self._asked = report, table, asked
        self._row, self._kept = request.args.get("row", ""), request.args.get("kept", "all")
        if self._kept not in KEPT:
            abort(404)
        self._names = RowNames()
        self._group = report.rows(table).get(self._row) or Group(report.leads, (), ())
        self._places = self._group.chosen(self._kept)
        self.count = len(self._places)
        self.pages = max(1, -(-self.count // ON_A_PAGE))
        self.page = min(max(1, request.args.get("page", 1, type=int)), self.pages)

    @property
    def title(self) -> str:
        name = self._names.of(self._table, self._row)
        kept = _kept_words(self._kept)
        return f"{name}: {kept}" if kept else name

    @property
    def about(self) -> str:
        return spoken(FORMS[self._table].title) if self._table in FORMS else _("What came in")

    @property
    def took(self) -> str:
        """What the times are until."""
        if self._table in _OF_ASKS:
            return _("Time until then")
        return spoken(CLOCKS[self._row if self._table is Table.CLOCK and self._row in CLOCKS else self._asked.clock])

    @property
    def rows(self) -> list[LeadRow]:
        return self._rows(self._places[(self.page - 1) * ON_A_PAGE : self.page * ON_A_PAGE])

    def address(self, page: int | None = None, endpoint: str = "reports.leads") -> str:
        """Of another page of the list, or of its file."""
        which = {"table": str(self._table), "row": self._row, "kept": self._kept}
        return self._asked.address(url_for(endpoint), **which, **({"page": str(page)} if page else {}))

    @property
    def back(self) -> str:
        """The report that it belongs to."""
        page = {Table.MISSED: "missed", Table.ASKED: "missed", Table.WON: "won"}.get(self._table, "speed")
        page = "sources" if self._table in (Table.JUNK, Table.BLANK) else page
        return self._asked.address(url_for("reports.show", page=page))

    def csv_rows(self) -> Iterable[list[Value]]:
        yield [_("Lead"), _("Name"), _("Service"), _("Received"), _("Source"), _("Team"), _("Rep"),
               f"{self.took} (s)", _("Outcome")]  # fmt: skip
        for row in self._rows(self._places):
            yield [row.lead.id, row.lead.name, row.lead.service, iso(row.received_at), row.source, row.team, row.rep,
                   row.seconds, row.outcome]  # fmt: skip

    def _rows(self, places: Sequence[int]) -> list[LeadRow]:
        leads, found = self._report.leads, listed(self._report.leads.id[place] for place in places)
        return [self._lead_row(place, found[leads.id[place]]) for place in places if leads.id[place] in found]

    def _lead_row(self, place: int, lead: ListedLead) -> LeadRow:
        leads, seconds = self._report.leads, self._group.seconds(place)
        received_at, outcome = datetime.fromtimestamp(leads.received[place], UTC), leads.outcome[place]
        return LeadRow(
            lead,
            received_at,
            there(received_at, self._report.places[leads.team[place]].zone),
            self._names.of(Table.SOURCE, leads.source[place]),
            self._names.of(Table.TEAM, leads.team[place]),
            self._names.of(Table.REP, leads.rep[place]),
            seconds,
            _("not yet") if seconds is None else duration(seconds),
            spoken(LeadOutcome(outcome) if outcome else lead.state),
        )


def _kept_words(kept: str) -> str:
    field = kept.removeprefix("blank_")
    if field in BLANKS and field != kept:
        return _("without %(what)s", what=spoken(BLANKS[field])) if field != "unusable_phone" else spoken(BLANKS[field])
    return spoken(_KEPT[kept]) if kept in _KEPT else ""
