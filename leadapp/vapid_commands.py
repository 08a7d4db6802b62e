"""`leadapp vapid-keys`: the keys that pushes are signed with."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from leadapp import clock
from leadapp.notify.key_rotation import key_uses, rotate_key

vapid_keys = AppGroup("vapid-keys", help="The keys that pushes are signed with.")
_LINE = "{:<26}  {:<20}  {:<20}  {:>6}"


@vapid_keys.command("list")
def list_command() -> None:
    """Each key: its id, when it was made and retired, and how many phones are bound to it."""
    uses = key_uses()
    if not uses:
        raise click.ClickException("There is none yet: `leadapp up` makes it.")
    click.echo(_LINE.format("id", "made", "retired", "phones"))
    for use in uses:
        click.echo(_LINE.format(use.id, _moment(use.made_at), _moment(use.retired_at), use.phone_count))


@vapid_keys.command("rotate")
def rotate_command() -> None:
    """Make a new key; its id is alone on the last line.

    Nobody has to do anything: a phone subscribes again with the new key when Leadapp is next opened on it, and until
    then the old key rings it. A retired key that no phone is bound to is deleted after a day.
    """
    key_id = rotate_key(clock.now())
    to_move = sum(use.phone_count for use in key_uses() if use.id != key_id)
    click.echo(
        f"Phones subscribe with a new key from now on; {to_move} will do so when Leadapp is next opened on them:"
    )
    click.echo(key_id)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "-"
