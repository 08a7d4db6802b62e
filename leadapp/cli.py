"""The `leadapp` program: thin commands over workflow."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from flask_migrate.cli import db as migrations

from leadapp import clock, create_app, doctor
from leadapp.links import sign_in_link
from leadapp.settings import WrongSetting
from leadapp.workflow.access import find_rep, make_api_key
from leadapp.workflow.errors import Conflict, Invalid
from leadapp.workflow.setup import set_up_business

program = AppGroup("leadapp", help="Puts one name on every lead and moves it on until somebody has taken it.")
program.add_command(migrations)


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


def init_app(app: Flask) -> None:
    """The same commands under `flask`, for those who are used to it."""
    for command in program.commands.values():
        app.cli.add_command(command)


def main() -> None:
    """The console script. A wrong setting is one line and exit status 2."""
    try:
        program.main(obj=ScriptInfo(create_app=create_app), prog_name="leadapp")
    except WrongSetting as wrong:
        click.echo(f"Error: {wrong}", err=True)
        sys.exit(2)
