"""What must be true before anybody is served: tables, keys, something to look at. Ends, so its memory is free again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from leadapp import clock, create_app, logs, seed
from leadapp.links import sign_in_link
from leadapp.models import Rep
from leadapp.notify.vapid import current_key
from leadapp.schema import bring_up_to_date
from leadapp.settings import load


def main(*, demo: bool) -> None:
    """Migrates, makes the push key, fills an empty database with `demo`, and says where to go."""
    settings, now = load(), clock.now()
    app = create_app(settings)
    bring_up_to_date(app)
    with app.app_context():
        logs.configure(settings.log_format)  # Alembic has brought its own
        current_key(now)
        if demo and seed.is_empty():
            seed.demo_business(now)
        lines = [f"Leadapp runs at {settings.base_url}", ""]
        if demo and (people := seed.demo_people()):
            lines += ["Sign in as", *_ways_in(people, now), ""]
            lines += [f"Send it a lead with the demo's form: {settings.base_url}/f/{seed.form_key()}", ""]
        elif seed.is_empty():
            lines += ["There is no business yet: run `leadapp setup`.", ""]
        lines += ["Ctrl-C ends everything."]
    sys.stdout.write("\n".join(lines) + "\n")


def _ways_in(people: Sequence[Rep], now: datetime) -> list[str]:
    names = [f"{person.name} ({', '.join(person.roles)})" for person in people]
    width = max(map(len, names))
    return [f"  {name:<{width}}  {sign_in_link(rep.id, now)}" for name, rep in zip(names, people, strict=True)]


if __name__ == "__main__":
    main(demo="--demo" in sys.argv)
