"""/reports: how quickly leads are answered, what is missed, what is won, what the sources send. For the owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.queries import reports as queries
from leadapp.queries.report_asks import asks
from leadapp.reporting.facts import Hours
from leadapp.reporting.period import BadPeriod
from leadapp.reporting.report import Report, Table
from leadapp.reporting.sums import MEDIAN, P90
from leadapp.routing.said import Said, said
from leadapp.web.access import OWNER, requires
from leadapp.web.pages.formats import frozen_now, spoken
from leadapp.web.pages.report_lists import LeadList
from leadapp.web.pages.report_questions import Question, question, usual_question
from leadapp.web.pages.report_tables import csv_rows, shown
from leadapp.web.pages.report_words import CLOCKS, days, duration, percent
from leadapp.web.spreadsheet import csv_response

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
blueprint.app_template_filter("percent")(percent)

_PAGES: Mapping[str, tuple[Said, Sequence[Table]]] = {
    "speed": (
        said("Speed"),
        (Table.CLOCK, Table.DAY, Table.HOUR, Table.OPEN, Table.REP, Table.SOURCE, Table.TEAM),
    ),
    "missed": (said("Missed"), (Table.MISSED, Table.ASKED)),
    "won": (said("Won"), (Table.WON,)),
    "sources": (said("Sources"), (Table.JUNK, Table.BLANK)),
}
_PERIODS: Mapping[str, Said] = {
    "7d": said("7 days"),
    "30d": said("30 days"),
    "90d": said("90 days"),
    "month": said("This month"),
    "last_month": said("Last month"),
}
_HOURS: Mapping[str, Said] = {Hours.ALL: said("All the time"), Hours.OPEN: said("Open hours only")}
_ASKS = frozenset({Table.MISSED, Table.ASKED})


@blueprint.get("", defaults={"page": "speed"})
@blueprint.get("/<any(missed, won, sources):page>")
@requires(*OWNER)
def show(page: str) -> ResponseReturnValue:
    try:
        asked = question()
    except BadPeriod as bad:
        return _page(page, usual_question(), None, wrong=bad.words), 422
    tables = _PAGES[page][1]
    return _page(page, asked, _report(asked, tables), tables)


@blueprint.get("/<table>.csv")
@requires(*OWNER)
def file(table: str) -> ResponseReturnValue:
    found = next((each for _title, tables in _PAGES.values() for each in tables if each == table), None) or abort(404)
    asked = _question_or_422()
    rows = csv_rows(shown(_report(asked, [found]), found, _days(asked), whole=True))
    return csv_response(f"{found}-{asked.period.first}-{asked.period.last}", rows)


@blueprint.get("/leads")
@requires(*OWNER)
def leads() -> ResponseReturnValue:
    """The leads behind one figure."""
    asked = _question_or_422()
    found = _listed(asked)
    return render_template("reports/leads.html", asked=asked, leads=found, **_words(asked))


@blueprint.get("/leads.csv")
@requires(*OWNER)
def leads_file() -> ResponseReturnValue:
    asked = _question_or_422()
    found = _listed(asked)
    return csv_response(f"leads-{asked.period.first}-{asked.period.last}", found.csv_rows())


def _page(
    page: str, asked: Question, report: Report | None, tables: Sequence[Table] = (), wrong: Said | None = None
) -> str:
    here = url_for("reports.show", page=page)
    context = {
        "page": page,
        "pages": [
            (name, title, asked.address(url_for("reports.show", page=name))) for name, (title, _t) in _PAGES.items()
        ],
        "periods": [(key, words, asked.address(here, period=key)) for key, words in _PERIODS.items()],
        "clocks": [(key, words, asked.address(here, clock=key)) for key, words in CLOCKS.items()],
        "hours": [(key, words, asked.address(here, hours=key)) for key, words in _HOURS.items()],
        "asked": asked,
        "here": here,
        "wrong": wrong,
        "report": report,
        "tables": [shown(report, table, _days(asked)) for table in tables] if report and len(report.leads) else [],
        "glance": _glance(report) if report and page == "speed" else None,
        "zones": ", ".join(sorted({place.zone.key for place in report.places.values()})) if report else "",
        "aside": report.aside() if report else {},
        **_words(asked),
    }
    return render_template("reports/show.html", **context)


def _words(asked: Question) -> dict[str, object]:
    return {
        "when": days(asked.period.first, asked.period.last),
        "clock": spoken(CLOCKS[asked.clock]),
        "hours_words": spoken(_HOURS[asked.hours]),
    }


def _glance(report: Report) -> dict[str, str]:
    """The chosen clock in four figures."""
    group = report.rows(Table.CLOCK)[report.clock]
    return {
        "median": duration(group.quantile(MEDIAN)),
        "p90": duration(group.quantile(P90)),
        "within": percent(group.share("within_5")),
        "waiting": f"{group.count('waiting'):,}",
    }


def _report(asked: Question, tables: Sequence[Table]) -> Report:
    """What these tables are made of."""
    today = frozen_now().astimezone(ZoneInfo(queries.home_zone())).date()
    places = queries.places(asked.period, today)
    needs_times = not {*tables} <= {*_ASKS, Table.JUNK, Table.BLANK}
    found = queries.leads(asked.period, places, with_times=needs_times, with_blanks=Table.BLANK in tables)
    of_asks = asks(asked.period, places) if _ASKS & {*tables} else []
    return Report(found, places, asked.clock, asked.hours, of_asks)


def _days(asked: Question) -> list[str]:
    return [day.isoformat() for day in asked.period.days()]


def _listed(asked: Question) -> LeadList:
    table = next((each for each in Table if each == request.args.get("table")), None) or abort(404)
    return LeadList(_report(asked, [table, Table.CLOCK]), table, asked)


def _question_or_422() -> Question:
    try:
        return question()
    except BadPeriod as bad:
        abort(422, spoken(bad.words))
