"""`leadapp rehearse` and `leadapp preview`: what routing would do, without doing it."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext

from leadapp import clock, rehearsing, replaying
from leadapp.capture import NothingToStore, from_fields
from leadapp.capture.lead import FIELDS
from leadapp.capture.moment import parse_moment
from leadapp.capture.table import UnreadableTable
from leadapp.queries.leads import joined_shape, preview_shape
from leadapp.queries.rehearsal import rehearsal_shape
from leadapp.queries.sources import country_of, source_named
from leadapp.routing.explain import refusal_words
from leadapp.routing.values import Hold, Offer
from leadapp.web.api.drafts import read_rehearsal  # a file holds what the API's body holds
from leadapp.workflow.configuration.draft import Draft
from leadapp.workflow.configuration.lookup import business
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.preview import Preview, WouldJoin, preview_lead
from leadapp.workflow.rehearsal import Rehearsal, rehearse_leads, rehearse_stored

_AT_THE_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STEPS = 1000
_WRONG = (Invalid, Conflict, replaying.WrongMapping, UnreadableTable, OSError)


@click.command("rehearse")
@click.option("--days", type=click.IntRange(1, 365), help="Leads of so many last days.  [default: 30]")
@click.option("--draft", "draft_file", type=_FILE, help="JSON: rules, teams, reps as the API's rehearsal takes them.")
@click.option("--leads", "leads_file", type=_FILE, help="Leads of a CSV or JSONL file instead of those stored.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column of --leads is which field.")
@click.option("--json", "as_json", is_flag=True, help="The API's answer: every move, every day.")
@with_appcontext
def rehearse_command(
    days: int | None, draft_file: Path | None, leads_file: Path | None, mapping: tuple[str, ...], as_json: bool
) -> None:
    """Replay past leads through a draft of rules, teams and reps; nothing is written and no phone rings.

    Both the present set-up and the draft begin with level turns, and the first who is asked is taken to accept at once.
    Presences, hours, shifts and caps count as they were or would have been. Without --draft it shows who gets what at
    present. Leads of a file come in at the times of its time column, else evenly through the days.
    """
    try:
        draft, days = _read_draft(draft_file, days)
        if leads_file:
            rows = replaying.read_rows(leads_file, replaying.parse_mapping(mapping))
            period = f"in {leads_file.name}" + ("" if rows.time_column else f", spread over {days} days")
        else:
            period = f"in the last {days} days"
        now = clock.now()
        with _nothing_collected(), _bar(f"Rehearsing the leads {period}") as progress:
            found = (
                rehearse_leads(
                    draft,
                    lambda roster: rehearsing.leads_of(rows, roster, days=days, now=now),
                    now=now,
                    progress=progress,
                )
                if leads_file
                else rehearse_stored(draft, days=days, now=now, progress=progress)
            )
    except _WRONG as reason:
        raise click.ClickException(str(reason)) from None
    shape = _shape(found)
    for line in [json.dumps(shape, ensure_ascii=False)] if as_json else rehearsing.table(shape, period):
        click.echo(line)


@click.command("preview")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--at", "at", metavar="TIME", help="Decide as of then, such as 2026-12-24T22:00Z.  [default: now]")
@click.option("--json", "as_json", is_flag=True, help="The lead as it would be, in the shape of the API.")
@with_appcontext
def preview_command(fields: tuple[str, ...], at: str | None, as_json: bool) -> None:
    """Where a lead with these fields would go, and why; nothing is written and no turn is used.

    Fields have the names of the API (message, phone, postcode, service, source, ...); any other name is an attribute.
    """
    now = _moment(at) if at else clock.now()
    values = dict(_field(each) for each in fields)
    source = source_named(values["source"]) if values.get("source") else None
    try:
        zone = ZoneInfo(business().time_zone)
        country = country_of(source)
        if country is None:
            raise Conflict("There is no team yet, so no lead could go anywhere. Make a team first.")
        found = preview_lead(from_fields(values, country=country, now=now), now=now, source=source)
    except NothingToStore:
        raise click.ClickException("Give at least one of phone, email and message.") from None
    except Conflict as reason:
        raise click.ClickException(str(reason)) from None
    if as_json:
        click.echo(json.dumps(_preview_shape(found), ensure_ascii=False))
    elif isinstance(found, WouldJoin):
        click.echo(found.sentence)
    else:
        for line in _told(found, zone):
            click.echo(line)


def _preview_shape(found: Preview | WouldJoin) -> dict[str, Any]:
    if isinstance(found, WouldJoin):
        return joined_shape(found.lead_id, found.sentence)
    return preview_shape(found.lead, found.decision, found.why, found.names)


def _read_draft(file: Path | None, days: int | None) -> tuple[Draft, int]:
    """The draft and the days; those asked for on the command line go before those in the file. Raises Invalid."""
    if file is None:
        return Draft(), days or 30
    try:
        body = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as problem:
        raise Invalid(("draft", f"{file.name} is not JSON that can be read ({problem}).")) from None
    if not isinstance(body, dict):
        raise Invalid(("draft", f"{file.name} must hold an object with rules, teams or reps."))
    return read_rehearsal({"days": 30} | body | ({"days": days} if days else {}))


@contextmanager
def _bar(label: str) -> Iterator[Callable[[float], None]]:
    """A progress bar for people, beside what goes to a program. It is told the share that is done."""
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:

        def show(share: float) -> None:
            if (steps := round(share * _STEPS) - bar.pos) > 0:
                bar.update(steps)

        yield show


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Ten thousand leads leave no garbage that goes round in circles; looking for it would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _shape(found: Rehearsal) -> dict[str, Any]:
    return rehearsal_shape(found.comparison, found.names_now, found.names, found.new, found.lead_names)


def _field(said: str) -> tuple[str, str]:
    name, separator, value = said.partition("=")
    if not separator or not name.strip():
        raise click.ClickException(f"{said!r} must be FIELD=VALUE, such as postcode=94107; fields: {_names()}.")
    return name.strip(), value


def _names() -> str:
    return ", ".join(sorted(FIELDS - {"attributes", "received_at"}))


def _moment(text: str) -> datetime:
    found, _note = parse_moment(text, _AT_THE_END_OF_TIME)
    if found is None:
        raise click.ClickException(f"{text!r} is no time that can be read; write it as 2026-12-24T22:00Z.")
    return found


def _told(found: Preview, zone: ZoneInfo) -> Iterator[str]:
    yield str(found.why["sentence"])
    if found.decision.urgent:
        yield f"Urgent, because of: {', '.join(found.lead.urgent_because) or 'a rule'}."
    yield _until(found, zone)
    for one in found.decision.why.considered:
        yield f"  {found.names.get(one.rep_id, one.rep_id)}: {refusal_words(one.reason) if one.reason else one.verdict}"


def _until(found: Preview, zone: ZoneInfo) -> str:
    decision = found.decision
    who = found.names[decision.accountable_id]
    match decision:
        case Offer():
            asked = ", ".join(found.names[rep_id] for rep_id in decision.rep_ids)
            return f"Offered to {asked} until {_local(decision.expires_at, zone)}."
        case Hold():
            return f"Held with {who} until {_local(decision.until, zone)}."
        case _:
            return f"In the queue: {who} is rung at once, and again at {_local(decision.ring_again_at, zone)}."


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key})"
