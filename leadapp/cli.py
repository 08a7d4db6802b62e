"""The `leadapp` program: thin commands over workflow."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo
from flask_migrate.cli import db as migrations

from leadapp import clock, doctor, importing, replaying, urgency_report
from leadapp.capture.table import UnreadableTable
from leadapp.links import sign_in_link
from leadapp.routing_commands import preview_command, rehearse_command
from leadapp.schema import create_migrating_app
from leadapp.settings import WrongSetting
from leadapp.vapid_commands import vapid_keys
from leadapp.wordlists import word_list
from leadapp.workflow.access import find_rep, make_api_key, retire_api_key
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.setup import set_up_business
from leadapp.workflow.urgency import read_urgent_words

program = AppGroup("leadapp", help="Puts one name on every lead and moves it on until somebody has taken it.")
program.add_command(migrations)
program.add_command(preview_command)
program.add_command(rehearse_command)
program.add_command(vapid_keys)


@program.command("up", with_appcontext=False)
@click.option("--demo/--no-demo", default=True, help="Fill an empty database with the demo business.")
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Worker processes.")
def up_command(demo: bool, workers: int) -> None:
    """Start everything on this machine, and wait."""
    serve = [sys.executable, "-m", "leadapp.serve", *(["--demo"] if demo else []), "--workers", str(workers)]
    os.execv(sys.executable, serve)  # the supervisor stays, so it should not carry the application along


@program.command("setup")
@click.option("--business", required=True, help="Its name.")
@click.option("--owner-name", required=True)
@click.option("--owner-email", required=True)
@click.option("--time-zone", default="UTC", show_default=True, help="Such as America/New_York.")
@click.option("--country", default="US", show_default=True, help="Reads national phone numbers.")
def setup_command(business: str, owner_name: str, owner_email: str, time_zone: str, country: str) -> None:
    """Make an empty business with its owner; prints the owner's sign-in link last."""
    now = clock.now()
    try:
        owner_id = set_up_business(
            business,
            owner_name=owner_name,
            owner_email=owner_email,
            time_zone=time_zone,
            country=country.upper(),
            now=now,
        )
    except (Invalid, Conflict) as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(f"{business} is set up. {owner_name} signs in once with this link:")
    click.echo(sign_in_link(owner_id, now))


@program.command("login-link")
@click.argument("who")
def login_link_command(who: str) -> None:
    """A one-time sign-in address for the rep with the e-mail or phone WHO; alone on the last line."""
    rep = find_rep(who)
    if rep is None:
        raise click.ClickException(f"Nobody here has the e-mail or phone {who!r}.")
    click.echo(f"{rep.name} signs in once with this link, within a week:")
    click.echo(sign_in_link(rep.id, clock.now()))


@program.command("api-key")
@click.argument("name")
@click.option("--read-only", is_flag=True, help="May read and change nothing.")
def api_key_command(name: str, read_only: bool) -> None:
    """A new API key called NAME; alone on the last line, and shown only once."""
    key = make_api_key(name, read_only, clock.now())
    click.echo(f"The key {name!r}, shown only now:")
    click.echo(key)


@program.command("doctor")
def doctor_command() -> None:
    """Check everything Leadapp needs; one line each."""
    findings = doctor.examine(clock.now())
    for finding in findings:
        click.echo(str(finding))
    sys.exit(any(finding.is_broken for finding in findings))


@program.command("import-contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_contacts_command(file: Path) -> None:
    """Take over the people in FILE.csv: new ones are made, known ones filled up. No phone rings, no turn is used.

    Any usual encoding and delimiter. Columns are known by their names: name or first and last name, any number of
    phones and e-mails, owner (a rep's e-mail, phone or name). A row with neither phone nor e-mail is set aside, with
    the reason, in FILE.set-aside.csv.
    """
    try:
        with click.progressbar(length=file.stat().st_size, label="Importing contacts") as bar:
            tally = importing.import_contacts_file(file, now=clock.now(), progress=bar.update)
    except (UnreadableTable, Conflict, OSError) as reason:
        raise click.ClickException(str(reason)) from None
    for line in tally.lines(importing.set_aside_path(file)):
        click.echo(line)


@program.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column is which field; repeatable."
)
@click.option("--speed", type=click.FloatRange(min=0), default=60.0, show_default=True, help="0: as fast as it goes.")
@click.option("--url", help="Where leads are sent to.  [default: BASE_URL]")
@click.option("--key", help="An API key.  [default: one made for this run]")
def replay_command(file: Path, mapping: tuple[str, ...], speed: float, url: str | None, key: str | None) -> None:
    """Send the leads in FILE.csv or FILE.jsonl through the front door as if they came in live; report time to offer.

    The column of the time gives the pace, divided by --speed, the oldest row first. Columns that --map does not name
    are known by common names, and what no field takes is kept in the attributes. Several columns may be mapped to
    one field; those of a message are joined with " - ". A row with neither phone nor e-mail nor message gets a message
    made of its other cells, so that every row is stored. A row with an id is stored once, however often its file is
    replayed. The exit status is 1 when any row was refused or lost.
    """
    url = url or current_app.config["LEADAPP"].base_url
    with ExitStack() as afterwards:
        try:
            found = replaying.read_rows(file, replaying.parse_mapping(mapping))
            if key is None:
                key = make_api_key("replay", False, clock.now())
                afterwards.callback(lambda made: retire_api_key(made, clock.now()), key)
            bar = afterwards.enter_context(click.progressbar(length=len(found.rows), label=f"Sending to {url}"))
            report = replaying.replay(found, url=url, key=key, speed=speed, progress=bar.update)
        except (replaying.WrongMapping, replaying.FrontDoorShut, UnreadableTable, OSError) as reason:
            raise click.ClickException(str(reason)) from None
    for line in report.lines():
        click.echo(line)
    sys.exit(not report.is_good)


@program.command("urgency-report")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--text", multiple=True, default=("text",), show_default=True, help="Column of the text; repeatable.")
@click.option("--label", help="Column that says which are urgent; without it, what would be found is counted.")
@click.option(
    "--urgent", multiple=True, help="A label that means urgent; repeatable.  [default: 1, yes, emergency ...]"
)
@click.option("--by", help="Column by whose values the figures are also given.")
@click.option(
    "--across", help="Column of publishers or the like: is a phrase that one of them bears out right for others?"
)
@click.option("--own", is_flag=True, help="Measure this business's list instead of the one that comes with Leadapp.")
def urgency_report_command(
    files: tuple[Path, ...], text: tuple[str, ...], label: str | None, urgent: tuple[str, ...], by: str | None,
    across: str | None, own: bool,
) -> None:  # fmt: skip
    """Measure which texts in each of FILES the urgent phrases find: precision, recall and F1, beside bare keywords."""
    labels = {"urgent": frozenset(map(str.lower, urgent))} if urgent else {}
    columns = urgency_report.Columns(text=text, label=label, by=by, across=across, **labels)
    urgent_words = read_urgent_words() if own else word_list((), frozenset())
    try:
        for file in files:
            for line in urgency_report.report(file, columns, urgent_words):
                click.echo(line)
    except (urgency_report.WrongColumn, UnreadableTable, OSError) as reason:
        raise click.ClickException(str(reason)) from None


def main() -> None:
    """The console script. A wrong setting is one line and exit status 2."""
    try:
        program.main(obj=ScriptInfo(create_app=create_migrating_app), prog_name="leadapp")
    except WrongSetting as wrong:
        click.echo(f"Error: {wrong}", err=True)
        sys.exit(2)
