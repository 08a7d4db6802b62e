"""How the rows, times and shares of a report read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property

from babel.dates import format_date

from leadapp.queries.reports import names
from leadapp.reporting.facts import Clock, End, Field
from leadapp.reporting.report import Table
from leadapp.routing.said import Said, said
from leadapp.web.languages import _, language
from leadapp.web.pages.formats import day, spoken, wall_hour
from leadapp.words import source_words

CLOCKS: Mapping[str, Said] = {
    Clock.OFFER: said("Time to offer"),
    Clock.ACCEPT: said("Time to accept"),
    Clock.CONTACT: said("Time to first contact"),
}
SPEEDS: Mapping[str, Said] = {
    "1_min": said("Up to 1 min"),
    "5_min": said("1 to 5 min"),
    "15_min": said("5 to 15 min"),
    "1_h": said("15 min to 1 h"),
    "1_d": said("1 h to 1 day"),
    "longer": said("More than 1 day"),
    "never": said("Not yet, or never"),
}
ENDS: Mapping[str, Said] = {
    End.EXPIRED: said("Did not answer in time"),
    End.PASSED: said("Passed"),
    End.AWAY: said("Went away while asked"),
    End.HANDED_BACK: said("Handed back"),
    End.QUEUED: said("Nobody left to ask"),
}
BLANKS: Mapping[str, Said] = {
    Field.NAME: said("Name"),
    Field.PHONE: said("Phone"),
    Field.UNUSABLE_PHONE: said("Phone unusable"),
    Field.EMAIL: said("E-mail"),
    Field.MESSAGE: said("Message"),
    Field.SERVICE: said("Service"),
    Field.POSTCODE: said("Postcode"),
}
_OPEN = {"open": said("In open hours"), "closed": said("Out of hours")}
_ASIDE = {"counted": said("Leads that count"), "junk": said("Spam and duplicates"), "late": said("Came in late")}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


class RowNames:
    """What the rows of tables are called. People and teams are looked up once."""

    def of(self, table: Table, key: str) -> str:
        if table in (Table.REP, Table.ASKED):
            return self._asked(key)
        if table is Table.TEAM:
            return self._names[1].get(key, key)
        if table in _WORDS:
            return _known(_WORDS[table], key)
        return _READ[table](key)

    @cached_property
    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        return names()

    def _asked(self, key: str) -> str:
        rep_id, _space, end = key.partition(" ")
        name = self._names[0].get(rep_id, rep_id)
        return f"{name}: {_known(ENDS, end)}" if end else name


def duration(seconds: int | None) -> str:
    """In the two largest units that matter."""
    if seconds is None:
        return "–"
    parts: list[str] = []
    for size, unit in _UNITS:
        if seconds >= size and len(parts) < 2:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
        elif parts:
            break
    return " ".join(parts) or "0 s"


def percent(part: float | None) -> str:
    """Whole percents. Never all or nothing where it is only nearly so."""
    if part is None:
        return "–"
    whole = round(part * 100)
    if whole == 100 and part < 1:
        return "99%"
    return "<1%" if whole == 0 and part > 0 else f"{whole}%"


def in_percent(part: float | None) -> float | None:
    """For a spreadsheet."""
    return None if part is None else round(part * 100, 1)


def days(first: date, last: date) -> str:
    """The days of a period, with their year."""
    long = [format_date(on, "d MMM y", locale=language()) for on in (first, last)]
    return long[0] if first == last else _("%(first)s to %(last)s", first=long[0], last=long[1])


def _known(words: Mapping[str, Said], key: str) -> str:
    return spoken(words[key]) if key in words else key


def _day(key: str) -> str:
    try:
        return day(date.fromisoformat(key))
    except ValueError:
        return key


def _hour(key: str) -> str:
    return wall_hour(int(key)) if key in _HOURS else key


def _end(key: str) -> str:
    end, _space, why = key.partition(" ")
    return f"{_known(ENDS, end)}: {why}" if why else _known(ENDS, end)


def _source(key: str) -> str:
    return spoken(source_words(key)) if key else _("No source named")


_HOURS = frozenset(map(str, range(24)))
_WORDS: Mapping[Table, Mapping[str, Said]] = {
    Table.CLOCK: CLOCKS, Table.OPEN: _OPEN, Table.WON: SPEEDS, Table.ASIDE: _ASIDE
}  # fmt: skip
_READ: Mapping[Table, Callable[[str], str]] = {
    Table.DAY: _day, Table.HOUR: _hour, Table.MISSED: _end, Table.SOURCE: _source, Table.JUNK: _source,
    Table.BLANK: _source,
}  # fmt: skip
