"""How long it takes to rehearse a draft on ten thousand leads, stored ones and those of a file."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bench.figures import Figure
from bench.history import write_history
from bench.place import Bench, Place, hire
from bench.process import BenchFailed
from leadapp import clock
from leadapp.extensions import db
from leadapp.models import Lead, Membership, Team
from leadapp.transaction import transaction
from leadapp.workflow.configuration.draft import Draft
from leadapp.workflow.configuration.rules import create_rule
from leadapp.workflow.configuration.teams import create_team
from leadapp.workflow.rehearsal import rehearse_stored

LIMIT_SECONDS = 10.0
_LEADS, _REPS, _RULES = 10_000, 10, 20
_DAYS = 8  # the history is one lead a minute
_COLUMNS = ("received_at", "name", "phone", "email", "message", "service", "city", "postcode", "company_size")
_HOURS = {day: [["07:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def measure(bench: Bench) -> Iterator[Figure]:
    """Both simulations, reading included: 10 reps with a cap in 3 teams, 20 rules, of which the draft changes one. Of
    the file the whole command is timed, with the start of the program."""
    leads = bench.count(_LEADS, 500)
    for kind in bench.kinds:
        with bench.place(kind) as place:
            place.settle_in()
            with place.app.app_context():
                rules = _set_up(leads)
                began = time.perf_counter()
                found = rehearse_stored(Draft(rules=rules), days=_DAYS, now=clock.now())
                took = time.perf_counter() - began
            of_a_file = _time_of_command(place, rules)
        what = f"{found.comparison.leads:,} leads, {_REPS} reps, {_RULES} rules, {kind}"
        yield Figure(f"Rehearsal of {what}", took, "s", LIMIT_SECONDS)
        yield Figure(f"`leadapp rehearse --leads` of {what}", of_a_file, "s", LIMIT_SECONDS)


def _time_of_command(place: Place, rules: list[dict[str, Any]]) -> float:
    """Seconds of `leadapp rehearse` on the stored leads written to a file, program start and all."""
    leads, draft = place.folder / "leads.csv", place.folder / "draft.json"
    with place.app.app_context(), leads.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        rows.writerows(db.session.execute(select(*(getattr(Lead, name) for name in _COLUMNS))))
    draft.write_text(json.dumps({"rules": rules}), encoding="utf-8")
    command = [sys.executable, "-m", "leadapp", "rehearse", "--leads", str(leads), "--draft", str(draft)]
    began = time.perf_counter()
    ended = subprocess.run(command, env=os.environ | place.environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if ended.returncode:
        raise BenchFailed(f"leadapp rehearse --leads failed: {ended.stderr[-500:]}")
    return took


def _set_up(leads: int) -> list[dict[str, Any]]:
    """The teams, rules and leads. Returns the draft: the same rules, the last of them another way round."""
    now = clock.now()
    with transaction():
        reps = hire(_REPS)
    write_history(leads=leads, open_leads=0, rep_ids=reps)
    teams = [*db.session.scalars(select(Team.id).order_by(Team.id)), create_team({"name": "Roofs"}, now=now)]
    with transaction():
        db.session.execute(update(Team).values(hours=_HOURS, after_hours="hold"))
        for place, rep_id in enumerate(reps):
            for team_id in {teams[place % 3], teams[1]}:
                if db.session.get(Membership, (team_id, rep_id)) is None:
                    db.session.add(Membership(team_id=team_id, rep_id=rep_id, joined_at=now))
    _scatter()
    then = [{"team": team_id} for team_id in teams]
    ids = [create_rule(_rule(number) | {"then": then[number % 3]}, now=now) for number in range(_RULES)]
    return [{"id": rule_id} for rule_id in ids[:-1]] + [{"id": ids[-1], "then": then[_RULES % 3]}]


def _rule(number: int) -> dict[str, Any]:
    when = [{"field": "postcode", "op": "starts_with", "value": [f"{94000 + number * 17 % 300}"[:4]]}]
    if number % 4 == 0:
        when.append({"field": "company_size", "op": "at_least", "value": "50"})
    return {"name": f"Rule {number}", "when": when}


def _scatter() -> None:
    """Leads with postcodes and sizes that differ, some of them blank; their contacts belong to nobody yet."""
    chance = random.Random(7)
    with transaction():
        for lead in db.session.scalars(select(Lead)):
            lead.postcode = chance.choice(["", "n/a", *(f"{94000 + chance.randrange(300)}" for _ in range(8))])
            lead.company_size = chance.choice(["", "11-50", "50+", "1,000"])
            lead.received_at -= timedelta(seconds=chance.randrange(60))
